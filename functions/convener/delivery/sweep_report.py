"""What one sweep did, and what it found that an operator should know."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(kw_only=True)
class SweepReport:
    """What one sweep did. Lists hold campaign ids; dictionaries have a campaign id and a reason or a number.

    Attributes:
        started: Campaigns whose shards were queued for the first time.
        brought_back: Campaigns that had been waiting and are being sent again.
        done: Campaigns that ended.
        stopped: Campaigns that stopped by themselves, with the numbers that stopped them, until they have ended.
        blocked: Campaigns that need a person or another tick, with the reason.
        postponed: Campaigns for which the invocation had no time left.
        unknown: The number of mails whose answer from SES has been lost for half an hour.
        paused: Whether the whole series is paused.
        expired: Claims whose lease is over and which became UNKNOWN.
        requeued: Chunks and shards that had stood still and were queued again.
        probes: Single mails that were queued to find out whether SES answers again.
    """

    started: list[str] = field(default_factory=list)
    brought_back: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    stopped: dict[str, str] = field(default_factory=dict)
    blocked: dict[str, str] = field(default_factory=dict)
    postponed: list[str] = field(default_factory=list)
    unknown: dict[str, int] = field(default_factory=dict)
    paused: bool = False
    expired: int = 0
    requeued: int = 0
    probes: int = 0

    @property
    def idle(self) -> bool:
        """Whether the sweep changed no campaign and queued nothing."""
        changed = self.started or self.brought_back or self.done or self.stopped
        return not (changed or self.expired or self.requeued or self.probes)
