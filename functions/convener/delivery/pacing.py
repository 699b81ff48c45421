"""Pacing: when mails may leave, so that the whole stack stays within SES's rate and daily quota.

Mails leave in slots. The ledger holds the next free slot of each of two lanes, one for campaigns and one for
transactional mail, so that no two processes use the same slot. A slot may be used for a short time after it begins,
and then lapses.

That time follows from SES's token bucket, which lets R mails a second leave and holds the mails of one second, and
never less than one. In a lane that is allowed r mails a second, with slots usable for L seconds, at most r (T + L) + 1
mails leave within any T seconds. Two lanes with the same L fit into the bucket where (r1 + r2) L + 2 is at most R, so L
is (R - 2) / (r1 + r2), less the difference between clocks.

At low rates too little of L is left; at two mails a second nothing is left, because a mail of one lane may leave at the
same moment as a mail of the other. Then all mails use the slots of the campaigns' lane, and the transactional lane only
counts its mails for the quota. For a single lane the tightest case is two mails, the first at the very end of its slot
and the next at the beginning of its own: L is 1/r + (R - 2)/R. Standard library only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from convener.clock import Clock
from convener.delivery.ports import SendingAccount, SendingLimits, SlotStore
from convener.errors import LostAnswer, QuotaUsedUp, SendingPaused, Unavailable

RESERVE = 0.1
"""The part of the stack's rate and quota that campaigns leave to transactional mail."""

MAX_LAPSE_SECONDS = 1.0
"""The longest time for which a slot may be used after it begins. At low rates the time is shorter."""

JITTER_SECONDS = 0.05
"""The seconds by which two clocks, and the times that two requests need to reach SES, may differ."""

MIN_LAPSE_SECONDS = 0.5
"""The time of a slot that reading and claiming a batch needs, even when the ledger is slow."""

BATCH_FILL = 0.8
"""The part of a second that a batch's mails may take. The rest is for reading and claiming."""

MAX_BATCH_MAILS = 50

LIMITS_VALID_SECONDS = 60.0
"""How long SES's limits are used before SES is asked again."""

HOUR = 3600
DAY_HOURS = 25
"""The hours whose mails may count for the last 24 hours: an hour counts until its last mail is 24 hours old."""


@dataclass(frozen=True, kw_only=True)
class Lane:
    """A lane has slots of its own in the ledger, and a part of the stack's rate and quota."""

    name: str
    part: float


CAMPAIGNS = Lane(name="bulk", part=1 - RESERVE)

TRANSACTIONAL = Lane(name="transactional", part=RESERVE)
"""The lane of confirmations, welcome mails, one-time links and late additions."""


def lanes_are_separate(per_second: float, share: float) -> bool:
    """Whether the account's rate is high enough for two lanes, see the module. For the arguments see lapse_seconds."""
    return _lapse_of_both(per_second, share) >= MIN_LAPSE_SECONDS


def lapse_seconds(per_second: float, share: float) -> float:
    """Return for how many seconds a slot may be used after it begins, see the module.

    Args:
        per_second: SES's rate for the account, in mails a second.
        share: The part of that rate that this stack may use.
    """
    if lanes_are_separate(per_second, share):
        return min(MAX_LAPSE_SECONDS, _lapse_of_both(per_second, share))
    step = 1 / (per_second * share * CAMPAIGNS.part)
    closest = step + (max(1.0, per_second) - 2) / per_second
    return min(MAX_LAPSE_SECONDS, max(JITTER_SECONDS, closest - JITTER_SECONDS))


def _lapse_of_both(per_second: float, share: float) -> float:
    lanes = per_second * share * (CAMPAIGNS.part + TRANSACTIONAL.part)
    return (per_second - 2) / lanes - JITTER_SECONDS


@dataclass
class Tempo:
    """The values that a process keeps from one invocation to the next.

    Attributes:
        limits: SES's limits; None before SES answered for the first time.
        asked_at: When SES was last asked for its limits.
        fresh: Whether SES answered then.
        own: The mails that this stack had counted when SES last answered; None until they are known.
        seconds_per_mail: How long handing over one mail takes.
    """

    limits: SendingLimits | None = None
    asked_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    fresh: bool = False
    own: int | None = None
    seconds_per_mail: float = 0.08

    def learn(self, seconds: float) -> None:
        """Correct `seconds_per_mail` by the time of one mail. A single slow mail changes little."""
        self.seconds_per_mail = max(0.01, 0.8 * self.seconds_per_mail + 0.2 * min(seconds, 1.0))


@dataclass(frozen=True, kw_only=True)
class Reservation:
    """Slots that the caller alone may use.

    Attributes:
        start: When the first slot begins.
        step: Seconds from one slot to the next.
        mails: The number of slots.
        usable_seconds: For how long a slot may be used after it begins.
    """

    start: datetime
    step: float
    mails: int
    usable_seconds: float = MAX_LAPSE_SECONDS

    def moment(self, number: int) -> datetime:
        """Return when the slot with that number, from 0, begins."""
        return self.start + timedelta(seconds=self.step * number)

    def lapsed(self, number: int, now: datetime) -> bool:
        """Whether it is too late to use the slot with that number."""
        return now > self.moment(number) + timedelta(seconds=self.usable_seconds)


@dataclass(frozen=True, kw_only=True)
class Pacing:
    """Reserves slots in one lane.

    Attributes:
        account: Tells SES's limits.
        slots: The slots of the whole stack.
        clock: Tells the time.
        share: The part of the account's rate and quota that this stack may use.
        lane: The lane of the mails.
        tempo: The values that the process keeps.
    """

    account: SendingAccount
    slots: SlotStore
    clock: Clock
    share: float
    lane: Lane = CAMPAIGNS
    tempo: Tempo = field(default_factory=Tempo)

    def batch(self) -> int:
        """Return how many mails can leave in about a second.

        Raises SendingPaused, and Unavailable where SES has never answered.
        """
        fitting = min(self._rate(self._limits(), self.lane), BATCH_FILL / self.tempo.seconds_per_mail)
        return max(1, min(MAX_BATCH_MAILS, int(fitting)))

    def reserve(self, mails: int, *, within: float) -> Reservation | float:
        """Reserve slots.

        Args:
            mails: The number of slots. Fewer are reserved where the daily quota grants no more.
            within: Seconds that the caller would wait for the first slot.

        Returns:
            The reservation. Where the first slot is more than `within` seconds off, nothing is reserved and the seconds
            until that slot are returned.

        Raises:
            QuotaUsedUp: The daily quota grants no mail.
            SendingPaused: SES lets nothing leave.
            Unavailable: SES has never answered.
        """
        limits, now = self._limits(), self.clock.now()
        own_slots = self.lane == CAMPAIGNS or lanes_are_separate(limits.per_second, self.share)
        # A transactional mail in the campaigns' slots is only counted in its own lane: its slots there have no length.
        step = 1 / self._rate(limits, self.lane if own_slots else CAMPAIGNS)
        taken = self.slots.take(self.lane.name, mails=mails, step=step if own_slots else 0, now=now, within=within)
        if isinstance(taken, float):
            return taken
        granted = self._granted(limits, taken.spent, mails, now)
        if not own_slots:
            taken = self.slots.take(CAMPAIGNS.name, mails=granted, step=step, now=now, within=within)
            if isinstance(taken, float):
                return taken
        usable = lapse_seconds(limits.per_second, self.share)
        return Reservation(start=taken.start, step=step, mails=granted, usable_seconds=usable)

    def _limits(self) -> SendingLimits:
        """Return SES's limits, asked for again once they are old. Old limits are used where SES does not answer."""
        now, tempo = self.clock.now(), self.tempo
        if tempo.limits is None or (now - tempo.asked_at).total_seconds() > LIMITS_VALID_SECONDS:
            tempo.fresh = False
            try:
                tempo.limits, tempo.own, tempo.fresh = self.account.limits(), None, True
            except LostAnswer as reason:  # the request only reads, so a lost answer leaves nothing in doubt
                if tempo.limits is None:
                    raise Unavailable(str(reason)) from reason
            except Unavailable:
                if tempo.limits is None:
                    raise
            tempo.asked_at = self.clock.now()  # after a failure too, which may have taken long
        return tempo.limits

    def _rate(self, limits: SendingLimits, lane: Lane) -> float:
        """Return the mails a second that the lane may send."""
        rate = limits.per_second * self.share * lane.part
        if not limits.sending or rate <= 0:
            raise SendingPaused("SES lets this account send nothing")
        return rate

    def _granted(self, limits: SendingLimits, spent: Mapping[int, int], mails: int, now: datetime) -> int:
        """Return how many of these mails the daily quota grants.

        A reserved slot counts as a mail, even if it stays unused; SES's own count limits that error. While SES can't be
        asked, most slots may have stayed unused, so the quota is tried again after an hour.
        """
        if limits.per_day is None:
            return mails
        own, in_an_hour = sum(spent.values()) - mails, now + timedelta(seconds=HOUR)
        if self.tempo.own is None:
            self.tempo.own = own
        account = limits.sent_in_24_hours + max(0, own - self.tempo.own)
        left = int(limits.per_day * self.share * self.lane.part) - min(own, account)
        if left < 1:
            until = _free_again(spent) if self.tempo.fresh else in_an_hour
            raise QuotaUsedUp("this stack's share of the daily quota", until=until)
        if account >= limits.per_day:
            raise QuotaUsedUp("the account's daily quota", until=in_an_hour)
        return min(mails, left, limits.per_day - account)


def _free_again(spent: Mapping[int, int]) -> datetime:
    """Return when the mails of the oldest hour no longer count."""
    return datetime.fromtimestamp((min(spent) + DAY_HOURS) * HOUR, UTC)
