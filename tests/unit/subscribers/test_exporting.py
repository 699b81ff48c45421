"""`convener subscribers export`, `consent` and `undo`."""

from __future__ import annotations

import csv
import io
import stat
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from convener.csv_output import FORMULA
from convener.intake.subscribers.lines import LineOutcome, Row
from convener.intake.subscribers.reading import read_people
from convener.subscribers.identity import subscriber_id
from convener.subscribers.list_export import COLUMNS, as_csv
from convener.subscribers.models import Calendar, SubscriberStatus
from local.commands.subscribers import subscribers
from tests.support.fake_unit_of_work import FakeUnitOfWork
from tests.support.list_context import FakePlace
from tests.support.lists import KEY, NOW, dry_run, load


def run(store: FakeUnitOfWork, *words: str) -> Result:
    return CliRunner().invoke(subscribers, list(words), obj=FakePlace(store))


@pytest.fixture
def store() -> FakeUnitOfWork:
    """Three people: one with every wish and a name like a formula, one who left, one with an address like a formula."""
    store = FakeUnitOfWork()
    load("email,first_name\nanna@example.org,Anna\nben@example.org,Ben\n+x@example.org,\n", store)
    anna, ben = (subscriber_id(f"{name}@example.org", key=KEY) for name in ("anna", "ben"))
    store.rows[anna] = replace(
        store.rows[anna],
        first_name="-Zoë",
        kinds=frozenset({"recap", "follow-up"}),
        calendar=Calendar.NONE,
        text_only=True,
        paused_until=NOW + timedelta(days=9),
    )
    store.rows[ben] = replace(store.rows[ben], status=SubscriberStatus.LEFT)
    return store


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_was_exported_is_known_when_it_is_imported(store: FakeUnitOfWork, tmp_path: Path, ending: str) -> None:
    """Into the same installation nothing is new; into an empty one everybody comes with every wish, and every no."""
    file = tmp_path / f"people.{ending}"
    assert run(store, "export", str(file)).exit_code == 0
    assert dry_run(file.read_bytes(), store).counts == {LineOutcome.KNOWN: 2, LineOutcome.LEFT: 1}
    other = FakeUnitOfWork()
    load(file.read_bytes(), other)
    noes = {one for one, row in store.rows.items() if row.status is not SubscriberStatus.CONFIRMED}
    assert {one: row.status for one, row in other.rows.items()} == {one: row.status for one, row in store.rows.items()}
    assert {one: replace(row, source="", batch="") for one, row in other.rows.items() if one not in noes} == {
        one: replace(row, source="", batch="") for one, row in store.rows.items() if one not in noes
    }


def test_a_spreadsheet_takes_nothing_for_a_formula(store: FakeUnitOfWork, tmp_path: Path) -> None:
    """Whatever a cell begins with, it is text: in CSV by an apostrophe, in a workbook by its type."""
    text, book = tmp_path / "people.csv", tmp_path / "people.xlsx"
    run(store, "export", str(text))
    run(store, "export", str(book))
    cells = [cell for row in csv.reader(text.read_text("utf-8-sig").splitlines()) for cell in row]
    assert not [cell for cell in cells if cell.startswith(FORMULA)]
    types = {cell.data_type for row in openpyxl.load_workbook(book).active.iter_rows() for cell in row}  # type: ignore[union-attr]
    assert "f" not in types


CELLS = st.text(st.sampled_from("'=+-@a"), min_size=1, max_size=5).filter(lambda cell: "a@a" not in cell)


@settings(deadline=None)
@given(CELLS)
def test_an_apostrophe_is_taken_off_as_it_was_put(cell: str) -> None:
    """Whatever a cell begins with, it is read back as it was."""
    text = as_csv(COLUMNS) + as_csv(
        ["anna@example.org" if name == "email" else cell if name == "source" else "" for name in COLUMNS]
    )
    [row] = [row for row in read_people(text.encode()) if isinstance(row, Row)]
    assert row.source == cell


def test_only_some_standings(store: FakeUnitOfWork, tmp_path: Path) -> None:
    """Those that were asked for, and nobody without an address."""
    for identity, row in list(store.rows.items()):
        if row.address.startswith("+"):
            store.rows[identity] = replace(row, status=SubscriberStatus.ERASED, address="")
    file = tmp_path / "people.csv"
    assert "1 people" in run(store, "export", str(file), "--standing", "left", "--standing", "erased").stdout
    assert "ben@example.org" in file.read_text("utf-8-sig")


def test_the_file_is_its_owners_alone_and_never_written_over(store: FakeUnitOfWork, tmp_path: Path) -> None:
    """Mode 0600; another file of that name stays unless --force is given, and nothing else is left behind."""
    file = tmp_path / "people.csv"
    run(store, "export", str(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.write_text("mine")
    refused = run(store, "export", str(file))
    assert (refused.exit_code, file.read_text()) == (2, "mine")
    assert "--force" in refused.stderr
    assert run(store, "export", str(file), "--force").exit_code == 0
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(("name", "words"), [("people.txt", ".csv or .xlsx"), ("no/people.csv", "no such folder")])
def test_a_file_that_cannot_be_written_is_told(store: FakeUnitOfWork, tmp_path: Path, name: str, words: str) -> None:
    """Before anything is read, in words."""
    result = run(store, "export", str(tmp_path / name))
    assert result.exit_code == 2
    assert words in result.stderr
    assert not [one for one in tmp_path.rglob("*") if one.is_file()]


def test_the_record_of_consent_as_csv(store: FakeUnitOfWork, tmp_path: Path) -> None:
    """Every entry with the address where there is one still; of one person, hers alone."""
    told = list(csv.DictReader(io.StringIO(run(store, "consent", "--csv").stdout)))
    assert [(one["what"], one["by"]) for one in told] == [("imported", "import")] * 3
    assert {one["address"] for one in told} == {"anna@example.org", "ben@example.org", "'+x@example.org"}
    file = tmp_path / "consent.csv"
    run(store, "consent", "--csv", str(file), "--address", "BEN@example.org")
    [hers] = csv.DictReader(io.StringIO(file.read_text("utf-8-sig")))
    assert (hers["address"], hers["note"]) == ("ben@example.org", "sheet, May 2024 (people.csv)")
    assert hers["when"] == NOW.isoformat()


def test_undo_lists_asks_and_takes_back(store: FakeUnitOfWork) -> None:
    """Without a name it shows what there is; with one it wants a yes, and says how many of each."""
    listed = run(store, "undo").stdout
    assert "first" in listed
    assert "people.csv" in listed
    unasked = run(store, "undo", "first")
    assert (unasked.exit_code, len(store.rows)) == (2, 3)
    assert "Take off 2 people" in unasked.stderr
    done = run(store, "undo", "first", "--yes")
    assert "Done: 2 taken off, 0 emptied. 1 stays as it is: changed by something else since." in done.stdout
    assert [row.first_name for row in store.rows.values()] == ["Ben"]
    assert "Nothing is left to take back of first." in run(store, "undo", "first", "--yes").stdout
    assert run(store, "undo", "nonsense").exit_code == 2
