"""What one tick did, and what it found that a person should know."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from convener.campaigns import Campaign, Stage, Why

TROUBLED = {
    (
        Stage.WAITING,
        Why.LOST_ANSWERS,
    ): "waits: SES's answers are lost; one mail a quarter of an hour tries whether they come",
    (Stage.WAITING, Why.SES_PAUSED): "waits: SES lets nothing be sent from this account or configuration set",
}
"""Where a campaign waits for somebody to look, in words for that person."""


@dataclass(kw_only=True)
class TickReport:
    """What one tick did: campaign ids, and why others did not leave.

    `started` were queued for the first time, `brought_back` had been waiting. `stopped` stopped themselves, with what
    came back of their mails; they are told until they have ended. `blocked` needs a person or another tick;
    `postponed` had no time left. `waiting` lack something that an editor must give. `trouble` wait for what somebody
    should look at; `unknown` counts mails by campaign whose answer has been lost for half an hour. `paused`: the whole
    series is. `expired` claims became unknown, `requeued` chunks and shards had stood still, `probes` tried one mail
    each.
    """

    opened: list[str] = field(default_factory=list)
    started: list[str] = field(default_factory=list)
    brought_back: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    stopped: dict[str, str] = field(default_factory=dict)
    blocked: dict[str, str] = field(default_factory=dict)
    postponed: list[str] = field(default_factory=list)
    waiting: dict[str, str] = field(default_factory=dict)
    trouble: dict[str, str] = field(default_factory=dict)
    unknown: dict[str, int] = field(default_factory=dict)
    paused: bool = False
    expired: int = 0
    requeued: int = 0
    probes: int = 0

    @property
    def idle(self) -> bool:
        """Whether no campaign came further by it, and nothing was queued."""
        moved = self.opened or self.started or self.brought_back or self.done or self.stopped
        return not (moved or self.expired or self.requeued or self.probes)


def trouble(campaigns: Iterable[Campaign], now: datetime) -> dict[str, str]:
    """Campaigns that wait for something that somebody should look at while there is still time, and why.

    It holds only while they wait. What has stopped stays so, and would hide from an alarm the next one for weeks.
    """
    told = {one.id: TROUBLED.get((one.stage, one.why)) for one in campaigns if one.why and now < one.too_late_at}
    return {campaign: words for campaign, words in told.items() if words}
