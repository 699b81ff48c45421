"""A calendar file in words: what a calendar would show when its reader opens it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from local.timeline.words import written_moment

_WORDS = (
    ("LOCATION", "Where"),
    ("URL", "Link"),
    ("DESCRIPTION", "Words"),
    ("ORGANIZER", "From"),
    ("STATUS", "Status"),
    ("UID", "UID"),
    ("SEQUENCE", "Sequence"),
)


def read_events(text: str, *, zone: ZoneInfo, zone_name: str) -> list[list[tuple[str, str]]]:
    """Each event as (label, value) rows, its times in `zone`. Raises ValueError for what no calendar could read."""
    calendar = Calendar.from_ical(text)
    if not isinstance(calendar, Calendar):
        raise ValueError("it holds no VCALENDAR")
    method = [("Method", str(calendar["METHOD"]))] if "METHOD" in calendar else []
    return [_rows(event, zone, zone_name) + method for event in calendar.walk("VEVENT") if isinstance(event, Event)]


def _rows(event: Event, zone: ZoneInfo, zone_name: str) -> list[tuple[str, str]]:
    times = [("Begins", "DTSTART"), ("Ends", "DTEND")]
    rows = [("What", str(event.get("SUMMARY", "no title")))]
    rows += [(label, _when(event.decoded(key), zone, zone_name)) for label, key in times if key in event]
    rows += [(label, str(event[key])) for key, label in _WORDS if event.get(key) not in (None, "")]
    return rows + [("Reminder", _alarm(alarm.get("TRIGGER"))) for alarm in event.walk("VALARM")]


def _when(value: object, zone: ZoneInfo, zone_name: str) -> str:
    if not isinstance(value, date):
        raise ValueError(f"{value} is no time")
    if not isinstance(value, datetime):
        return f"{value:%A} {value.day} {value:%B} {value.year}, all day"
    if value.tzinfo is None:
        return f"{written_moment(value)}, wherever the reader is"
    return f"{written_moment(value.astimezone(zone))} {zone_name}"


def _alarm(trigger: object) -> str:
    offset = getattr(trigger, "dt", None)
    if isinstance(offset, timedelta):
        return f"{-offset // timedelta(minutes=1)} minutes before"
    return str(offset or "as the calendar likes")
