"""`convener subscribers import`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from convener.errors import Unavailable
from convener.subscribers.csv_text import LARGEST
from convener.subscribers.models import Standing, Subscriber
from local.commands.subscribers import subscribers
from tests.support.fake_subscribers import FakeSubscribers

KEY = b"an identity key of thirty-two by"


class FakePlace:
    """A stack with people in memory."""

    def __init__(self, store: FakeSubscribers) -> None:
        self.store = store

    def subscribers(self) -> FakeSubscribers:
        """Its people."""
        return self.store

    def identity_key(self) -> bytes:
        """The key that makes their ids."""
        return KEY


@pytest.fixture
def store() -> FakeSubscribers:
    return FakeSubscribers()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "people.csv"


def run(store: FakeSubscribers, file: Path, *options: str) -> Result:
    return CliRunner().invoke(subscribers, ["import", str(file), "--source", "sheet", *options], obj=FakePlace(store))


def counted(result: Result) -> dict[str, int]:
    cells = [line.strip("│ ").split("│") for line in result.stdout.splitlines() if line.startswith("│")]
    return {words.partition(":")[0].strip(): int(count) for words, count in cells}


def test_everything_in_is_status_0(store: FakeSubscribers, file: Path) -> None:
    """Counts in a table, and a script can go on. A duplicate is told and is no failure: the person is on the list."""
    file.write_text("email\nanna@example.org\nANNA@example.org\n")
    result = run(store, file)
    assert result.exit_code == 0
    assert counted(result) == {"new": 1, "updated": 0, "unchanged": 0, "duplicate": 1}
    assert f"{file}:3: ANNA@example.org: The same address as on line 2, which counts." in result.stdout


def test_refused_lines_are_status_1_and_told_by_line(store: FakeSubscribers, file: Path) -> None:
    """Good lines go in; each other one stands as FILE:LINE, as editors understand it."""
    file.write_text("email\nanna@example.org\nanna.example.org\n")
    result = run(store, file)
    assert result.exit_code == 1
    assert counted(result)["malformed"] == 1
    assert f"{file}:3: anna.example.org: There is no @." in result.stdout
    assert len(store.rows) == 1


def test_who_left_is_told_and_stays_away(store: FakeSubscribers, file: Path) -> None:
    """Importing an old list again brings nobody back."""
    file.write_text("anna@example.org\n")
    run(store, file)
    [row] = store.rows.values()
    store.rows[row.id] = replace(row, standing=Standing.LEFT)
    result = run(store, file)
    assert result.exit_code == 1
    assert counted(result)["left"] == 1
    assert "only they can come back" in result.stdout


@pytest.mark.parametrize(("data", "reason"), [(b"", "empty"), (b"PK\x03\x04", "spreadsheet"), (b"a,b\n1,2", "“email”")])
def test_what_cannot_be_read_is_status_2(store: FakeSubscribers, file: Path, data: bytes, reason: str) -> None:
    """One clear line on the error stream, no table, no traceback."""
    file.write_bytes(data)
    result = run(store, file)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"{file}: ")
    assert reason in result.stderr
    assert result.stdout == ""


def test_a_huge_file_is_refused_before_it_is_read(store: FakeSubscribers, file: Path) -> None:
    """By its size alone."""
    with file.open("wb") as sparse:
        sparse.truncate(LARGEST * 50)
    result = run(store, file)
    assert result.exit_code == 2
    assert "1000 MB; 20 MB is the most" in result.stderr


def test_a_dry_run_writes_nothing(store: FakeSubscribers, file: Path) -> None:
    """The same words and numbers, and an untouched store."""
    file.write_text("email\nanna@example.org\nANNA@example.org\n")
    result = run(store, file, "--dry-run")
    assert "What would happen" in result.stdout
    assert counted(result)["new"] == 1
    assert (store.rows, store.kept_fingerprint) == ({}, None)


def test_the_source_must_be_said(store: FakeSubscribers, file: Path) -> None:
    """Without --source nothing starts."""
    file.write_text("anna@example.org\n")
    result = CliRunner().invoke(subscribers, ["import", str(file)], obj=FakePlace(store))
    assert result.exit_code == 2
    assert "--source" in result.stderr
    assert store.rows == {}


def test_another_identity_key_is_said_in_words(file: Path) -> None:
    """Nothing is written, and nothing claims that running it again would help."""
    file.write_text("anna@example.org\n")
    store = FakeSubscribers(fingerprint="0123456789abcdef")
    result = run(store, file)
    assert result.exit_code == 2
    assert "Put the first key back" in result.stderr
    assert "again" not in result.stderr
    assert store.rows == {}


class Breaks(FakeSubscribers):
    """A store that goes away."""

    def add(self, subscriber: Subscriber) -> None:
        """Not now."""
        raise Unavailable(f"ProvisionedThroughputExceeded for {subscriber.shard}")


def test_an_import_that_breaks_off_can_be_repeated(file: Path) -> None:
    """The operator is told so, without a traceback."""
    file.write_text("anna@example.org\n")
    result = run(Breaks(), file)
    assert result.exit_code == 2
    assert "safe to run it again" in result.stderr


def test_a_file_cannot_steer_the_terminal(store: FakeSubscribers, file: Path) -> None:
    """Control characters of the file never reach the screen, and markup is shown as written."""
    file.write_text("email,x[bold]\n\x1b[2Janna\x07[red]@example.org,\n")
    result = run(store, file)
    assert "\x1b" not in result.stdout
    assert "\x07" not in result.stdout
    assert "[red]" in result.stdout
    assert "“x[bold]”" in result.stdout
