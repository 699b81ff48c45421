"""What one tick did, and what it found that a person should know."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from convener.campaigns import Campaign, Stage, WaitReason
from convener.delivery.sweep_report import SweepReport

TROUBLED = {
    (
        Stage.WAITING,
        WaitReason.LOST_ANSWERS,
    ): "waits: SES's answers are lost; one mail a quarter of an hour tries whether they come",
    (Stage.WAITING, WaitReason.SES_PAUSED): "waits: SES lets nothing be sent from this account or configuration set",
}
"""Where a campaign waits for somebody to look, in words for that person."""


@dataclass(kw_only=True)
class TickReport(SweepReport):
    """What one tick did: the report of its sweep, and what it opened.

    Attributes:
        opened: Campaigns that this tick opened.
        waiting: Mailings that lack something an editor must give, with the reason.
        trouble: Campaigns that wait for something an operator should look at, with the reason.
    """

    opened: list[str] = field(default_factory=list)
    waiting: dict[str, str] = field(default_factory=dict)
    trouble: dict[str, str] = field(default_factory=dict)

    @property
    def idle(self) -> bool:
        """Whether the tick changed no campaign, queued nothing and opened nothing."""
        return not self.opened and super().idle


def trouble(campaigns: Iterable[Campaign], now: datetime) -> dict[str, str]:
    """Campaigns that wait for something that somebody should look at while there is still time, and why.

    It holds only while they wait. What has stopped stays so, and would hide from an alarm the next one for weeks.
    """
    told = {one.id: TROUBLED.get((one.stage, one.why)) for one in campaigns if one.why and now < one.too_late_at}
    return {campaign: words for campaign, words in told.items() if words}
