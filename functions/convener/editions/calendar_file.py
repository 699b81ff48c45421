"""The calendar file (RFC 5545, RFC 5546 §3.2.1)."""

from __future__ import annotations

from datetime import UTC, datetime

from icalendar import Calendar, Event, vCalAddress

from convener.editions.calendar_links import event_title, who
from convener.sessions.models import Session
from convener.sessions.series import Series


def calendar_file(session: Session, series: Series, *, method: str = "PUBLISH", join_url: str, stamp: datetime) -> str:
    """One event in UTC, the same bytes for the same input. `stamp` is when this object was made (DTSTAMP).

    No ATTENDEE: PUBLISH forbids it, and nobody is asked to answer. The UID stays when the session moves.
    """
    event = Event()
    event.add("uid", f"{session.id}@{series.sender.list_id}")
    event.add("sequence", session.sequence)
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("dtstart", session.begins(series.tz).astimezone(UTC))
    event.add("dtend", session.ends(series.tz).astimezone(UTC))
    event.add("summary", event_title(session, series))
    event.add("description", _description(session, series, join_url))
    event.add("location", join_url or series.how_to_join)
    if join_url:
        event.add("url", join_url)
    # Outlook and Google want the bare address; "mailto:Name <address>" is not understood.
    event.add("organizer", vCalAddress(f"mailto:{series.sender.address}"))
    event.add("status", "CONFIRMED")
    calendar = Calendar()
    calendar.add("prodid", "-//Convener//Convener//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add_component(event)
    return str(calendar.to_ical().decode())


def _description(session: Session, series: Series, join_url: str) -> str:
    """Plain words: who leads it, how to join, whom to ask."""
    join = f"Join here: {join_url}" if join_url else ""
    ask = f"{series.contact_words}: {series.contact_email}"
    return "\n\n".join(part for part in (who(session), series.how_to_join, join, ask) if part)
