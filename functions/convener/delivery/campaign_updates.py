"""Changes of a campaign's stage that start outside the tick: read, decide, write, and again after a Conflict.

`turn` is the general change; `CampaignWaits` has the changes that delivery makes. `campaign_transitions` has those of
the tick. Standard library only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from convener.campaigns import Campaign, Stage, WaitReason
from convener.clock import Clock
from convener.delivery.ports import CampaignStore
from convener.errors import BadInput, Conflict, LostAnswer, QuotaUsedUp, SendingPaused, Unavailable
from convener.retry import retry_on_conflict

MAX_ATTEMPTS = 8
"""The number of times that a campaign is read and written before `turn` gives up."""

SES_PAUSED_WAIT = timedelta(minutes=15)
"""How long a campaign waits where SES lets nothing leave and does not say until when."""

QUOTA_WAIT = timedelta(hours=1)
"""How long a campaign waits for the daily quota where SES does not say until when.

The quota counts the last 24 hours, so a part of it becomes free all the time.
"""

MAX_LOST_IN_A_ROW = 5
"""The number of answers lost in a row after which a campaign waits: more mails would only add to the unknown ones."""

BEING_SENT = frozenset({Stage.OPEN, Stage.SENDING})


def turn(ledger: CampaignStore, campaign: str, change: Callable[[Campaign], Campaign | None]) -> Campaign:
    """Change a campaign.

    Args:
        ledger: The store of the campaign.
        campaign: The campaign's id.
        change: Returns the campaign as it should be; None where it should stay as it is. `turn` sets the version.

    Returns:
        The campaign as it is stored now.

    Raises:
        BadInput: The campaign does not exist.
        Conflict: Other writers were first, every time.
    """

    def attempt() -> Campaign:
        stored = ledger.campaign(campaign)
        if stored is None:
            raise BadInput(f"There is no campaign {campaign}.")
        changed = change(stored)
        if changed is None:
            return stored
        changed = replace(changed, version=stored.version + 1)
        ledger.turn(changed)
        return changed

    error = Conflict(f"others kept writing campaign {campaign}")
    return retry_on_conflict(attempt, max_attempts=MAX_ATTEMPTS, error=error)


@dataclass(frozen=True, kw_only=True)
class CampaignWaits:
    """Moves campaigns that are being sent to WAITING. A campaign that waits already keeps its reason."""

    ledger: CampaignStore
    clock: Clock

    def for_series(self, campaign: str) -> None:
        """Let the campaign wait until the whole series is resumed."""
        self._wait(campaign, WaitReason.SERIES, None)

    def for_ses(self, campaign: str, reason: Unavailable | LostAnswer) -> bool:
        """Let the campaign wait where the daily quota is used up or SES lets nothing leave.

        Returns:
            Whether `reason` is one of these two.
        """
        now = self.clock.now()
        match reason:
            case QuotaUsedUp():
                self._wait(campaign, WaitReason.QUOTA, reason.until or now + QUOTA_WAIT)
            case SendingPaused():
                self._wait(campaign, WaitReason.SES_PAUSED, now + SES_PAUSED_WAIT)
            case _:
                return False
        return True

    def count_lost(self, before: Campaign, *, lost: int, answered: bool) -> bool:
        """Store how many answers were lost in a row. The campaign waits where MAX_LOST_IN_A_ROW is reached.

        A campaign that waits already is not counted on: the full count would outlive the wait.

        Args:
            before: The campaign as it was read before the batch.
            lost: Answers lost in a row at the batch's end, counting on from `before.lost`.
            answered: Whether SES answered within the batch, so that the count began again.

        Returns:
            Whether the campaign waits now. The tick then sends a probe.
        """

        def change(known: Campaign) -> Campaign | None:
            if known.stage not in BEING_SENT:
                return None
            in_a_row = lost if answered else known.lost + lost - before.lost
            if in_a_row >= MAX_LOST_IN_A_ROW:
                return replace(known.turned(Stage.WAITING, why=WaitReason.LOST_ANSWERS, until=self.clock.now()), lost=0)
            return replace(known, lost=in_a_row) if in_a_row != known.lost else None

        return lost != before.lost and turn(self.ledger, before.id, change).stage is Stage.WAITING

    def end_probe(self, campaign: str) -> None:
        """Let the next tick go on with a campaign whose probe SES has answered."""

        def change(known: Campaign) -> Campaign | None:
            if known.stage is Stage.WAITING and known.why is WaitReason.LOST_ANSWERS:
                return known.turned(Stage.WAITING, why=WaitReason.RESUMED, until=self.clock.now())
            return None

        turn(self.ledger, campaign, change)

    def _wait(self, campaign: str, why: WaitReason, until: datetime | None) -> None:
        def change(known: Campaign) -> Campaign | None:
            return known.turned(Stage.WAITING, why=why, until=until) if known.stage in BEING_SENT else None

        turn(self.ledger, campaign, change)
