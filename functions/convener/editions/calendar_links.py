"""The links that add a session to a calendar. Pages import this module, so it does not import icalendar."""

from __future__ import annotations

from datetime import UTC
from urllib.parse import quote

from convener.editions.formatting import and_list, one_line
from convener.sessions.models import Session
from convener.sessions.series import Series

_UTC_FORMAT = "%Y%m%dT%H%M%SZ"


def calendar_links(session: Session, series: Series, *, join_url: str) -> dict[str, str]:
    """Return the link for each calendar service: google, outlook, office365 and yahoo.

    Spaces are encoded as %20, because Outlook shows a plus sign as it is.
    """
    begins, ends = (moment.astimezone(UTC) for moment in (session.begins(series.tz), session.ends(series.tz)))
    title, place = event_title(session, series), join_url or series.how_to_join
    words = "\n\n".join(
        part for part in (speakers_sentence(session), join_url) if part
    )  # short, because people see the link
    dates = f"{begins:{_UTC_FORMAT}}/{ends:{_UTC_FORMAT}}"
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
        "st": f"{begins:{_UTC_FORMAT}}",
        "et": f"{ends:{_UTC_FORMAT}}",
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
    """Return the names of the series and the session, such as "Conversation for Kindness: The role of kindness"."""
    title = one_line(session.title or "")
    return f"{series.name}: {title}" if title else series.name


def speakers_sentence(session: Session) -> str:
    """Return, for example, "With A, B and C."; empty if there are no speakers."""
    return f"With {and_list(one_line(speaker.name) for speaker in session.speakers)}." if session.speakers else ""


def _link(base: str, query: dict[str, str]) -> str:
    return base + "?" + "&".join(f"{name}={quote(value, safe='')}" for name, value in query.items())
