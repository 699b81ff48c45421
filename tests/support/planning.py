"""Words for tests of the plan: moments in London, and what leaves when."""

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
    """A wall-clock time in London."""
    return datetime(*moment, tzinfo=SERIES.tz).astimezone(UTC)  # type: ignore[arg-type, misc]


def leaves(kind: MailingType, campaigns: Iterable[Campaign] = (), **changes: Any) -> datetime | None:
    """When that kind leaves for a session with those changes; None where it waits or isn't planned."""
    items = plan([session(**changes)], campaigns, SERIES)
    return next((item.leaves_at for item in items if isinstance(item, DueMailing) and item.kind == kind), None)


def kinds_due(now: datetime, *sessions: Session, campaigns: Iterable[Campaign] = ()) -> list[str]:
    """Ids of what is due."""
    return [mailing.campaign for mailing in due(now, sessions, campaigns, SERIES)]
