"""Opening a campaign: compose, check, freeze, and write it down once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Protocol

from convener.campaigns import Campaign, Stage
from convener.clock import Clock
from convener.editions.adjacent_sessions import before, following
from convener.editions.compose import compose
from convener.editions.models import Edition
from convener.editions.preflight import preflight
from convener.editions.render import Templates
from convener.errors import Blocked
from convener.scheduling.due import DueMailing
from convener.sessions.models import Session
from convener.sessions.series import Series

__all__ = ["Composer", "before", "following", "open_campaign"]


class Editions(Protocol):
    """Where frozen editions lie."""

    def put(self, edition: Edition) -> str:
        """Keep it under its digest, which is returned. Repeating it changes nothing."""


class CampaignStore(Protocol):
    """Where campaigns are written down."""

    def open(self, campaign: Campaign) -> None:
        """Write a new campaign. Raises Conflict where there is one with its id."""


class MailLinks(Protocol):
    """Links that are the same for every reader."""

    def join_url(self, session_id: str) -> str:
        """To the meeting, without showing its address: one per session."""

    def view_url(self, campaign: str) -> str:
        """To the mailing in the browser."""


@dataclass(frozen=True, kw_only=True)
class Composer:
    """What composing needs besides the sessions."""

    series: Series
    templates: Templates
    links: MailLinks

    def edition(self, mailing: DueMailing, sessions: Sequence[Session]) -> Edition:
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
            view_url=self.links.view_url(mailing.campaign),
            stamp=max(session.edited_at, mailing.leaves_at).astimezone(UTC),
        )
        if problems := preflight(edition, kind=mailing.kind):
            raise Blocked("; ".join(problems))
        return edition


def open_campaign(
    mailing: DueMailing,
    *,
    sessions: Sequence[Session],
    composer: Composer,
    editions: Editions,
    book: CampaignStore,
    clock: Clock,
) -> Campaign:
    """Freeze the edition, then open its campaign: whatever dies in between leaves nothing half done.

    It counts as opened when it is written down. Composing takes its time, and who joined during it was welcomed without
    an invite: so she must belong to the audience.
    Raises Blocked where it must not leave, Conflict where another tick was first.
    """
    digest = editions.put(composer.edition(mailing, sessions))
    campaign = Campaign(
        id=mailing.campaign,
        session=mailing.session.id,
        kind=mailing.kind,
        stage=Stage.OPEN,
        opened_at=clock.now(),
        too_late_at=mailing.too_late_at,
        edition=digest,
        brings=mailing.brings,
        reached_by=mailing.reached_by,
    )
    book.open(campaign)
    return campaign
