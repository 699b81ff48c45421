"""The links that add a session to a calendar; without icalendar, which pages needn't wait for."""

from __future__ import annotations

from datetime import UTC
from urllib.parse import quote

from convener.editions.formatting import listed, one_line
from convener.sessions.models import Session
from convener.sessions.series import Series

STAMP = "%Y%m%dT%H%M%SZ"


def calendar_links(session: Session, series: Series, *, join_url: str) -> dict[str, str]:
    """Where a browser adds the session: google, outlook, office365, yahoo. Spaces are %20: Outlook shows a plus."""
    begins, ends = (moment.astimezone(UTC) for moment in (session.begins(series.tz), session.ends(series.tz)))
    title, place = event_title(session, series), join_url or series.how_to_join
    words = "\n\n".join(part for part in (who(session), join_url) if part)  # short: people see these addresses
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


def who(session: Session) -> str:
    """With A, B and C."""
    return f"With {listed(one_line(speaker.name) for speaker in session.speakers)}." if session.speakers else ""


def _link(base: str, query: dict[str, str]) -> str:
    return base + "?" + "&".join(f"{name}={quote(value, safe='')}" for name, value in query.items())
