"""Lines that begin a session."""

from __future__ import annotations

import calendar
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.pages import only, page

MONTHS = list(calendar.month_name)[1:]
SEPARATORS = [" – ", " — ", " - ", ": ", " : ", "–", "—", " –", "\u00a0–\u00a0", " -- ", " | ", "\u200b –\u2009"]
CASES = [str, str.upper, str.lower, str.title]


@settings(deadline=None, max_examples=60)
@given(
    month=st.sampled_from(MONTHS),
    year=st.integers(1980, 2100),
    separator=st.sampled_from(SEPARATORS),
    case=st.sampled_from(CASES),
    before=st.sampled_from(["", " ", "\u00a0", "\ufeff", "\t"]),
    end=st.sampled_from(["\n", "\r\n", "\r", " \n", "\u00a0\r\n"]),
)
def test_every_month_separator_and_case(
    month: str, year: int, separator: str, case: Callable[[str], str], before: str, end: str
) -> None:
    """A heading is read with any dash, spaces, case and line end."""
    session = only(f"{before}{case(month)} {year}{separator}Small acts{end}{end}Text.{end}")
    assert session.month == f"{year}-{MONTHS.index(month) + 1:02}"
    assert (session.title, session.summary, session.warnings) == ("Small acts", "Text.", ())


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("October 2031Gathering of friends", "Gathering of friends"),
        ("OCTOBER 2031", None),
        ("October 2031.", None),
        ("October 2031 –", None),
        ("Oct 2031 – Rest", "Rest"),
        ("Oct. 2031: Rest", "Rest"),
        ("October, 2031 – Rest", "Rest"),
        ("October\u00a0\u00a02031\u200b –\u00a0Rest", "Rest"),
        ("October2031 – Rest", "Rest"),
        ("## October 2031 – Rest", "Rest"),
        ("**October 2031 – Rest**", "Rest"),
        ("October 2031 – 36 months on: what  now?", "36 months on: what now?"),
        ("October 2031 – braces {{ and [bold]", "braces {{ and [bold]"),
    ],
)
def test_forms_of_a_heading(line: str, title: str | None) -> None:
    """Each form that editors use gives its month and title, without a warning."""
    session = only(f"{line}\n\nText.")
    assert (session.id, session.title, session.warnings) == ("2031-10", title, ())


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("18 April 2024 – Rest", "2024-04-18"),
        ("Friday, 19th of April 2024: Rest", "2024-04-19"),
        ("April 20, 2024 – Rest", "2024-04-20"),
        ("Sept 2023 – Rest", "2023-09-21"),
    ],
)
def test_a_stated_day_is_given(line: str, day: str) -> None:
    """A day in the heading counts; without a day the rule of the series gives the date."""
    session = only(line)
    assert session.date.isoformat() == day
    assert session.date_source == ("rule" if line.startswith("Sept") else "given")


@pytest.mark.parametrize(
    "sentence",
    [
        "April 2024 was a good month.",
        "March 2023 brought us together to …",
        "May 2024 be kind to all of us.",
        "April 2024’s meeting was full.",
        "April 2024, when it rained, was quiet.",
        "We met in\nApril 2024",
        "It began in\nMarch 2023 – and went on.",
        "March 2023 brought us together to\nlisten and to learn.",
    ],
)
def test_a_sentence_that_begins_with_a_month_is_text(sentence: str) -> None:
    """Prose stays prose, in the summary of its session."""
    read = page(f"June 2025 – Rest\n\n{sentence}\n")
    assert [session.id for session in read.sessions] == ["2025-06"]
    assert read.sessions[0].summary == sentence
    assert not read.warnings


@pytest.mark.parametrize(
    "line",
    [
        "Smarch 2024 – Rest",
        "Febuary 2024: Rest",
        "April 20244",
        "April 1024",
        "April 24 – Rest",
        "April – Rest",
        "31 April 2024 – Rest",
        "April 2024-25 – Rest",
        "March 2024 – April 2024: Rest",
        "2024-04-18 – Rest",
        "Spring 2024 – Rest",
    ],
)
def test_lines_below_a_lookalike_join_no_session(line: str) -> None:
    """A line that only looks like a heading gives a warning with its line, and its text joins no other session."""
    read = page(f"June 2025 – Rest\n\nText.\n\n{line}\n\nLost words.\n\nWatch the recording below\n")
    (session,) = read.sessions
    assert (session.summary, session.recording.announced) == ("Text.", False)
    (note,) = read.warnings
    assert note.line == 5
    assert "5–9 were left out" in note.text


def test_a_missing_dash_gives_a_warning() -> None:
    """A month and a title with only a space between them are a heading, with a warning."""
    session = only("October 2031 Gathering of friends\n\nText.")
    assert session.title == "Gathering of friends"
    assert session.warnings[0].line == 1


def test_a_wrong_weekday_gives_a_warning() -> None:
    """A weekday that the day does not have gives a warning, and the day counts."""
    assert "is a Thursday" in str(only("Monday 18 April 2024 – Rest").warnings[0])


def test_two_sessions_of_one_month_are_two_records() -> None:
    """Two sessions of one month are two records, and the warning names both lines."""
    read = page("April 2024 – One\n\nText.\n\n25 April 2024 – Two\n\nMore.")
    assert [(session.id, session.title) for session in read.sessions] == [("2024-04b", "Two"), ("2024-04", "One")]
    assert "lines 1 and 5" in read.warnings[0].text


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc", "Nd"]), max_size=80), max_size=6))
def test_text_between_headings_is_only_text(paragraphs: list[str]) -> None:
    """A text without a digit never adds or removes a session."""
    text = "\n\n".join(paragraphs)
    read = page(f"June 2025 – One\n\nStart.\n{text}\n\nMay 2025 – Two\n\n{text}\n\nApril 2025\n")
    assert [session.id for session in read.sessions] == ["2025-06", "2025-05", "2025-04"]


@pytest.mark.parametrize("heading", ["March–April 2024 – Spring", "12/2023 – Frost"])
def test_spans_and_numeric_months_give_a_warning(heading: str) -> None:
    """Neither makes a session, both give a warning, and the warning of a span does not speak of the year."""
    (note,) = page(f"{heading}\n\nMay 2031 – Hope\n\nText.\n").warnings
    assert heading in note.text
    assert "four digits" not in note.text
