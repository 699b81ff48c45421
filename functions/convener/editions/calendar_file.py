"""The calendar file of a session (RFC 5545, RFC 5546 §3.2.1)."""

from __future__ import annotations

from datetime import UTC, datetime

from icalendar import Calendar, Event, vCalAddress

from convener.editions.calendar_links import event_title, speakers_sentence
from convener.sessions.models import Session
from convener.sessions.series import Series


def calendar_file(session: Session, series: Series, *, method: str = "PUBLISH", join_url: str, stamp: datetime) -> str:
    """Return a calendar file with one event in UTC. The same input gives the same bytes.

    The file has no ATTENDEE, because the method PUBLISH forbids it and readers are not asked to answer. The UID stays
    the same when the session moves.

    Args:
        session: The session.
        series: The series.
        method: The iTIP method.
        join_url: The link to join; empty if there is none.
        stamp: When the calendar object was made (DTSTAMP).
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
    # Outlook and Google need the bare address. They do not understand "mailto:Name <address>".
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
    """Return the description in plain text: the speakers, how to join, and the contact."""
    join = f"Join here: {join_url}" if join_url else ""
    contact = f"{series.contact_words}: {series.contact_email}"
    return "\n\n".join(part for part in (speakers_sentence(session), series.how_to_join, join, contact) if part)
