"""Subscribers, sessions, campaigns and editions for tests. Each has valid values where a test sets none."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

from convener.campaigns import Campaign, Stage
from convener.editions.models import Content, Edition, Occasion, mark
from convener.mailing_types import INVITE, MailingType
from convener.sessions.models import Material, Session
from convener.sessions.series import Series, read_series
from convener.subscribers.models import Subscriber, SubscriberStatus

TEMPLATES = Path(__file__).parents[2] / "templates"
SERIES_FOLDER = Path(__file__).parents[1] / "series"
"""The tests' own series. No test depends on the folder that a community names with the variable SERIES."""

LONG_AGO = datetime(2023, 3, 3, 12, tzinfo=UTC)
OPENED = datetime(2024, 4, 4, 8, tzinfo=UTC)


def series(**changes: Any) -> Series:
    """Return the tests' series with changed values."""
    return _own_series().model_copy(update=changes)


@cache
def _own_series() -> Series:
    """The file is read once a process: a thousand tests ask for it, and the list of time zones alone takes 3 ms."""
    return read_series(SERIES_FOLDER / "series.toml")


def session(**changes: Any) -> Session:
    """Return the session of 18 April 2024, 18:00 in London: complete, but without materials."""
    values: dict[str, Any] = {
        "id": "2024-04",
        "month": "2024-04",
        "date": date(2024, 4, 18),
        "date_source": "rule",
        "start": time(18),
        "length_minutes": 90,
        "title": "Kindness under pressure",
        "join_url": "https://meet.example/k",
        "version": 1,
        "edited_at": datetime(2024, 3, 1, tzinfo=UTC),
    }
    return Session(**{**values, **changes})


def material(name: str) -> Material:
    """Return a material with an address."""
    return Material(announced=True, url=f"https://files.example/{name}")


def subscriber(number: int, **changes: Any) -> Subscriber:
    """Return the n-th subscriber. The last hexadecimal digit of the number is the shard."""
    values: dict[str, Any] = {
        "id": f"{number % 16:x}{number:031x}",
        "address": f"reader{number}@example.org",
        "status": SubscriberStatus.CONFIRMED,
        "confirmed_at": LONG_AGO,
        "first_name": "Aroha",
        "zone": "Pacific/Auckland",
        "version": 1,
    }
    return Subscriber(**{**values, **changes})


def campaign(kind: MailingType = INVITE, **changes: Any) -> Campaign:
    """Return a campaign that was opened on 4 April 2024 and is being sent."""
    values: dict[str, Any] = {
        "id": f"2024-04/{kind}",
        "session": "2024-04",
        "kind": kind,
        "stage": Stage.SENDING,
        "opened_at": OPENED,
        "too_late_at": datetime(2024, 4, 17, 8, tzinfo=UTC),
        "edition": edition().digest,
    }
    return Campaign(**{**values, **changes})


def edition() -> Edition:
    """Return a small edition with merge fields in every part."""
    content = Content(
        subject="Thu 18 April, 6pm UK: Kindness under pressure",
        text=f"{mark('greeting')}\n\nLeave: {mark('leave_url')}\n",
        html=f"<p>{mark('greeting')}</p><a href='{mark('leave_url')}'>leave</a>",
        calendar="BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
    )
    occasion = Occasion(
        begins=datetime(2024, 4, 18, 17, tzinfo=UTC),
        ends=datetime(2024, 4, 18, 18, 30, tzinfo=UTC),
        zone="Europe/London",
        zone_short="UK",
    )
    plain = Content(subject=content.subject, text=content.text, html=content.html)
    return Edition(
        campaign="2024-04/invite",
        sender="Conversation <talk@mail.kindness.example>",
        reply_to="hello@kindness.example",
        list_id="talk.mail.kindness.example",
        occasion=occasion,
        variants={"full": content, "plain": plain, "text": Content(subject=content.subject, text=content.text)},
    )
