"""Opening a campaign: compose the edition, check it, freeze it, and store the campaign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC

from convener.campaigns import Campaign, Stage
from convener.clock import Clock
from convener.delivery.ports import CampaignStore
from convener.editions.adjacent_sessions import next_session_after, session_before
from convener.editions.compose import compose
from convener.editions.models import Edition
from convener.editions.ports import EditionStore
from convener.editions.preflight import preflight
from convener.editions.render import Templates
from convener.errors import Blocked
from convener.scheduling.due import DueMailing
from convener.scheduling.ports import MailingLinks
from convener.sessions.models import Session
from convener.sessions.series import Series


@dataclass(frozen=True, kw_only=True)
class Composer:
    """Composes the editions of due mailings."""

    series: Series
    templates: Templates
    links: MailingLinks

    def edition(self, mailing: DueMailing, sessions: Sequence[Session]) -> Edition:
        """Compose and check the edition of one mailing.

        Args:
            mailing: The mailing.
            sessions: All sessions. The edition may mention the session before and the session after.

        Raises:
            Blocked: The mailing must not leave. The message has every reason.
        """
        session = mailing.session
        edition = compose(
            campaign=mailing.campaign,
            kind=mailing.kind,
            session=session,
            previous=session_before(session, sessions),
            series=self.series,
            upcoming=next_session_after(session, sessions, self.series),
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
    editions: EditionStore,
    campaigns: CampaignStore,
    clock: Clock,
) -> Campaign:
    """Freeze the edition of a mailing, then store its campaign. A crash in between leaves only an unused edition.

    `opened_at` is the time after composing. A subscriber who confirmed while the edition was composed got a welcome
    without an invite, so that subscriber must belong to the audience.

    Raises:
        Blocked: The mailing must not leave.
        Conflict: Another tick has opened the campaign.
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
    campaigns.open(campaign)
    return campaign
