"""How fast and how much: SES's sending rate and daily quota, on a clock that is handed in.

https://docs.aws.amazon.com/ses/latest/dg/manage-sending-quotas.html: both count recipients, the day is any 24 hours.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from local.ses.errors import QUOTA_USED_UP, TOO_FAST, SesError
from local.ses.faults import number_of

DAY = timedelta(hours=24)
UNLIMITED = -1
ALMOST = 1e-6  # of a mail: moments are kept to the microsecond, so sums of them are not quite even


class SendingLimits:
    """A bucket that holds one second's worth, at least 1, and is full at the beginning; and a rolling day.

    `rate` in recipients a second and `daily` (-1: no limit) may be changed at any time.
    """

    def __init__(self, *, rate: float = 14.0, daily: float = 50_000) -> None:
        self.rate, self.daily = rate, daily
        self._tokens = max(1.0, rate)
        self._seen: datetime | None = None
        self._sent: deque[tuple[datetime, int]] = deque()
        self._sum = 0

    def take(self, number: int, now: datetime) -> None:
        """Room for that many recipients. Raises SesError, and then takes nothing.

        A request for more than the bucket holds waits for a full one and leaves a debt: how SES does it is not told.
        """
        if self.room(now) < number:
            raise SesError("LimitExceededException", QUOTA_USED_UP)
        capacity = max(1.0, self.rate)
        if self._seen is not None:
            passed = max(timedelta(0), now - self._seen).total_seconds()
            self._tokens = min(capacity, self._tokens + passed * self.rate)
        self._seen = max(now, self._seen or now)
        if self._tokens + ALMOST < min(number, capacity):
            raise SesError("TooManyRequestsException", TOO_FAST)
        self._tokens -= number
        self._sent.append((now, number))
        self._sum += number

    def ordered(self, told: Any) -> Callable[[], None]:
        """What another process asks for: `rate`, `daily`, or both; -1 for no daily limit.

        It holds once what is given is called. Raises ValueError or TypeError for what can't be understood.
        """
        if not isinstance(told, Mapping) or not told or told.keys() - {"rate", "daily"}:
            raise TypeError("limits are told by a JSON object with rate or daily")
        rate = number_of(told.get("rate", self.rate))
        wanted = told.get("daily", self.daily)
        daily = UNLIMITED if wanted == UNLIMITED else number_of(wanted)
        if not rate:
            raise ValueError("a rate of nothing")

        def act() -> None:
            self.rate, self.daily = rate, daily

        return act

    def room(self, now: datetime) -> float:
        """How many more the day takes."""
        return float("inf") if self.daily == UNLIMITED else max(0.0, self.daily - self.sent(now))

    def sent(self, now: datetime) -> int:
        """Recipients of the last 24 hours."""
        while self._sent and self._sent[0][0] <= now - DAY:
            self._sum -= self._sent.popleft()[1]
        return self._sum
