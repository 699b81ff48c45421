"""The session that a record is about, and the checks across all records of a file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from convener.sessions.session_updates import MOST_SESSIONS
from tests.support.uploads import SERIES, faults, only, uploaded

PAGE = Path(__file__).parents[4] / "local" / "examples" / "archive.txt"


@pytest.mark.parametrize(
    ("text", "session", "month", "day"),
    [
        ("month: 2024-04", "2024-04", "2024-04", None),
        ("when: April 2024", "2024-04", "2024-04", None),
        ("date: 18/04/2024", "2024-04", "2024-04", date(2024, 4, 18)),
        ("id: 2024-04B", "2024-04b", "2024-04", None),
        ("id: 2024-04\ndate: 2024-05-02", "2024-04", "2024-05", date(2024, 5, 2)),
        ("id: 2024-04\nmonth: May 2024\ndate: 2 May 2024", "2024-04", "2024-05", date(2024, 5, 2)),
        ("month: 2024-04\ndate: 2024-04-30", "2024-04", "2024-04", date(2024, 4, 30)),
    ],
)
def test_id_month_and_date(text: str, session: str, month: str, day: date | None) -> None:
    """One of them is enough; with its id given, a session may move to another month."""
    update = only(text)
    assert (update.id, update.month, update.values.get("date")) == (session, month, day)
    assert update.values.get("date_source") == (day and "given")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title: Rest", "Line 1: Nothing says which session this is. Give its month, as in 2024-04, or its date."),
        ("month: 2024-04\ndate: 2024-05-02", "Line 1, “month”: The month says April 2024, the date May 2024."),
        ("id: 2024-04\nmonth: 2024-05", "Line 1, “id”: The id belongs to April 2024, the month says May 2024."),
        ("id: april", "Line 1, “id”: “april” is not the id of a session."),
        ("id: 2024-04a", "Line 1, “id”: “2024-04a” is not the id of a session."),
        ("id: 1998-04", "Line 1, “id”: “1998-04” is not the id of a session."),
        ("month: [2024-04]", "Line 1, “month”: There is a list"),
    ],
)
def test_an_unclear_session_is_refused(text: str, message: str) -> None:
    """Nothing is guessed."""
    assert faults(text)[0].startswith(message)


def test_a_session_that_stands_twice_is_refused() -> None:
    """The fault names both places, and says how to give two sessions of one month their own ids."""
    assert faults("- month: 2024-04\n- month: 2024-05\n- date: 2024-04-18\n") == [
        "Line 3: April 2024 is there twice (lines 1 and 3). "
        "Take one of the two out, or give the second its own id: 2024-04b."
    ]


def test_two_sessions_on_one_day_are_refused() -> None:
    """Everybody would be mailed twice."""
    [fault] = faults("- date: 2024-04-18\n- id: 2024-04b\n  date: 18 April 2024\n")
    assert fault.startswith("Line 2: Two sessions are on 18 April 2024 (lines 1 and 2).")


def test_ninety_sessions_fit() -> None:
    """Ninety sessions are read; ninety-one are refused in words."""
    records = [f"- month: {2010 + number // 12}-{number % 12 + 1:02}\n" for number in range(MOST_SESSIONS + 1)]
    assert len(uploaded("".join(records[:-1])).sessions) == MOST_SESSIONS
    assert faults("".join(records)) == [
        "The file has 91 sessions; 90 is the most for one file. "
        "Put them into two or more files, and upload one after the other."
    ]


def test_all_faults_are_listed_up_to_fifty() -> None:
    """An editor can mend the file in one go, and nobody reads a thousand lines."""
    found = faults("".join(f"- month: {2010 + n // 12}-{n % 12 + 1:02}\n  start: soon\n" for n in range(60)))
    assert len(found) == 51
    assert found[0].startswith("Line 2, “start”: “soon” is not a time of day.")
    assert found[-1] == "There are 10 more of these. Mend the ones above first, and upload the file again."


def test_an_archive_page_adds_to_the_records() -> None:
    """The update adds to the record, and leaves out a day by the rule of the series."""
    read = uploaded(PAGE.read_bytes(), "Archive page.txt")
    assert len(read.sessions) == 6
    assert all(update.adds and update.where.line and "date" not in update.values for update in read.sessions)
    assert read.sessions[-1].values["title"] == "The role of kindness in the British Red Cross"
    assert uploaded(PAGE.read_bytes(), "archive").sessions == read.sessions


def test_an_archive_page_gives_days_where_it_states_them() -> None:
    """A stated day is given, and values that the page does not give are left out."""
    update = only("25 April 2024 – Rest\n", "a.txt")
    assert update.values == {"title": "Rest", "date": date(2024, 4, 25), "date_source": "given"}


def test_an_archive_page_in_windows_1252_is_refused() -> None:
    """Wrongly guessed letters would be in a mail before anybody reads a warning."""
    [fault] = faults("April 2024 – Café\n".encode("cp1252"), "a.txt")
    assert fault.startswith("Line 1: The file is not UTF-8 text: an accent, dash or quotation mark here")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Hello\n\nSmarch 2024 – Rest\n", "No session found. A session begins with a line such as"),
        (
            "month: 2024-04\ntitle: x\n",
            "No session found. A session begins with a line such as “April 2024 – Its title”. If it is YAML",
        ),
        ("April 2024 – One\n\nx\n\nApril 2024 – Two\n", "Line 5: Two sessions are on 18 April 2024 (lines 1 and 5)."),
        (
            "".join(f"{m} {y} – X\n\n" for y in range(2010, 2018) for m in ("May", "June") for _ in "abcdef"),
            "The file has 96",
        ),
    ],
)
def test_what_is_wrong_in_an_archive_page(text: str, message: str) -> None:
    """The fault has the words of the page reader, and its line."""
    assert faults(text, "a.txt")[0].startswith(message)


def test_the_zone_of_the_series_may_follow_a_time() -> None:
    """A time may be followed by the words that the series has for its time zone."""
    assert only(f"month: 2024-04\nstart: 6pm {SERIES.zone_name}").values["start"].hour == 18


def test_a_page_that_nobody_wrote_is_refused_before_it_is_searched() -> None:
    """A book and an endless line are refused; an ordinary long paragraph is read."""
    assert faults("April 2024 – K\n" + "word\n" * 100_001, "a.txt")[0].startswith(
        "An archive page may have 500,000 char"
    )
    assert faults("April 2024 – K\n\n" + "x" * 5_001, "a.txt")[0].startswith("Line 3: The line has 5,001 characters")
    assert only("April 2024 – K\n\n" + "word " * 900, "a.txt").values["title"] == "K"
