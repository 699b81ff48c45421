"""The way to the meeting: open around the conversation, kind words before and after. Its address is on no page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Protocol

from convener.editions.adjacent_sessions import next_from, upcoming_view
from convener.editions.calendar_links import calendar_links
from convener.editions.formatting import clock, day_and_month, day_month_year, from_to, hours_words, weekday
from convener.editions.session_text import links_of, names_of, slides_of, title_of
from convener.errors import Unavailable
from convener.links import Links
from convener.pages.page_renderer import PageRenderer
from convener.pages.request import Request, read_token
from convener.pages.responses import Response, redirect
from convener.sessions.models import Session
from convener.sessions.series import Series


class SessionRepository(Protocol):
    """Where sessions lie."""

    @property
    def unreadable(self) -> Mapping[str, str]:
        """Those that `all` had to leave out, and why."""

    def all(self) -> Sequence[Session]:
        """Every session that can be read."""


def join_page(
    request: Request, *, links: Links, shelf: SessionRepository, series: Series, paper: PageRenderer, now: datetime
) -> Response:
    """A redirect while the doors are open, else a page. Raises NotALink, Unavailable, LostAnswer."""
    wanted = read_token(request.token, links.tokens.read_join)
    sessions = shelf.all()
    session = next((one for one in sessions if one.id == wanted), None)
    if session is None:
        if wanted in shelf.unreadable:
            raise Unavailable("its record can't be read")  # the tick tells an operator
        return paper.page("gone", {}, status=HTTPStatus.NOT_FOUND)
    state = state_of(session, series, now)
    if state == "open" and session.join_url:
        return redirect(session.join_url)
    return paper.page(
        "join",
        {
            **_words(session, series),
            "state": state,
            "past": now > session.ends(series.tz),
            "awaited": now < session.begins(series.tz) + timedelta(days=series.departures.recap.give_up_days),
            "calendar": calendar_links(session, series, join_url=links.join_url(wanted) if session.join_url else ""),
            "upcoming": upcoming_view(next_from(now, sessions, series), series),
        },
    )


def state_of(session: Session, series: Series, now: datetime) -> str:
    """Cancelled, early, open or over. The doors open before it begins, and close as long after its end."""
    doors = timedelta(minutes=series.doors_minutes)
    if session.status == "cancelled":
        return "cancelled"
    if now < session.begins(series.tz).astimezone(UTC) - doors:
        return "early"
    return "open" if now <= session.ends(series.tz).astimezone(UTC) + doors else "over"


def _words(session: Session, series: Series) -> dict[str, object]:
    begins = session.begins(series.tz)
    opens = (begins.astimezone(UTC) - timedelta(minutes=series.doors_minutes)).astimezone(series.tz)
    hour = f"{clock(opens)} {series.zone_name}"
    return {
        "title": title_of(session, series),
        "speakers": names_of(session),
        "date": f"{weekday(begins)} {day_month_year(begins)}",
        "when": from_to(begins, session.ends(series.tz), series.zone_name),
        "lasts": hours_words(session.length_minutes),
        "opens": f"{hour} on the day" if opens.date() == begins.date() else f"{day_and_month(opens)}, {hour}",
        "has_link": bool(session.join_url),
        "links": links_of(session),
        "slides": slides_of(session),
    }
