"""Days, months and times: read where there is one meaning, refused with both meanings where there are two."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convener.intake.sessions.dates import read_date, read_month, read_time
from convener.intake.sessions.validation import ValidationError


@pytest.mark.parametrize(
    "text",
    [
        "2024-04-18",
        "2024-4-18",
        "2024/04/18",
        "2024-04-18T00:00:00",
        "18 April 2024",
        "Thu 18 April 2024",
        "Thursday, 18 April 2024",
        "April 18, 2024",
        "18th of April 2024",
        "18-Apr-2024",
        "18 apr. 2024",
        " 18  April 2024 ",
        "18/04/2024",
        "18.04.2024",
        "18-04-2024",
        "18. 4. 2024",
    ],
)
def test_a_day_with_one_meaning_is_read(text: str) -> None:
    """ISO dates, dates in words, and dates in numbers with a day after the 12th."""
    assert read_date(text) == date(2024, 4, 18)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("04/05/2024", "04/05/2024 could be 4 May or 5 April. Write 2024-05-04 or 2024-04-05."),
        ("4.5.2024", "4.5.2024 could be 4 May or 5 April. Write 2024-05-04 or 2024-04-05."),
        ("04/18/2024", "04/18/2024 is in American order, month first. Write 2024-04-18."),
        ("18/04/24", "18/04/24 has a year of two digits."),
        ("4/5/24", "4/5/24 has a year of two digits."),
        ("18 April 24", "“18 April 24” has a year of two digits."),
        ("18-Apr-24", "“18-Apr-24” has a year of two digits."),
        ("April 2024", "“April 2024” names no day."),
        ("Friday 18 April 2024", "“Friday 18 April 2024” does not fit: 18 April 2024 is a Thursday."),
        ("31/02/2024", "“31/02/2024”: there is no such day."),
        ("31 February 2024", "“31 February 2024”: there is no such day."),
        ("2024-02-30", "“2024-02-30”: there is no such day."),
        ("18/19/2024", "“18/19/2024”: there is no such day."),
        ("0/0/2024", "“0/0/2024”: there is no such day."),
        ("45400", "45400 is a plain number, not a date (spreadsheets count days; it may be 18 April 2024)."),
        ("1899-04-18", "“1899-04-18” is not in the years from 2000 to 2100."),
        ("2024-04-18 18:00", "“2024-04-18 18:00” has a time beside the date."),
        ("next Thursday", "“next Thursday” is not a date. Write it as 2024-04-18 or 18 April 2024."),
        ("18 April", "“18 April” is not a date."),
    ],
)
def test_a_day_with_two_meanings_is_refused(text: str, message: str) -> None:
    """The message says what was read, and how to write it."""
    with pytest.raises(ValidationError) as caught:
        read_date(text)
    assert str(caught.value).startswith(message)


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_numbers_never_swap_day_and_month(day: date) -> None:
    """A date with the day first gives this day or a fault; an American date never gives another day."""
    if day.day > 12 or day.day == day.month:
        assert read_date(f"{day:%d/%m/%Y}") == day
    if day.day != day.month:
        with pytest.raises(ValidationError):
            read_date(f"{day:%m/%d/%Y}")
    assert read_date(day.isoformat()) == read_date(f"{day:%A} {day.day} {day:%B %Y}") == day


@pytest.mark.parametrize("text", ["18/04/2024", "05/16/2024", "2024/04/18", "18.04.2024"])
def test_digits_that_are_text_in_a_workbook_are_refused(text: str) -> None:
    """The spreadsheet did not recognise them as dates, so the dates that it recognised may be wrong."""
    with pytest.raises(ValidationError, match="is text: your spreadsheet did not take it for a date"):
        read_date(text, from_sheet=True)


def test_written_dates_are_safe_in_a_workbook() -> None:
    """A date in words has one meaning, in a workbook too."""
    assert read_date("18 April 2024", from_sheet=True) == read_date("2024-04-18", from_sheet=True)


@pytest.mark.parametrize(
    "text", ["2024-04", "April 2024", "Apr 2024", "Apr-2024", "04/2024", "2024-04-01", "1 April 2024"]
)
def test_months(text: str) -> None:
    """A month by number or by name, or its first day, as spreadsheets store a month."""
    assert read_month(text) == "2024-04"


@pytest.mark.parametrize("text", ["2031-13", "2031-00", "13/2031"])
def test_a_bad_month_is_called_a_month(text: str) -> None:
    """A fault in a month does not speak of a day."""
    with pytest.raises(ValidationError) as caught:
        read_month(text)
    assert str(caught.value) == f"“{text}”: there is no such month. Write it as 2024-04 or April 2024."


def test_quotation_marks_of_phones_are_no_part_of_a_date() -> None:
    """Curly quotation marks around a date are dropped; a page of text is no date."""
    assert (read_month("“2024-04”"), read_date("‘18 April 2024’")) == ("2024-04", date(2024, 4, 18))
    for read in (read_date, read_month, read_time):
        with pytest.raises(ValidationError, match="far too long"):
            read("1" * 101)


@pytest.mark.parametrize("text", ["April", "2024", "2024-13", "Apr-24", "18 April 2024", "1999-04"])
def test_what_is_no_month_is_refused(text: str) -> None:
    """A month needs a year of four digits, and no day but the first."""
    with pytest.raises(ValidationError):
        read_month(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("18:00", 18),
        ("18.00", 18),
        ("6pm", 18),
        ("6 PM", 18),
        ("6 p.m.", 18),
        ("18:00:00", 18),
        ("12am", 0),
        ("12pm", 12),
        ("noon", 12),
        ("09:00", 9),
        ("18h00", 18),
    ],
)
def test_times(text: str, expected: int) -> None:
    """Times as clocks show them and as people say them."""
    assert read_time(text) == time(expected)


@pytest.mark.parametrize("text", ["18", "25:00", "18:60", "13pm", "0pm", "18:00–19:30", "evening", "0.75"])
def test_what_is_no_time_is_refused(text: str) -> None:
    """A bare number may be morning or evening, minutes or hours."""
    with pytest.raises(ValidationError, match="Write it as 18:00 or 6pm"):
        read_time(text)
