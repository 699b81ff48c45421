"""Lists with a title above the header."""

from __future__ import annotations

import io

import openpyxl
import pytest

from convener.errors import BadInput
from convener.intake.subscribers.lines import LineOutcome, Problem, Row
from convener.intake.subscribers.reading import read_people

TITLED = [
    ["Kindness list, spring 2024"],
    ["printed", "3 April"],
    [],
    ["First name", "E-mail", "Phone"],
    ["Anna", "anna@example.org", "07700"],
]


def _csv(rows: list[list[str]]) -> bytes:
    return "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows).encode()


def _workbook(rows: list[list[str]]) -> bytes:
    book, data = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.worksheets[0].append(row)
    book.worksheets[0].merge_cells("A1:C1")
    book.save(data)
    return data.getvalue()


@pytest.mark.parametrize("written", [_csv, _workbook])
def test_titles_above_the_columns_are_passed_over(written: object) -> None:
    """This holds for a workbook and for CSV saved from it; a note says so, and lines keep their numbers."""
    note, unused, row = list(read_people(written(TITLED)))  # type: ignore[operator]
    assert isinstance(note, Problem)
    assert (note.line, note.outcome) == (4, LineOutcome.NOTE)
    assert "(2 filled) was passed over" in note.reason
    assert isinstance(unused, Problem)
    assert isinstance(row, Row)
    assert (row.line, row.address.typed, row.first_name) == (5, "anna@example.org", "Anna")


def test_a_line_that_names_more_columns_wins_among_titles() -> None:
    """“Mail: office@…” in a letterhead is not the header."""
    rows = [["Our list"], ["Mail", "office@example.org"], ["email", "first_name"], ["anna@example.org", "Anna"]]
    found = [row for row in read_people(_csv(rows)) if isinstance(row, Row)]
    assert [(row.line, row.first_name) for row in found] == [(4, "Anna")]


def test_columns_are_found_below_a_long_report() -> None:
    """However much stands above, the row right above the people names the columns, and the remark counts the rest."""
    note, row = list(read_people(_csv([["words", "more"]] * 99 + [["email"], ["anna@example.org"]])))
    assert isinstance(note, Problem)
    assert (note.line, "(99 filled)" in note.reason) == (100, True)
    assert isinstance(row, Row)


@pytest.mark.parametrize("written", [_csv, _workbook])
def test_titles_alone_are_no_list(written: object) -> None:
    """A header with no line below it is refused, with any titles above."""
    with pytest.raises(BadInput, match="holds no addresses"):
        read_people(written(TITLED[:4]))  # type: ignore[operator]


def test_other_sheets_are_named() -> None:
    """So nobody believes that all sheets were imported."""
    book, data = openpyxl.Workbook(), io.BytesIO()
    book.worksheets[0].append(["anna@example.org"])
    book.create_sheet("Old members").append(["ben@example.org"])
    book.save(data)
    note, _ = list(read_people(data.getvalue()))
    assert isinstance(note, Problem)
    assert note.reason == "Only the sheet “Sheet” was read, not “Old members”."
