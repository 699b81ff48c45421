"""What a spreadsheet holds and what it shows are two things: where they differ, nothing is guessed."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest

from tests.support.uploads import faults, uploaded, workbook


def shown(number_format: str) -> Any:
    """Formats the second row's cells so."""

    def change(book: Any) -> None:
        for cell in book.active[2]:
            cell.number_format = number_format

    return change


@pytest.mark.parametrize("heading", ["Title", "Speakers", "Summary"])
@pytest.mark.parametrize("value", [date(2026, 7, 24), datetime(2026, 9, 11), time(9, 11)])
def test_a_text_that_became_a_date_is_refused(heading: str, value: Any) -> None:
    """Who types 24/7 gets the 24th of July."""
    fault, *_ = faults(workbook(("Month", heading), ("2024-04", value)), "a.xlsx")
    assert fault.startswith(f"Row 2, column “{heading}”: Cell B2 was taken for a date or a time by your spreadsheet")


@pytest.mark.parametrize(
    ("value", "number_format"), [(7, "000"), (0.5, "0%"), (1984, "#,##0"), (0.5, "# ?/?"), (3.5, "0.00"), (9e9, "0E+0")]
)
def test_a_number_that_looks_otherwise_is_refused_in_a_text(value: float, number_format: str) -> None:
    """A title that shows 007 would be 7."""
    [fault] = faults(workbook(("Month", "Title"), ("2024-04", value), change=shown(number_format)), "a.xlsx")
    assert fault.startswith("Row 2, column “Title”: Cell B2 shows a number otherwise than it holds it.")


@pytest.mark.parametrize("number_format", ["General", "0", "@", "0.0"])
def test_a_number_that_looks_as_it_is_stays(number_format: str) -> None:
    """In titles, and in columns of numbers whatever they look like."""
    data = workbook(("Month", "Title", "Length"), ("2024-04", 1984, 90), change=shown(number_format))
    assert uploaded(data, "a.xlsx").sessions[0].values == {"title": "1984", "length_minutes": 90}


def test_a_day_that_a_date_cell_hides_is_asked_back() -> None:
    """The 28th that shows as May-26 is neither the 28th nor the third Thursday without a word; a month is a month."""
    row = (datetime(2026, 5, 28), "x")
    [fault] = faults(workbook(("Date", "Title"), row, change=shown("mmm\\-yy")), "a.xlsx")
    assert fault.startswith("Row 2, column “Date”: Cell A2 shows only a month, but holds 28 May 2026.")
    told = uploaded(workbook(("Month", "Title"), row, change=shown("mmm\\-yy")), "a.xlsx").sessions[0]
    assert (told.id, told.values) == ("2026-05", {"title": "x"})


def test_a_hidden_sheet_does_not_compete() -> None:
    """Nobody can keep one of two who sees one; what is not read is named, and hidden rows that are read too."""

    def hide(book: Any) -> None:
        book.active.row_dimensions[3].hidden = True
        sheet = book.create_sheet("Old")
        sheet.append(["Month", "Title"])
        sheet.append(["2023-04", "Long ago"])
        sheet.sheet_state = "hidden"

    read = uploaded(workbook(("Month", "Title"), ("2024-04", "x"), ("2024-05", "y"), change=hide), "a.xlsx")
    assert [told.id for told in read.sessions] == ["2024-04", "2024-05"]
    assert [note.text for note in read.warnings] == [
        "Only the sheet “Sheet” was read, not Old.",
        "Hidden rows are read like all others; hidden are: 3.",
    ]
