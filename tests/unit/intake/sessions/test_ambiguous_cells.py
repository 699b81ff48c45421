"""Cells whose value differs from what the spreadsheet shows: they are refused, and nothing is guessed."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest

from tests.support.uploads import faults, uploaded, workbook


def number_format_of(number_format: str) -> Any:
    """Return a change of a workbook that gives the cells of the second row a number format."""

    def change(book: Any) -> None:
        for cell in book.active[2]:
            cell.number_format = number_format

    return change


@pytest.mark.parametrize("heading", ["Title", "Speakers", "Summary"])
@pytest.mark.parametrize("value", [date(2026, 7, 24), datetime(2026, 9, 11), time(9, 11)])
def test_a_text_that_became_a_date_is_refused(heading: str, value: Any) -> None:
    """A spreadsheet turns 24/7 into the 24th of July."""
    fault, *_ = faults(workbook(("Month", heading), ("2024-04", value)), "a.xlsx")
    assert fault.startswith(f"Row 2, column “{heading}”: Cell B2 was taken for a date or a time by your spreadsheet")


@pytest.mark.parametrize(
    ("value", "number_format"), [(7, "000"), (0.5, "0%"), (1984, "#,##0"), (0.5, "# ?/?"), (3.5, "0.00"), (9e9, "0E+0")]
)
def test_a_number_with_another_look_is_refused_in_a_text(value: float, number_format: str) -> None:
    """A title that is shown as 007 is stored as 7."""
    [fault] = faults(workbook(("Month", "Title"), ("2024-04", value), change=number_format_of(number_format)), "a.xlsx")
    assert fault.startswith("Row 2, column “Title”: Cell B2 shows a number otherwise than it holds it.")


@pytest.mark.parametrize("number_format", ["General", "0", "@", "0.0"])
def test_a_number_that_looks_like_its_value_is_read(number_format: str) -> None:
    """This holds for titles, and for columns of numbers with any format."""
    data = workbook(("Month", "Title", "Length"), ("2024-04", 1984, 90), change=number_format_of(number_format))
    assert uploaded(data, "a.xlsx").sessions[0].values == {"title": "1984", "length_minutes": 90}


def test_a_date_cell_that_hides_its_day_is_refused() -> None:
    """A 28th that is shown as May-26 is refused; a first of the month is a month."""
    row = (datetime(2026, 5, 28), "x")
    [fault] = faults(workbook(("Date", "Title"), row, change=number_format_of("mmm\\-yy")), "a.xlsx")
    assert fault.startswith("Row 2, column “Date”: Cell A2 shows only a month, but holds 28 May 2026.")
    update = uploaded(workbook(("Month", "Title"), row, change=number_format_of("mmm\\-yy")), "a.xlsx").sessions[0]
    assert (update.id, update.values) == ("2026-05", {"title": "x"})


def test_a_visible_sheet_wins_over_a_hidden_sheet() -> None:
    """An editor who sees one sheet cannot choose between two. Sheets that are not read and hidden rows are named."""

    def hide(book: Any) -> None:
        book.active.row_dimensions[3].hidden = True
        sheet = book.create_sheet("Old")
        sheet.append(["Month", "Title"])
        sheet.append(["2023-04", "Long ago"])
        sheet.sheet_state = "hidden"

    read = uploaded(workbook(("Month", "Title"), ("2024-04", "x"), ("2024-05", "y"), change=hide), "a.xlsx")
    assert [update.id for update in read.sessions] == ["2024-04", "2024-05"]
    assert [note.text for note in read.warnings] == [
        "Only the sheet “Sheet” was read, not Old.",
        "Hidden rows are read like all others; hidden are: 3.",
    ]
