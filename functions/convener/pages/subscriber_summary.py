"""What several pages say about a reader: what is saved of her choices, and why she gets no mail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from http import HTTPStatus

from convener.editions.formatting import full_date
from convener.editions.places import city, zone_or_none
from convener.pages.page_renderer import PageRenderer
from convener.pages.responses import Response
from convener.sessions.series import Series
from convener.subscribers.leaving import masked, may_undo
from convener.subscribers.mailing_choices import in_words
from convener.subscribers.models import Calendar, Subscriber, SubscriberStatus

CALENDARS: Mapping[Calendar, str] = {
    Calendar.FILE: "a file with each invitation, and links",
    Calendar.LINK: "links in each invitation",
    Calendar.NONE: "nothing",
}


def zone_of(row: Subscriber, series: Series) -> tzinfo:
    """Her own zone, where we know it; else the series'."""
    return zone_or_none(row.zone) or series.tz


def pause_words(row: Subscriber, series: Series, now: datetime) -> str:
    """The day until which she gets nothing; empty where she has no pause."""
    if row.paused_until is None or not row.paused(now):
        return ""
    return full_date(row.paused_until.astimezone(zone_of(row, series)))


def chosen_words(row: Subscriber, series: Series, now: datetime) -> Sequence[tuple[str, str]]:
    """What is saved of her choices, each with its name."""
    zone = zone_or_none(row.zone)
    where = (city(zone) or row.zone) if zone else f"not said: we write {series.zone_name} alone"
    until = pause_words(row, series, now)
    return (
        ("You get", in_words(row.kinds)),
        ("Pause", f"until {until}: nothing before that day" if until else "none"),
        ("Your time zone", where),
        ("First name", row.first_name or "not said"),
        ("For your calendar", CALENDARS[row.calendar]),
        ("The mails", "text only" if row.text_only else "with colours and pictures, and as text"),
    )


def gone_page(
    row: Subscriber | None,
    token: str,
    paper: PageRenderer,
    now: datetime,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    more: Mapping[str, object] | None = None,
) -> Response:
    """For whoever gets no mail: that it is so, and how it could be otherwise. `token` is that of her link to leave.

    In `more`: `refused`, that undoing was asked for in vain; `said`, that a reason is written down; `unsaid`, that
    none of them was chosen.
    """
    erased = row is None or row.status is SubscriberStatus.ERASED
    view: dict[str, object] = {
        "state": "erased" if erased or row is None else row.status.value,
        "address": masked(row.address) if row else "",
        "undo": row is not None and may_undo(row, now),
        "token": token,
    }
    return paper.page(
        "left", {**dict.fromkeys(("refused", "said", "unsaid"), False), **view, **(more or {})}, status=status
    )
