"""Sending one mail at a time in the lane of transactional mail, at the rate that SES allows."""

from __future__ import annotations

from dataclasses import dataclass

from convener.clock import Clock
from convener.delivery.deliver import MARGIN_SECONDS
from convener.delivery.mail import Mail
from convener.delivery.pacing import Pacing, Reservation
from convener.delivery.ports import Mailer
from convener.errors import Throttled, Unavailable

MAX_WAIT_SECONDS = 25.0
"""The longest time to wait for a slot. If the next slot is later, the message stays in the queue."""


@dataclass(frozen=True, kw_only=True)
class RateLimitedMailer:
    """A mailer, and the pacing of the lane of transactional mail."""

    mailer: Mailer
    pacing: Pacing
    clock: Clock

    def reserve_slot(self) -> Reservation:
        """Reserve a slot and wait until it begins.

        Raises Unavailable if too little time is left, Throttled if no slot begins in time.
        """
        within = min(MAX_WAIT_SECONDS, self.clock.time_left() - MARGIN_SECONDS)
        if within < 0:
            raise Unavailable("too little of the invocation is left for a mail")
        slot = self.pacing.reserve(1, within=within)
        if isinstance(slot, float):
            raise Throttled("no slot is free in time")
        self.clock.sleep(max(0.0, (slot.start - self.clock.now()).total_seconds()))
        return slot

    def renew_slot(self, slot: Reservation) -> None:
        """Reserve another slot if this one has lapsed. Raises as `reserve_slot` does."""
        if slot.lapsed(0, self.clock.now()) and self.reserve_slot().lapsed(0, self.clock.now()):
            raise Unavailable("no slot could be used in time")

    def send(self, mail: Mail, slot: Reservation | None = None) -> None:
        """Send a mail in a reserved slot, or in a new slot if none is given.

        Raises Refused, Unavailable and LostAnswer.
        """
        self.renew_slot(slot or self.reserve_slot())
        self.mailer.send(mail)
