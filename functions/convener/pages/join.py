"""The page that leads to the meeting: a redirect around the time of the session, and a page before and after.

No page contains the URL of the meeting.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from convener.editions.adjacent_sessions import next_session_from, upcoming_view
from convener.editions.calendar_links import calendar_links
from convener.editions.formatting import clock_time, day_and_month, day_month_year, duration_words, time_range, weekday
from convener.editions.session_text import links_of, names_of, slides_of, title_of
from convener.errors import Unavailable
from convener.pages.context import PageContext
from convener.pages.request import Request, read_token
from convener.pages.responses import Response, redirect
from convener.sessions.departure_times import materials_awaited_days
from convener.sessions.models import Session
from convener.sessions.series import Series


def join_page(request: Request, context: PageContext) -> Response:
    """Redirect to the meeting while its doors are open, else show a page.

    Raises NotALink, Unavailable and LostAnswer. Unavailable is also raised if the record of the session can't be read.
    """
    links, series, now = context.links(), context.series, context.now
    session_id = read_token(request.token, links.tokens.read_join)
    sessions = context.sessions.all()
    session = next((session for session in sessions if session.id == session_id), None)
    if session is None:
        if session_id in context.sessions.unreadable:
            raise Unavailable("its record can't be read")  # the tick reports the record to an operator
        return context.renderer.page("gone", {}, status=HTTPStatus.NOT_FOUND)
    state = door_state(session, series, now)
    if state == "open" and session.join_url:
        return redirect(session.join_url)
    join_url = links.join_url(session_id) if session.join_url else ""
    view = {
        **_session_view(session, series),
        "state": state,
        "past": now > session.ends(series.tz),
        "awaited": now < session.begins(series.tz) + timedelta(days=materials_awaited_days(series)),
        "calendar": calendar_links(session, series, join_url=join_url),
        "upcoming": upcoming_view(next_session_from(now, sessions, series), series),
    }
    return context.renderer.page("join", view)


def door_state(session: Session, series: Series, now: datetime) -> str:
    """Return "cancelled", "early", "open" or "over".

    The doors open `series.doors_minutes` before the session begins, and close as long after the session ends.
    """
    doors = timedelta(minutes=series.doors_minutes)
    if session.status == "cancelled":
        return "cancelled"
    if now < session.begins(series.tz).astimezone(UTC) - doors:
        return "early"
    return "open" if now <= session.ends(series.tz).astimezone(UTC) + doors else "over"


def _session_view(session: Session, series: Series) -> dict[str, object]:
    begins = session.begins(series.tz)
    opens = (begins.astimezone(UTC) - timedelta(minutes=series.doors_minutes)).astimezone(series.tz)
    hour = f"{clock_time(opens)} {series.zone_name}"
    return {
        "title": title_of(session, series),
        "speakers": names_of(session),
        "date": f"{weekday(begins)} {day_month_year(begins)}",
        "when": time_range(begins, session.ends(series.tz), series.zone_name),
        "lasts": duration_words(session.length_minutes),
        "opens": f"{hour} on the day" if opens.date() == begins.date() else f"{day_and_month(opens)}, {hour}",
        "has_link": bool(session.join_url),
        "links": links_of(session),
        "slides": slides_of(session),
    }
