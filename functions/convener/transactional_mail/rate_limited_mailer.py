"""The way out for one letter: its slot, its mail, and what SES answers."""

from __future__ import annotations

from dataclasses import dataclass

from convener.clock import Clock
from convener.delivery.deliver import MARGIN
from convener.delivery.mail import Mail
from convener.delivery.pacing import Pacing, Reservation
from convener.delivery.ports import Mailer
from convener.errors import Throttled, Unavailable

LONGEST_WAIT = 25.0
"""Seconds that a slot is waited for; beyond, the message comes again."""


@dataclass(frozen=True, kw_only=True)
class RateLimitedMailer:
    """`pacing` is that of the letters' lane."""

    mailer: Mailer
    pacing: Pacing
    clock: Clock

    def slot(self) -> Reservation:
        """A slot of the letters' lane, once its moment has come. Raises Unavailable where none is near enough."""
        within = min(LONGEST_WAIT, self.clock.time_left() - MARGIN)
        if within < 0:
            raise Unavailable("too little of the invocation is left for a mail")
        slot = self.pacing.reserve(1, within=within)
        if isinstance(slot, float):
            raise Throttled("no slot is free in time")
        self.clock.sleep(max(0.0, (slot.start - self.clock.now()).total_seconds()))
        return slot

    def still(self, slot: Reservation) -> None:
        """Make sure that a slot may still be used; another is taken where it lapsed. Raises as `slot` does."""
        if slot.lapsed(0, self.clock.now()) and self.slot().lapsed(0, self.clock.now()):
            raise Unavailable("no slot could be used in time")

    def send(self, mail: Mail, slot: Reservation | None = None) -> None:
        """Hand it over, in that slot or one of its own. Raises Refused, Unavailable, LostAnswer."""
        self.still(slot or self.slot())
        self.mailer.send(mail)
