"""Reading lists of people from Excel workbooks, with cells as people see them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime

import openpyxl
import pytest

from convener.errors import BadInput
from convener.intake.subscribers.lines import LineOutcome, Problem, Row
from convener.intake.subscribers.reading import read_people
from convener.intake.subscribers.workbook import LIMITS


def workbook(**sheets: list[list[object]]) -> bytes:
    book, data = openpyxl.Workbook(), io.BytesIO()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(data)
    return data.getvalue()


def test_cells_are_read_as_people_see_them() -> None:
    """Days and moments, and the row numbers that the program shows."""
    data = workbook(
        People=[
            ["E-Mail", "First name", "Joined on"],
            [],
            ["anna@example.org", "Zoë", date(2024, 3, 1)],
            ["ben@example.org", "Ben", datetime(2024, 3, 1, 18, 30)],
        ]
    )
    rows = [row for row in read_people(data) if isinstance(row, Row)]
    assert [(row.line, row.address.typed, row.first_name, row.joined_typed) for row in rows] == [
        (3, "anna@example.org", "Zoë", "2024-03-01"),
        (4, "ben@example.org", "Ben", "2024-03-01 18:30"),
    ]


def test_the_first_sheet_with_addresses_counts() -> None:
    """Sheets before it do not count; a note names the sheets that are not read."""
    data = workbook(Notes=[["Thanks", "to all"]], People=[["email"], ["anna@example.org"]], More=[["email"], ["x@y.z"]])
    people = read_people(data)
    [note, row] = list(people)
    assert isinstance(note, Problem)
    assert (note.outcome, "“People”" in note.reason) == (LineOutcome.NOTE, True)
    assert isinstance(row, Row)
    assert list(people) == [note, row], "it may be gone through again"


def test_a_formula_is_no_name() -> None:
    """A formula without a stored result is an empty cell, and an address that is a formula is malformed."""
    data = workbook(People=[["email", "first_name"], ["anna@example.org", "=A1"], ["=A2", "Ben"]])
    row, problem = list(read_people(data))
    assert isinstance(row, Row)
    assert row.first_name == ""
    assert isinstance(problem, Problem)
    assert (problem.line, problem.outcome) == (3, LineOutcome.MALFORMED)


def test_apostrophes_in_a_workbook_are_kept() -> None:
    """In a workbook a cell is text by its type, so an apostrophe is part of the text."""
    [row] = list(read_people(workbook(People=[["email", "first_name"], ["anna@example.org", "'=x"]])))
    assert isinstance(row, Row)
    assert row.first_name == "'=x"


def _zip(members: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return data.getvalue()


ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: workbook(People=[["name"], ["Anna"]]), "No sheet of the workbook has a column called “email”"),
        (lambda: workbook(People=[]), "No sheet"),
        (lambda: workbook(People=[["email", "first_name"]]), "holds no addresses"),
        (lambda: workbook(People=[["email", "zone", "Zone"], ["a@x.org", "", ""]]), "Two columns are called"),
        (lambda: b"PK\x03\x04 and nothing else", "damaged"),
        (lambda: _zip({"xl/other": b"no workbook"}), "can't be opened"),
        (lambda: _zip({"xl/bomb": b"0" * 250_000_000}), "MB when it is opened"),
        (lambda: _zip({"xl/workbook.xml": ENTITIES}), "damaged"),
    ],
    ids=["no addresses", "empty", "header alone", "twice", "cut", "no XML", "bomb", "entities"],
)
def test_a_workbook_that_is_no_list_is_refused_at_once(make: Callable[[], bytes], reason: str) -> None:
    """The message comes before any row is read."""
    data = make()
    with pytest.raises(BadInput, match=reason):
        read_people(data)


def test_cells_far_away_are_refused() -> None:
    """The library would leave them out without a word."""
    book, data = openpyxl.Workbook(), io.BytesIO()
    book.worksheets[0]["A1"], book.worksheets[0]["ZZ1"] = "email", "x"
    book.save(data)
    assert LIMITS.columns == 100
    with pytest.raises(BadInput, match="far away from the people"):
        read_people(data.getvalue())
