"""Helpers for tests of the plan: moments in London, and when mailings leave."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from convener.campaigns import Campaign
from convener.mailing_types import MailingType
from convener.scheduling.due import DueMailing, due, plan
from convener.sessions.models import Session
from tests.support.people import series, session

SERIES = series()


def london(*moment: int) -> datetime:
    """Return a wall-clock time in London as a moment in UTC."""
    return datetime(*moment, tzinfo=SERIES.tz).astimezone(UTC)  # type: ignore[arg-type, misc]


def leaves_at(kind: MailingType, campaigns: Iterable[Campaign] = (), **changes: Any) -> datetime | None:
    """Return when a mailing of a type leaves for a session with `changes`; None if it waits or is not planned."""
    items = plan([session(**changes)], campaigns, SERIES)
    return next((item.leaves_at for item in items if isinstance(item, DueMailing) and item.kind == kind), None)


def due_campaigns(now: datetime, *sessions: Session, campaigns: Iterable[Campaign] = ()) -> list[str]:
    """Return the ids of the mailings that are due."""
    return [mailing.campaign for mailing in due(now, sessions, campaigns, SERIES)]
