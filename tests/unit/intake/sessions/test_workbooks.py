"""Excel workbooks: real dates, and cells that are refused."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from tests.support.uploads import faults, uploaded, with_members, workbook


def values_of(*rows: Any, change: Any = None) -> dict[str, Any]:
    read = uploaded(workbook(*rows, change=change), "a.xlsx")
    assert read.faults == ()
    return {"id": read.sessions[0].id, **read.sessions[0].values}


def test_real_dates_and_times() -> None:
    """A date cell is a date, in any number format."""
    values = values_of(("Date", "Start", "Minutes"), (date(2024, 5, 4), time(18), 75.0))
    assert values == {
        "id": "2024-05",
        "date": date(2024, 5, 4),
        "date_source": "given",
        "start": time(18),
        "length_minutes": 75,
    }


def test_a_time_that_a_spreadsheet_computed_is_rounded() -> None:
    """17:59:59.9 is six o'clock, and a duration in a start column is a time of day."""
    assert values_of(("Month", "Start"), ("2024-04", time(17, 59, 59, 900_000)))["start"] == time(18)
    assert values_of(("Month", "Start"), ("2024-04", timedelta(hours=18)))["start"] == time(18)


def test_a_month_that_a_spreadsheet_made_a_day_stays_a_month() -> None:
    """A spreadsheet turns “April 2024” into the first of April, shown as Apr-24: no person wrote this day."""

    def shown(book: Any) -> None:
        book.active["A2"].number_format = "mmm\\-yy"

    for heading in ("Month", "When", "Id"):
        assert values_of((heading, "Title"), (datetime(2024, 4, 1), "x"), change=shown) == {
            "id": "2024-04",
            "title": "x",
        }


def test_cells_of_other_types_are_text() -> None:
    """Numbers and truth values in a title are read as they look."""
    assert values_of(("Month", "Title"), ("2024-04", 1984))["title"] == "1984"
    assert values_of(("Month", "Title", "Summary"), ("2024-04", True, "a_x000D_\nb"))["summary"] == "a\nb"


def test_hidden_rows_and_columns_are_read() -> None:
    """People hide rows to see less, not to leave them out."""

    def hide(book: Any) -> None:
        book.active.row_dimensions[2].hidden = True
        book.active.column_dimensions["B"].hidden = True

    assert values_of(("Month", "Title"), ("2024-04", "x"), change=hide)["title"] == "x"


@pytest.mark.parametrize(
    ("heading", "value", "message"),
    [
        ("Title", "=A1&B1", "Row 2, column “Title”: Cell B2 holds a formula."),
        ("Title", "#REF!", "Row 2, column “Title”: Cell B2 shows the error #REF!."),
        ("Date", "04/05/2024", "Row 2, column “Date”: “04/05/2024” is text"),
        ("Date", "18/04/2024", "Row 2, column “Date”: “18/04/2024” is text"),
        (
            "Date",
            45400,
            "Row 2, column “Date”: 45400 is a plain number, not a date (spreadsheets count days; it may be 18",
        ),
        ("Date", datetime(2024, 4, 18, 18), "Row 2, column “Date”: “2024-04-18 18:00” has a time beside the date."),
        ("Date", date(1999, 4, 18), "Row 2, column “Date”: “1999-04-18” is not in the years"),
        ("Start", 0.75, "Row 2, column “Start”: “0.75” is not a time of day."),
        ("Weather", "rain", "Row 1: “Weather” is no known column."),
    ],
)
def test_cells_that_are_refused(heading: str, value: Any, message: str) -> None:
    """Each fault has its row, its column and how to mend it."""
    assert faults(workbook(("Month", heading), ("2024-04", value)), "a.xlsx")[0].startswith(message)


def test_merged_cells_are_refused() -> None:
    """It is not clear to which row their text belongs."""
    data = workbook(
        ("Month", "Title"), ("2024-04", "x"), ("2024-05", None), change=lambda b: b.active.merge_cells("B2:B3")
    )
    assert faults(data, "a.xlsx")[0].startswith("The cells B2:B3 are merged")


def two_sheets(first: Any, second: Any) -> bytes:
    def add(book: Any) -> None:
        book.active.title = "First"
        sheet = book.create_sheet("Second")
        for row in second:
            sheet.append(row)

    return workbook(*first, change=add)


def test_the_sheet_with_known_headings_is_read() -> None:
    """A warning names other sheets with data, also with merged cells; empty sheets are not named."""
    read = uploaded(two_sheets([("Cake", "Price"), ("Plum", 3)], [("Month", "Title"), ("2024-04", "x")]), "a.xlsx")
    assert [update.id for update in read.sessions] == ["2024-04"]
    assert str(read.sessions[0].where) == "sheet “Second”, row 2"
    assert [str(note) for note in read.warnings] == ["Only the sheet “Second” was read, not First."]
    assert uploaded(two_sheets([("Month",), ("2024-04",)], []), "a.xlsx").warnings == ()


def test_two_possible_sheets_are_refused() -> None:
    """It is not clear which of the two is the right one."""
    rows = [("Month", "Title"), ("2024-04", "x")]
    [fault] = faults(two_sheets(rows, rows), "a.xlsx")
    assert fault.startswith("Several sheets could be the one with the sessions: “First” and “Second”.")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "The workbook is empty."),
        ([("Month", "Title")], "There are only headings"),
        ([("Cake", "Price"), ("Plum", 3)], "Row 1 has no heading that is known, only “Cake”, “Price”."),
    ],
)
def test_workbooks_without_sessions(rows: Any, message: str) -> None:
    """The fault says what to write."""
    assert faults(workbook(*rows), "a.xlsx")[0].startswith(message)


def test_a_workbook_that_lost_a_part_is_refused() -> None:
    """Every error of openpyxl is reported as damage, in words."""
    data = workbook(("Month",), ("2024-04",))
    for member in ("xl/workbook.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels"):
        [fault] = faults(with_members(data, {member: b"<a/>"}), "a.xlsx")
        assert fault.startswith(("The workbook can't be opened: something in it is damaged.", "The workbook is empty."))
