"""Reading lists of people from Excel workbooks, with cells as people see them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from typing import Literal

import openpyxl
import pytest

from convener.errors import BadInput
from convener.intake.subscribers.lines import LineOutcome, Problem, Row
from convener.intake.subscribers.reading import open_list
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
    rows = [row for row in open_list(data) if isinstance(row, Row)]
    assert [(row.line, row.address.typed, row.first_name, row.joined_typed) for row in rows] == [
        (3, "anna@example.org", "Zoë", "2024-03-01"),
        (4, "ben@example.org", "Ben", "2024-03-01 18:30"),
    ]


def test_the_first_sheet_with_addresses_counts() -> None:
    """Sheets before it do not count; a note names the sheets that are not read."""
    data = workbook(Notes=[["Thanks", "to all"]], People=[["email"], ["anna@example.org"]], More=[["email"], ["x@y.z"]])
    people = open_list(data)
    [note, row] = list(people)
    assert isinstance(note, Problem)
    assert (note.outcome, "“People”" in note.reason) == (LineOutcome.NOTE, True)
    assert isinstance(row, Row)
    assert list(people) == [note, row], "it may be gone through again"


def test_a_formula_is_no_name() -> None:
    """A formula without a stored result is an empty cell, and an address that is a formula is malformed."""
    data = workbook(People=[["email", "first_name"], ["anna@example.org", "=A1"], ["=A2", "Ben"]])
    row, problem = list(open_list(data))
    assert isinstance(row, Row)
    assert row.first_name == ""
    assert isinstance(problem, Problem)
    assert (problem.line, problem.outcome) == (3, LineOutcome.MALFORMED)


def test_apostrophes_in_a_workbook_are_kept() -> None:
    """In a workbook a cell is text by its type, so an apostrophe is part of the text."""
    [row] = list(open_list(workbook(People=[["email", "first_name"], ["anna@example.org", "'=x"]])))
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
        open_list(data)


def _changed(change: Callable[[openpyxl.Workbook], object], **sheets: list[list[object]]) -> bytes:
    """Return a workbook after a change to it."""
    book, data = openpyxl.load_workbook(io.BytesIO(workbook(**sheets))), io.BytesIO()
    change(book)
    book.save(data)
    return data.getvalue()


def _hide(title: str, state: Literal["hidden", "veryHidden"]) -> Callable[[openpyxl.Workbook], None]:
    def change(book: openpyxl.Workbook) -> None:
        book[title].sheet_state = state

    return change


LEFT: list[list[object]] = [["email"], ["gone@example.org"]]
PEOPLE: list[list[object]] = [["email"], ["anna@example.org"]]


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_never_read(state: Literal["hidden", "veryHidden"]) -> None:
    """Wherever it stands, and however it was hidden; the note says that it was not read."""
    note, row = list(open_list(_changed(_hide("Left", state), Left=LEFT, People=PEOPLE)))
    assert isinstance(note, Problem)
    assert note.reason == "Only the sheet “People” was read, not “Left” (hidden)."
    assert isinstance(row, Row)
    assert row.address.typed == "anna@example.org"


def test_addresses_on_a_hidden_sheet_alone_are_refused() -> None:
    """The message names the sheet, and says how to show it."""
    with pytest.raises(BadInput, match=r"the hidden sheet “Left” does.*unhide the sheet"):
        open_list(_changed(_hide("Left", "hidden"), Left=LEFT, Notes=[["Thanks"]]))


def _filter(*numbers: int) -> Callable[[openpyxl.Workbook], None]:
    def change(book: openpyxl.Workbook) -> None:
        sheet = book.worksheets[-1]
        sheet.auto_filter.ref = sheet.dimensions
        for number in numbers:
            sheet.row_dimensions[number].hidden = True

    return change


def test_rows_hidden_by_a_filter_are_told_and_left_out() -> None:
    """They are read where the operator asks for them. A hidden column is read like the others."""

    def change(book: openpyxl.Workbook) -> None:
        _filter(2, 4, 5, 6, 9)(book)
        book.worksheets[-1].column_dimensions["B"].hidden = True

    people: list[list[object]] = [["email", "name"]]
    people += [[f"p{number}@example.org", "Ada"] for number in range(2, 8)]
    data = _changed(change, Other=[["Thanks"]], People=people)
    _, note, *rows = list(open_list(data))
    assert isinstance(note, Problem)
    assert "left out: 2, 4-6 (4)" in note.reason
    assert "--hidden-rows" in note.reason
    assert [(row.address.typed, row.first_name) for row in rows if isinstance(row, Row)] == [
        ("p3@example.org", "Ada"),
        ("p7@example.org", "Ada"),
    ]
    all_rows = [row for row in open_list(data, hidden_rows=True) if isinstance(row, Row)]
    assert [row.line for row in all_rows] == [2, 3, 4, 5, 6, 7]


def test_a_hidden_header_still_names_the_columns() -> None:
    """Only people are left out."""
    [row] = [row for row in open_list(_changed(_filter(1), People=PEOPLE)) if isinstance(row, Row)]
    assert row.address.typed == "anna@example.org"


def test_a_list_whose_rows_are_all_hidden_is_refused() -> None:
    """The message says how to show them."""
    with pytest.raises(BadInput, match=r"All rows with people are hidden.*clear the filter"):
        open_list(_changed(_filter(2), People=PEOPLE))


def test_people_below_another_table_of_a_sheet() -> None:
    """As in CSV: the table of people counts, and the name of the sheet is kept."""
    rows: list[list[object]] = [
        ["Host", "Email"],
        ["Eve", "eve@example.org"],
        [],
        ["Name", "Email"],
        ["Ada", "a@example.org"],
    ]
    people = open_list(workbook(Attendance=rows))
    assert [row.address.typed for row in people if isinstance(row, Row)] == ["a@example.org"]
    assert people.columns.titles == ("Attendance",)


SHEET = b"application/vnd.oasis.opendocument.spreadsheet"


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"mimetype": SHEET, "content.xml": b"<x/>"}, "an OpenDocument spreadsheet .*LibreOffice.*save it as .xlsx"),
        ({"mimetype": SHEET + b"-template"}, "an OpenDocument spreadsheet"),
        ({"mimetype": b"application/vnd.oasis.opendocument.text"}, "an OpenDocument text"),
        ({"mimetype": b"application/epub+zip"}, "an e-book"),
        ({"[Content_Types].xml": b"<x/>", "xl/workbook.bin": b""}, "a binary Excel workbook"),
        ({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}, "a Word document"),
        ({"[Content_Types].xml": b"<x/>", "ppt/presentation.xml": b"<x/>"}, "a presentation"),
        ({"Index/Document.iwa": b"", "Metadata/Properties.plist": b""}, "Numbers, Pages or Keynote"),
        ({"subscribed.csv": b"email", "cleaned.csv": b"email"}, "a zip file with CSV files"),
        ({"photo.jpg": b""}, "a zip file, not"),
    ],
)
def test_another_kind_of_zip_is_named(members: dict[str, bytes], words: str) -> None:
    """As what it is, with the way to make a list of it."""
    with pytest.raises(BadInput, match=words):
        open_list(_zip(members))


def test_cells_far_away_are_refused() -> None:
    """The library would leave them out without a word."""
    book, data = openpyxl.Workbook(), io.BytesIO()
    book.worksheets[0]["A1"], book.worksheets[0]["ZZ1"] = "email", "x"
    book.save(data)
    assert LIMITS.columns == 100
    with pytest.raises(BadInput, match="far away from the people"):
        open_list(data.getvalue())
