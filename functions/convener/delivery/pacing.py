"""Pacing: when mails may leave, so that SES's rate and daily quota hold for the whole stack. Standard library only.

Slots are given out by one number a lane in the ledger, whatever runs at once, and a slot lapses a little after its
moment. `lanes` says how long that may be, so that both lanes together stay within SES's rate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from convener.clock import Clock
from convener.delivery.ports import SendingAccount, SendingLimits, SlotStore
from convener.errors import LostAnswer, QuotaUsedUp, SendingPaused, Unavailable

RESERVE = 0.1
"""The part of the stack's rate and quota that campaigns leave to confirmations and the like."""


@dataclass(frozen=True, kw_only=True)
class Lane:
    """One number in the ledger, and the part of the stack's rate and quota that it gives out."""

    name: str
    part: float


CAMPAIGNS = Lane(name="bulk", part=1 - RESERVE)
TRANSACTIONAL = Lane(name="transactional", part=RESERVE)
"""Confirmations, welcomes, fresh links, and the invite of someone who joins late."""

BULK = CAMPAIGNS.name

MAX_LAPSE_SECONDS = 1.0
"""Seconds after its moment until which a slot may be used, at most: at low rates it is less."""

JITTER_SECONDS = 0.05
"""Seconds by which clocks, and the ways to SES, may differ."""


MIN_LAPSE_SECONDS = 0.5
"""Seconds of a slot that looking and claiming fit into, also on a slow day."""


def lanes_are_separate(per_second: float, share: float) -> bool:
    """Whether the lanes can go side by side, each by its own slots."""
    return _together(per_second, share) >= MIN_LAPSE_SECONDS


def lapse_seconds(per_second: float, share: float) -> float:
    """Seconds for which a slot may be used: see the module. `share` is the stack's part of the account's rate."""
    if lanes_are_separate(per_second, share):
        return min(MAX_LAPSE_SECONDS, _together(per_second, share))
    step = 1 / (per_second * share * CAMPAIGNS.part)
    closest = step + (max(1.0, per_second) - 2) / per_second
    return min(MAX_LAPSE_SECONDS, max(JITTER_SECONDS, closest - JITTER_SECONDS))


def _together(per_second: float, share: float) -> float:
    lanes = per_second * share * (CAMPAIGNS.part + TRANSACTIONAL.part)
    return (per_second - 2) / lanes - JITTER_SECONDS


__all__ = [
    "BULK",
    "CAMPAIGNS",
    "JITTER_SECONDS",
    "MAX_LAPSE_SECONDS",
    "RESERVE",
    "TRANSACTIONAL",
    "Pacing",
    "Reservation",
    "Tempo",
]

BATCH_FILL = 0.8
"""The part of a second that a call may take: the rest is for looking and claiming, before the last slot lapses."""

MAX_BATCH_MAILS = 50
"""Mails in a call."""

LIMITS_VALID_SECONDS = 60.0
"""Seconds for which SES's limits are taken as known."""

HOUR = 3600
DAY_HOURS = 25
"""An hour's mails count until the last of them is 24 hours old."""


@dataclass
class Tempo:
    """What a process remembers from one invocation to the next: SES's limits, and how long one mail takes.

    `asked_at`: when SES was last asked, and `fresh`, whether it answered then. `own` is what this stack had spent by
    its last answer, as soon as that is known.
    """

    limits: SendingLimits | None = None
    asked_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    fresh: bool = False
    own: int | None = None
    seconds_per_mail: float = 0.08

    def learn(self, seconds: float) -> None:
        """Learn from one mail, slowly: a single slow answer says little."""
        self.seconds_per_mail = max(0.01, 0.8 * self.seconds_per_mail + 0.2 * min(seconds, 1.0))


@dataclass(frozen=True, kw_only=True)
class Reservation:
    """So many slots that are ours: the n-th (from 0) may be used from `moment(n)` until it lapses."""

    start: datetime
    step: float
    mails: int
    usable_seconds: float = MAX_LAPSE_SECONDS

    def moment(self, number: int) -> datetime:
        """When the slot begins."""
        return self.start + timedelta(seconds=self.step * number)

    def lapsed(self, number: int, now: datetime) -> bool:
        """Whether it is too late to use it."""
        return now > self.moment(number) + timedelta(seconds=self.usable_seconds)


@dataclass(frozen=True, kw_only=True)
class Pacing:
    """`share` is the part of the account's rate and quota that this stack may use, `lane` who has which part of it."""

    account: SendingAccount
    slots: SlotStore
    clock: Clock
    share: float
    lane: Lane = CAMPAIGNS
    tempo: Tempo = field(default_factory=Tempo)

    def batch(self) -> int:
        """How many mails leave in about a second. Raises SendingPaused, or Unavailable before SES was ever reached."""
        fitting = min(self._rate(self._limits(), self.lane), BATCH_FILL / self.tempo.seconds_per_mail)
        return max(1, min(MAX_BATCH_MAILS, int(fitting)))

    def reserve(self, mails: int, *, within: float) -> Reservation | float:
        """Slots for so many mails; or, where the first is more than `within` seconds off, how far off it is.

        They are fewer where the day's quota grants no more. Raises QuotaUsedUp where it grants none, and what `batch`
        does.
        """
        limits, now = self._limits(), self.clock.now()
        alone = self.lane == CAMPAIGNS or lanes_are_separate(limits.per_second, self.share)
        # Among the campaigns' slots one's own are only counted, for the quota: they are no time apart.
        step = 1 / self._rate(limits, self.lane if alone else CAMPAIGNS)
        taken = self.slots.take(self.lane.name, mails=mails, step=step if alone else 0, now=now, within=within)
        if isinstance(taken, float):
            return taken
        granted = self._granted(limits, taken.spent, mails, now)
        if not alone:
            taken = self.slots.take(CAMPAIGNS.name, mails=granted, step=step, now=now, within=within)
            if isinstance(taken, float):
                return taken
        return Reservation(
            start=taken.start, step=step, mails=granted, usable_seconds=lapse_seconds(limits.per_second, self.share)
        )

    def _limits(self) -> SendingLimits:
        now, tempo = self.clock.now(), self.tempo
        if tempo.limits is None or (now - tempo.asked_at).total_seconds() > LIMITS_VALID_SECONDS:
            tempo.fresh = False
            try:
                tempo.limits, tempo.own, tempo.fresh = self.account.limits(), None, True
            except LostAnswer as reason:  # nothing was to be done, so nothing is in doubt
                if tempo.limits is None:
                    raise Unavailable(str(reason)) from reason
            except Unavailable:
                if tempo.limits is None:
                    raise
            tempo.asked_at = self.clock.now()  # also where it failed: it may have taken long to say nothing
        return tempo.limits

    def _rate(self, limits: SendingLimits, lane: Lane) -> float:
        rate = limits.per_second * self.share * lane.part
        if not limits.sending or rate <= 0:
            raise SendingPaused("SES lets this account send nothing")
        return rate

    def _granted(self, limits: SendingLimits, spent: Mapping[int, int], mails: int, now: datetime) -> int:
        """How many of these mails the day's quota grants.

        Slots count as mails, though some are wasted; SES's own count bounds what that can amount to. Where SES could
        not be asked, most of them may have been wasted: then it is asked again before long.
        """
        if limits.per_day is None:
            return mails
        own, soon = sum(spent.values()) - mails, now + timedelta(seconds=HOUR)
        if self.tempo.own is None:
            self.tempo.own = own
        account = limits.sent_in_24_hours + max(0, own - self.tempo.own)
        left = int(limits.per_day * self.share * self.lane.part) - min(own, account)
        if left < 1:
            until = _free_again(spent) if self.tempo.fresh else soon
            raise QuotaUsedUp("this stack's share of the daily quota", until=until)
        if account >= limits.per_day:
            raise QuotaUsedUp("the account's daily quota", until=soon)
        return min(mails, left, limits.per_day - account)


def _free_again(spent: Mapping[int, int]) -> datetime:
    """When the oldest hour's mails no longer count."""
    return datetime.fromtimestamp((min(spent) + DAY_HOURS) * HOUR, UTC)
