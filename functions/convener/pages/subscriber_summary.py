"""What several pages say about a subscriber: their saved choices, and why they get no mail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from http import HTTPStatus

from convener.editions.formatting import full_date
from convener.editions.places import city, zone_or_none
from convener.pages.context import PageContext
from convener.pages.responses import Response
from convener.sessions.series import Series
from convener.subscribers.address import masked
from convener.subscribers.leaving import may_undo
from convener.subscribers.mailing_choices import in_words
from convener.subscribers.models import Calendar, Subscriber, SubscriberStatus

_CALENDAR_WORDS: Mapping[Calendar, str] = {
    Calendar.FILE: "a file with each invitation, and links",
    Calendar.LINK: "links in each invitation",
    Calendar.NONE: "nothing",
}


def zone_of(subscriber: Subscriber, series: Series) -> tzinfo:
    """Return the time zone of a subscriber; that of the series if the subscriber has none."""
    return zone_or_none(subscriber.zone) or series.tz


def pause_words(subscriber: Subscriber, series: Series, now: datetime) -> str:
    """Return the day on which the pause of a subscriber ends, in words; empty if there is no pause."""
    if subscriber.paused_until is None or not subscriber.paused(now):
        return ""
    return full_date(subscriber.paused_until.astimezone(zone_of(subscriber, series)))


def choice_words(subscriber: Subscriber, series: Series, now: datetime) -> Sequence[tuple[str, str]]:
    """Return the saved choices of a subscriber in words, each with its label."""
    zone = zone_or_none(subscriber.zone)
    where = (city(zone) or subscriber.zone) if zone else f"not said: we write {series.zone_name} alone"
    until = pause_words(subscriber, series, now)
    return (
        ("You get", in_words(subscriber.kinds, series.coverage.of(subscriber.wording))),
        ("Pause", f"until {until}: nothing before that day" if until else "none"),
        ("Your time zone", where),
        ("First name", subscriber.first_name or "not said"),
        ("For your calendar", _CALENDAR_WORDS[subscriber.calendar]),
        ("The mails", "text only" if subscriber.text_only else "with colours and pictures, and as text"),
    )


def no_mail_page(
    subscriber: Subscriber | None,
    token: str,
    context: PageContext,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    more: Mapping[str, object] | None = None,
) -> Response:
    """Show why a subscriber gets no mail, and how to change that.

    Args:
        subscriber: The subscriber, None if there is none.
        token: The token of their link to unsubscribe.
        context: The collaborators of the page.
        status: The status of the response.
        more: Any of these flags: `refused` (the reader asked to undo, which is not possible), `said` (a reason is
            saved), `unsaid` (no reason was chosen).
    """
    erased = subscriber is None or subscriber.status is SubscriberStatus.ERASED
    view: dict[str, object] = {
        "refused": False,
        "said": False,
        "unsaid": False,
        "state": "erased" if erased or subscriber is None else subscriber.status.value,
        "address": masked(subscriber.address) if subscriber else "",
        "undo": subscriber is not None and may_undo(subscriber, context.now),
        "token": token,
        **(more or {}),
    }
    return context.renderer.page("left", view, status=status)
