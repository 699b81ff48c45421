"""Opening a campaign: compose, check, freeze, and write it down once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Protocol

from convener.campaigns import Campaign, Stage
from convener.editions.compose import Upcoming, compose
from convener.editions.models import Edition
from convener.editions.plan import Mailing
from convener.editions.preflight import preflight
from convener.editions.render import Templates
from convener.errors import BadInput, Blocked
from convener.sessions.models import Session
from convener.sessions.recurrence import date_by_rule
from convener.sessions.series import Series


class Editions(Protocol):
    """Where frozen editions lie."""

    def put(self, edition: Edition) -> str:
        """Keep it under its digest, which is returned. Repeating it changes nothing."""


class CampaignBook(Protocol):
    """Where campaigns are written down."""

    def open(self, campaign: Campaign) -> None:
        """Write a new campaign. Raises Conflict where there is one with its id."""


class JoinLinks(Protocol):
    """Links to the meeting that don't show its address."""

    def join_url(self, session_id: str) -> str:
        """One per session."""


@dataclass(frozen=True, kw_only=True)
class Composer:
    """What composing needs besides the sessions."""

    series: Series
    templates: Templates
    links: JoinLinks

    def edition(self, mailing: Mailing, sessions: Sequence[Session]) -> Edition:
        """The content of one mailing. Raises Blocked with every reason why it must not leave."""
        session = mailing.session
        edition = compose(
            campaign=mailing.campaign,
            kind=mailing.kind,
            session=session,
            previous=before(session, sessions),
            series=self.series,
            upcoming=following(session, sessions, self.series),
            brings=mailing.brings,
            templates=self.templates,
            join_url=self.links.join_url(session.id) if session.join_url else "",
            stamp=max(session.edited_at, mailing.leaves_at).astimezone(UTC),
        )
        if problems := preflight(edition, kind=mailing.kind):
            raise Blocked("; ".join(problems))
        return edition


def open_campaign(
    mailing: Mailing,
    *,
    sessions: Sequence[Session],
    composer: Composer,
    editions: Editions,
    book: CampaignBook,
    now: datetime,
) -> Campaign:
    """Freeze the edition, then open its campaign: whatever dies in between leaves nothing half done.

    Raises Blocked where it must not leave, Conflict where another tick was first.
    """
    digest = editions.put(composer.edition(mailing, sessions))
    campaign = Campaign(
        id=mailing.campaign,
        session=mailing.session.id,
        kind=mailing.kind,
        stage=Stage.OPEN,
        opened_at=now,
        too_late_at=mailing.too_late_at,
        edition=digest,
        brings=mailing.brings,
        reached_by=mailing.reached_by,
    )
    book.open(campaign)
    return campaign


def before(session: Session, sessions: Sequence[Session]) -> Session | None:
    """The latest conversation that took place before this one."""
    earlier = [other for other in sessions if other.date < session.date and other.status == "planned"]
    return max(earlier, key=lambda other: other.date, default=None)


def following(session: Session, sessions: Sequence[Session], series: Series) -> Upcoming | None:
    """The next conversation: as recorded, or else as the rule has it, skipping the skipped months."""
    later = [other for other in sessions if other.date > session.date and other.status == "planned"]
    recorded = min(later, key=lambda other: other.date, default=None)
    if recorded:
        return Upcoming(begins=recorded.begins(series.tz), title=recorded.title)
    year, month = session.date.year, session.date.month
    for _ in range(12):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        name = f"{year:04d}-{month:02d}"
        if series.skip_reason(name) is None and (day := _by_rule(name, series)):
            return Upcoming(begins=datetime.combine(day, series.start, tzinfo=series.tz), title=None)
    return None


def _by_rule(month: str, series: Series) -> date | None:
    try:
        return date_by_rule(month, series.rule)
    except BadInput:
        return None
