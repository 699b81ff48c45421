"""The calendar file and the links that add a session to a calendar (RFC 5545, RFC 5546 §3.2.1)."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote

from icalendar import Calendar, Event, vCalAddress

from convener.editions.wording import listed, one_line
from convener.sessions.models import Session
from convener.sessions.series import Series

STAMP = "%Y%m%dT%H%M%SZ"


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


def calendar_links(session: Session, series: Series, *, join_url: str) -> dict[str, str]:
    """Where a browser adds the session: google, outlook, office365, yahoo. Spaces are %20: Outlook shows a plus."""
    begins, ends = (moment.astimezone(UTC) for moment in (session.begins(series.tz), session.ends(series.tz)))
    title, place = event_title(session, series), join_url or series.how_to_join
    words = "\n\n".join(part for part in (_who(session), join_url) if part)  # short: people see these addresses
    dates = f"{begins:{STAMP}}/{ends:{STAMP}}"
    microsoft = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "startdt": f"{begins:%Y-%m-%dT%H:%M:%SZ}",
        "enddt": f"{ends:%Y-%m-%dT%H:%M:%SZ}",
        "subject": title,
        "body": words,
        "location": place,
    }
    google = {"action": "TEMPLATE", "text": title, "dates": dates, "details": words, "location": place}
    yahoo = {
        "v": "60",
        "title": title,
        "st": f"{begins:{STAMP}}",
        "et": f"{ends:{STAMP}}",
        "desc": words,
        "in_loc": place,
    }
    return {
        "google": _link("https://calendar.google.com/calendar/render", google),
        "outlook": _link("https://outlook.live.com/calendar/0/deeplink/compose", microsoft),
        "office365": _link("https://outlook.office.com/calendar/0/deeplink/compose", microsoft),
        "yahoo": _link("https://calendar.yahoo.com/", yahoo),
    }


def event_title(session: Session, series: Series) -> str:
    """Conversation for Kindness: The role of kindness …; the series alone where there is no title."""
    title = one_line(session.title or "")
    return f"{series.name}: {title}" if title else series.name


def _description(session: Session, series: Series, join_url: str) -> str:
    """Plain words: who leads it, how to join, whom to ask."""
    join = f"Join here: {join_url}" if join_url else ""
    ask = f"{series.contact_words}: {series.contact_email}"
    return "\n\n".join(part for part in (_who(session), series.how_to_join, join, ask) if part)


def _who(session: Session) -> str:
    return f"With {listed(one_line(speaker.name) for speaker in session.speakers)}." if session.speakers else ""


def _link(base: str, query: dict[str, str]) -> str:
    return base + "?" + "&".join(f"{name}={quote(value, safe='')}" for name, value in query.items())
