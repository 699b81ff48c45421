"""`convener subscribers import`."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from convener.errors import Unavailable
from convener.intake.subscribers.reading import MAX_FILE_BYTES
from convener.subscribers.models import SubscriberStatus
from convener.subscribers.unit_of_work import Transaction
from local.commands.subscribers import bring, subscribers
from tests.support.fake_unit_of_work import FakeUnitOfWork
from tests.support.list_context import FakePlace


@pytest.fixture
def store() -> FakeUnitOfWork:
    return FakeUnitOfWork()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "people.csv"


def run(store: FakeUnitOfWork, file: Path, *options: str, yes: bool = True, words: str = "") -> Result:
    line = ["import", str(file), "--source", "sheet", *(["--yes"] if yes else []), *options]
    return CliRunner().invoke(subscribers, line, obj=FakePlace(store), input=words)


def counted(result: Result) -> dict[str, int]:
    cells = [line.strip("│ ").split("│") for line in result.stdout.splitlines() if line.startswith("│")]
    return {words.partition(":")[0].strip(): int(count) for words, count in cells}


def test_everything_in_is_status_0(store: FakeUnitOfWork, file: Path) -> None:
    """Counts are in a table, and a script can go on.

    A duplicate is named and is no failure: the person is on the list.
    """
    file.write_text("email\nanna@example.org\nANNA@example.org\n")
    result = run(store, file)
    assert result.exit_code == 0
    assert counted(result) == {"new": 1, "known": 0, "duplicate": 1}
    assert f"{file}:3: ANNA@example.org: The same address as on line 2, which counts." in result.stdout


def test_refused_lines_are_status_1_and_named_by_line(store: FakeUnitOfWork, file: Path) -> None:
    """Good lines are imported; each other line stands as FILE:LINE, as editors understand it."""
    file.write_text("email\nanna@example.org\nanna.example.org\n")
    result = run(store, file)
    assert result.exit_code == 1
    assert counted(result)["malformed"] == 1
    assert f"{file}:3: anna.example.org: There is no @." in result.stdout
    assert len(store.rows) == 1


def test_a_person_who_left_is_named_and_stays_away(store: FakeUnitOfWork, file: Path) -> None:
    """Importing an old list again brings nobody back."""
    file.write_text("anna@example.org\n")
    run(store, file)
    [row] = store.rows.values()
    store.rows[row.id] = replace(row, status=SubscriberStatus.LEFT)
    result = run(store, file)
    assert result.exit_code == 1
    assert counted(result)["left"] == 1
    assert "only they can come back" in result.stdout


def test_people_left_out_are_status_1_after_others_were_imported(store: FakeUnitOfWork, file: Path) -> None:
    """A script sees that not everybody of the file is on the list."""
    file.write_text("email\nanna@example.org\ninfo@example.org\n")
    result = run(store, file)
    assert (result.exit_code, counted(result)["role address"], len(store.rows)) == (1, 1, 1)
    again = run(store, file, "--with-role-addresses")
    assert (again.exit_code, len(store.rows)) == (0, 2)


def test_without_a_terminal_it_ends_after_sorting(store: FakeUnitOfWork, file: Path) -> None:
    """Nothing is written, the message says how to go on, and that is no failure."""
    file.write_text("email\nanna@example.org\n")
    result = run(store, file, yes=False)
    assert result.exit_code == 0
    assert "Nothing was changed. To bring in the 1 new ones, give --yes, or run it at a terminal." in result.stdout
    assert (store.rows, store.imports.records) == ({}, {})


@pytest.mark.parametrize(("answer", "rows"), [("y\n", 1), ("n\n", 0), ("\n", 0)])
def test_at_a_terminal_it_asks(
    store: FakeUnitOfWork, file: Path, monkeypatch: pytest.MonkeyPatch, answer: str, rows: int
) -> None:
    """The question comes after the table and before anything is written; no answer means no."""
    monkeypatch.setattr(bring, "at_a_terminal", lambda: True)
    file.write_text("email\nanna@example.org\n")
    result = run(store, file, yes=False, words=answer)
    assert "Bring in the 1 new ones? [y/N]" in result.stderr
    assert (result.exit_code, len(store.rows)) == (0, rows)


def test_the_undo_command_is_shown(store: FakeUnitOfWork, file: Path) -> None:
    """The message has the name of the import in a command that can be copied."""
    file.write_text("email\nanna@example.org\n")
    result = run(store, file)
    [batch] = store.imports.records
    assert f"convener --local subscribers undo {batch}" in result.stdout
    assert store.imports.records[batch].file == "people.csv"


def test_nothing_to_do_is_reported(store: FakeUnitOfWork, file: Path) -> None:
    """A list that is known already is no import."""
    file.write_text("email\nanna@example.org\n")
    run(store, file)
    result = run(store, file)
    assert (result.exit_code, len(store.imports.records)) == (0, 1)
    assert "Nobody is new" in result.stdout


def test_the_number_of_examples_is_limited(store: FakeUnitOfWork, file: Path) -> None:
    """A hundred broken lines do not hide the table; an option shows more of them."""
    file.write_text("email\n" + "nonsense\n" * 100)
    result = run(store, file, "--dry-run")
    assert result.stdout.count("There is no @") == 5
    assert "… and 95 more lines." in result.stdout
    assert run(store, file, "--dry-run", "--examples", "100").stdout.count("There is no @") == 100


@pytest.mark.parametrize(("data", "reason"), [(b"", "empty"), (b"PK\x03\x04", "workbook"), (b"a,b\n1,2", "“email”")])
def test_an_unreadable_file_is_status_2(store: FakeUnitOfWork, file: Path, data: bytes, reason: str) -> None:
    """There is one clear line on the error stream, no table and no traceback."""
    file.write_bytes(data)
    result = run(store, file)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"{file}: ")
    assert reason in result.stderr
    assert result.stdout == ""


def test_a_huge_file_is_refused_before_it_is_read(store: FakeUnitOfWork, file: Path) -> None:
    """The file is refused by its size alone."""
    with file.open("wb") as sparse:
        sparse.truncate(MAX_FILE_BYTES * 50)
    result = run(store, file)
    assert result.exit_code == 2
    assert "1000 MB; 20 MB is the most" in result.stderr


def test_a_dry_run_writes_nothing(store: FakeUnitOfWork, file: Path) -> None:
    """Words and numbers are the same, and the store does not change."""
    file.write_text("email\nanna@example.org\nANNA@example.org\n")
    result = run(store, file, "--dry-run")
    assert "What would happen" in result.stdout
    assert counted(result)["new"] == 1
    assert (store.rows, store.kept_fingerprint) == ({}, None)


def test_the_source_is_required(store: FakeUnitOfWork, file: Path) -> None:
    """Without --source nothing starts."""
    file.write_text("anna@example.org\n")
    result = CliRunner().invoke(subscribers, ["import", str(file)], obj=FakePlace(store))
    assert result.exit_code == 2
    assert "--source" in result.stderr
    assert store.rows == {}


def test_another_identity_key_is_explained(file: Path) -> None:
    """Nothing is written, and the message does not say that running it again would help."""
    file.write_text("anna@example.org\n")
    store = FakeUnitOfWork(fingerprint="0123456789abcdef")
    result = run(store, file)
    assert result.exit_code == 2
    assert "Put the first key back" in result.stderr
    assert "again" not in result.stderr
    assert store.rows == {}


class Breaks(FakeUnitOfWork):
    """A store that becomes unavailable."""

    def commit(self, transaction: Transaction) -> None:
        """Fail."""
        raise Unavailable(f"ProvisionedThroughputExceeded for {len(transaction.changes)}")


def test_an_import_that_breaks_off_can_be_repeated(file: Path) -> None:
    """The operator is told so, without a traceback."""
    file.write_text("anna@example.org\n")
    result = run(Breaks(), file)
    assert result.exit_code == 2
    assert "safe to run it again" in result.stderr


def test_a_file_cannot_steer_the_terminal(store: FakeUnitOfWork, file: Path) -> None:
    """Control characters of the file never reach the screen, and markup is shown as written."""
    file.write_text("email,x[bold]\n\x1b[2Janna\x07[red]@example.org,\n")
    result = run(store, file)
    assert "\x1b" not in result.stdout
    assert "\x07" not in result.stdout
    assert "[red]" in result.stdout
    assert "“x[bold]”" in result.stdout


def verdicts(result: Result) -> dict[int, str]:
    return {line["line"]: line["verdict"] for line in json.loads(result.stdout)["lines"]}


def test_a_dry_run_in_json_has_each_line_once(store: FakeUnitOfWork, file: Path) -> None:
    """Totals add up to the lines; a note on a line is among its reasons, and notes on the file are on stderr."""
    file.write_text(
        "email,first_name,status,zone,hat\nanna@example.org,Anna,active,Mars,\nANNA@example.org,,active,,\n"
        "ben@example.org,Ben,unsubscribed,,\ncarl,,active,,\ninfo@example.org,,active,,\nd@example.org,,pending,,\n"
    )
    result = run(store, file, "--dry-run", "--json", yes=False)
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert verdicts(result) == {
        2: "new", 3: "duplicate", 4: "left", 5: "malformed", 6: "role", 7: "unconfirmed"
    }  # fmt: skip
    assert list(found["totals"]) == [
        *("new", "known", "left", "bounced", "complained", "erased", "moved", "unconfirmed", "malformed", "duplicate"),
        *("role", "declined"),
    ]
    assert sum(found["totals"].values()) == len(found["lines"]) == 6
    assert found["lines"][0] == {
        "line": 2,
        "address": "anna@example.org",
        "verdict": "new",
        "why": found["lines"][0]["why"],
    }
    assert "“Mars” is no time zone" in found["lines"][0]["why"]
    assert "“hat”" in result.stderr
    assert not store.rows


def test_a_question_stops_the_import_with_status_2(store: FakeUnitOfWork, file: Path) -> None:
    """It names file, column, values and option, also in a dry run with JSON; the answer lets the import go on."""
    file.write_text("email,status\nanna@example.org,enabled\nben@example.org,disabled\n")
    for options in ((), ("--dry-run",), ("--dry-run", "--json")):
        result = run(store, file, *options)
        assert result.exit_code == 2
        assert not result.stdout
        for words in (str(file), "“status”", "“enabled” (1)", '--yes-means "status=enabled"'):
            assert words in result.stderr
    answered = run(store, file, "--yes-means", "status=enabled")
    assert counted(answered)["new"] == counted(answered)["left"] == 1
    assert "1 said no, and are remembered." in answered.stdout


def test_a_file_of_noes_alone_asks_before_it_remembers(store: FakeUnitOfWork, file: Path) -> None:
    """Nobody is new, and still there is something to do."""
    file.write_text("email,Unsubscribed\nanna@example.org,Yes\n")
    result = run(store, file, yes=False)
    assert "remember the no of 1" in result.output
    assert not store.rows
    assert run(store, file).exit_code == 1
    assert [row.status for row in store.rows.values()] == [SubscriberStatus.LEFT]


def test_json_needs_a_dry_run(store: FakeUnitOfWork, file: Path) -> None:
    """A program must not take a listing for an import."""
    file.write_text("anna@example.org\n")
    result = run(store, file, "--json")
    assert result.exit_code == 2
    assert "--dry-run" in result.stderr
    assert not store.rows
