"""Changing a campaign's stage: read, decide, write on condition, and anew where somebody else was first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from convener.campaigns import Campaign, Stage, WaitReason
from convener.clock import Clock
from convener.delivery.ports import CampaignStore
from convener.errors import BadInput, Conflict, LostAnswer, QuotaUsedUp, SendingPaused, Unavailable

MAX_ATTEMPTS = 8
"""How often it is decided anew. Each time, another one did get on."""


def turn(ledger: CampaignStore, campaign: str, change: Callable[[Campaign], Campaign | None]) -> Campaign:
    """Write what `change` makes of the campaign; None leaves it as it is. Returns it as it is then.

    Raises BadInput where there is no such campaign, Conflict where others kept writing it.
    """
    for _ in range(MAX_ATTEMPTS):
        known = ledger.campaign(campaign)
        if known is None:
            raise BadInput(f"There is no campaign {campaign}.")
        changed = change(known)
        if changed is None:
            return known
        changed = replace(changed, version=known.version + 1)
        try:
            ledger.turn(changed)
        except Conflict:
            continue
        return changed
    raise Conflict(f"others kept writing campaign {campaign}")


SES_PAUSED_WAIT = timedelta(minutes=15)
"""How long a campaign waits where SES doesn't say until when it lets nothing leave."""

QUOTA_WAIT = timedelta(hours=1)
"""The same for a daily quota: it counts the last 24 hours, so some of it comes free all the time."""

MAX_LOST_IN_A_ROW = 5
"""So many lost answers in a row make a campaign wait: something is wrong that more mails would only make worse."""

BEING_SENT = frozenset({Stage.OPEN, Stage.SENDING})


@dataclass(frozen=True, kw_only=True)
class CampaignWaits:
    """Turns campaigns that are going to WAITING; what a person or another reason has done already stands."""

    ledger: CampaignStore
    clock: Clock

    def for_series(self, campaign: str) -> None:
        """The series is paused: until it isn't."""
        self._wait(campaign, WaitReason.SERIES, None)

    def for_ses(self, campaign: str, reason: Unavailable | LostAnswer) -> bool:
        """Whether this refusal is one to wait for: the daily quota, or SES lets nothing leave."""
        now = self.clock.now()
        match reason:
            case QuotaUsedUp():
                self._wait(campaign, WaitReason.QUOTA, reason.until or now + QUOTA_WAIT)
            case SendingPaused():
                self._wait(campaign, WaitReason.SES_PAUSED, now + SES_PAUSED_WAIT)
            case _:
                return False
        return True

    def count_lost(self, looked: Campaign, *, lost: int, answered: bool) -> bool:
        """Keep the run of lost answers with the campaign. Whether it waits now: the tick will probe.

        One that waits already counts no more of them: it would go on, or probe, with a run that is full.
        """

        def change(known: Campaign) -> Campaign | None:
            if known.stage not in BEING_SENT:
                return None
            run = lost if answered else known.lost + lost - looked.lost
            if run >= MAX_LOST_IN_A_ROW:
                return replace(known.turned(Stage.WAITING, why=WaitReason.LOST_ANSWERS, until=self.clock.now()), lost=0)
            return replace(known, lost=run) if run != known.lost else None

        return lost != looked.lost and turn(self.ledger, looked.id, change).stage is Stage.WAITING

    def probed(self, campaign: str) -> None:
        """SES answered again: the next tick brings the campaign back."""

        def change(known: Campaign) -> Campaign | None:
            if known.stage is Stage.WAITING and known.why is WaitReason.LOST_ANSWERS:
                return known.turned(Stage.WAITING, why=WaitReason.RESUMED, until=self.clock.now())
            return None

        turn(self.ledger, campaign, change)

    def _wait(self, campaign: str, why: WaitReason, until: datetime | None) -> None:
        def change(known: Campaign) -> Campaign | None:
            return known.turned(Stage.WAITING, why=why, until=until) if known.stage in BEING_SENT else None

        turn(self.ledger, campaign, change)
