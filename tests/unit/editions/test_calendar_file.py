"""The calendar file and the add-to-calendar links."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from convener.editions.calendar_file import calendar_file
from convener.editions.calendar_links import calendar_links
from convener.sessions.models import Session
from tests.support.mails import BARE, RICH, STAMP, the_series

SERIES = the_series()
JOIN = "https://kindness.example/join/q7XcE2"


def file(session: Session = RICH, join_url: str = JOIN) -> str:
    """Return the calendar file of a session."""
    return calendar_file(session, SERIES, join_url=join_url, stamp=STAMP)


def test_the_file_meets_rfc_5546_for_publish() -> None:
    """A file with PUBLISH has an organiser, no attendees, a stable UID and the session's sequence, in UTC."""
    (event,) = Calendar.from_ical(file(RICH.model_copy(update={"sequence": 3}))).walk("VEVENT")
    assert event["UID"] == "2024-04@conversation.mail.kindness.example"
    assert event["SEQUENCE"] == 3
    assert event["ORGANIZER"] == "mailto:conversation@mail.kindness.example"
    assert event.decoded("DTSTART") == datetime(2024, 4, 18, 17, tzinfo=UTC)
    assert event.decoded("DTEND") == datetime(2024, 4, 18, 18, 30, tzinfo=UTC)
    assert event["URL"] == event["LOCATION"] == JOIN
    assert "ATTENDEE" not in event
    assert "METHOD:PUBLISH\r\n" in file()


def test_lines_are_folded_as_rfc_5545_requires() -> None:
    """No line is longer than 75 octets, and each line ends in CRLF."""
    lines = file().split("\r\n")
    assert lines[-1] == ""
    assert max(len(line.encode()) for line in lines) <= 75
    assert "\n" not in "".join(lines)


def test_the_same_bytes_each_time() -> None:
    """The file does not depend on chance or on the clock."""
    assert file() == file()


def test_without_a_link_the_file_says_how_to_join() -> None:
    """Without a join link, the file says how to join."""
    (event,) = Calendar.from_ical(file(BARE, "")).walk("VEVENT")
    assert event["LOCATION"] == SERIES.how_to_join
    assert event["SUMMARY"] == "Conversation for Kindness"
    assert "URL" not in event


@settings(max_examples=40, deadline=None)
@given(st.text(min_size=1).filter(lambda text: "\ue000" not in text and text.strip() and text.isprintable()))
def test_titles_survive_escaping(title: str) -> None:
    """Commas, semicolons, backslashes, braces and emoji survive the escaping of RFC 5545."""
    (event,) = Calendar.from_ical(file(RICH.model_copy(update={"title": title}))).walk("VEVENT")
    assert str(event["SUMMARY"]) == f"Conversation for Kindness: {' '.join(title.split())}"


@pytest.mark.parametrize("name", ["google", "outlook", "office365", "yahoo"])
def test_links_carry_title_and_place(name: str) -> None:
    """Each link is https, encodes spaces as %20, and has the title and the place."""
    link = calendar_links(RICH, SERIES, join_url=JOIN)[name]
    assert link.startswith("https://")
    assert "+" not in link
    said = [value for values in parse_qs(urlsplit(link).query).values() for value in values]
    assert "Conversation for Kindness: The role of kindness in the British Red Cross" in said
    assert JOIN in said
