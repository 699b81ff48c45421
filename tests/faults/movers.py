"""Readers who move, back and on again, rest for a while, take their leaving back, join again and are welcomed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from convener.delivery.late import Claimed, LateAddition
from convener.delivery.pacing import TRANSACTIONAL, Pacing
from convener.errors import LostAnswer, Unavailable
from convener.subscribers.confirmation_request import ConfirmationRequest, RequestType
from convener.subscribers.confirmation_result import ConfirmationResult
from convener.subscribers.joining import plan_join
from convener.subscribers.leaving import undo
from convener.subscribers.models import SubscriberStatus
from convener.subscribers.moving import plan_move
from convener.subscribers.unit_of_work import RowChange, Transaction
from convener.transactional_mail.rate_limited_mailer import RateLimitedMailer
from tests.faults.calls import Faulty
from tests.faults.loop import LoopClock
from tests.faults.parts import LINKS
from tests.support.people import subscriber

SHARE = 0.8
INVOCATION = 60.0
AND_BACK = 0.5
"""The part of those who move that move back within a quarter of an hour."""


class Movers:
    """What they do. The rows and what must go with them are written by what ships."""

    world: Any
    loop: Any
    chance: Any
    rows: Any
    number: int
    does: Callable[..., None]

    def _somebody(self, standing: SubscriberStatus = SubscriberStatus.CONFIRMED) -> Any:
        rows = [row for row in self.world.subscribers.rows.values() if row.status is standing]
        return self.chance.choice(rows) if rows else None

    def new_row(self) -> Any:
        """A row that nobody had, in a shard that may have been fanned out or not."""
        self.number += 1
        return subscriber(3000 + 16 * self.number + self.chance.randrange(16), confirmed_at=self.loop.now())

    def moves(self) -> None:
        """To an address that nobody had."""
        if row := self._somebody():
            self._moves(row, self.new_row())
            if self.chance.random() < AND_BACK:
                self.loop.after(self.chance.uniform(1, 900), lambda: self.does("moves-back"))

    def moves_back(self) -> None:
        """To an address that was hers."""
        rows = self.world.subscribers.rows
        ways = [
            (row, rows[old])
            for row in rows.values()
            if row.status is SubscriberStatus.CONFIRMED
            for old in row.moved_from
            if rows[old].status is SubscriberStatus.MOVED
        ]
        if ways:
            row, old = self.chance.choice(ways)
            self._moves(row, replace(old, address=f"{old.id}@example.org"))
            self.world.faults.counts["moved-back"] += 1

    def _moves(self, row: Any, there: Any) -> None:
        self._presses(self._request(there, moving=row.id))

    def comes_back(self) -> None:
        """Confirmed anew: later than the campaign was opened."""
        if row := self._somebody(SubscriberStatus.LEFT):
            self._presses(self._request(row))
            self.welcome(row.id)

    def welcome(self, one: str) -> None:
        """Soon, as her letter is queued."""
        self.loop.after(5.0, lambda: self.does("is-welcomed", one))

    def _request(self, there: Any, *, moving: str = "") -> ConfirmationRequest:
        self.number += 1
        request = ConfirmationRequest(
            id=f"{self.number:032x}",
            wish=RequestType.MOVE if moving else RequestType.JOIN,
            subscriber=there.id,
            address=there.address,
            asked_at=self.loop.now(),
            moving=moving,
        )
        self.world.subscribers.requests.keep(request)
        return request

    def _presses(self, request: ConfirmationRequest) -> None:
        """The button, once: whoever tries again later presses it for somebody else."""
        plan = plan_move if request.moving else plan_join
        transaction = plan(request, self.world.subscribers.rows, now=self.loop.now())
        if not isinstance(transaction, ConfirmationResult):
            self.rows.commit(transaction)

    def undoes(self) -> None:
        """She had left by accident."""
        if row := self._somebody(SubscriberStatus.LEFT):
            undo(row.id, unit_of_work=self.rows, consents=self.world.subscribers.consents, now=self.loop.now())

    def takes_a_break(self) -> None:
        """Nothing for a while, please."""
        if row := self._somebody():
            until = self.loop.now() + timedelta(hours=self.chance.choice((1, 24, 24 * 31)))
            changed = replace(row, paused_until=until, version=row.version + 1)
            self.rows.commit(Transaction(changes=(RowChange(row=changed, expected=row.version),)))

    def is_welcomed(self, one: str = "") -> None:
        """By the current invite, as Transactional does it for somebody who joined since it was opened."""
        invites = [one for one in self.world.campaigns if one.id.endswith("invite")]
        rows = self.world.subscribers.rows.values()
        late = [row for row in rows if invites and row.confirmed_at and row.confirmed_at > invites[0].opened_at]
        if not late:
            return
        clock = LoopClock(self.loop, INVOCATION)
        parts = {
            name: Faulty(name, getattr(self.world, name), self.world.calls) for name in ("ledger", "lookup", "slots")
        }
        account = Faulty("account", SimpleNamespace(limits=self.world.ses.limits), self.world.calls)
        pacing = Pacing(account=account, slots=parts["slots"], clock=clock, share=SHARE, lane=TRANSACTIONAL)
        post = RateLimitedMailer(mailer=self.world.ses, pacing=pacing, clock=clock)
        editions = Faulty("editions", self.world.editions, self.world.calls)
        adding = LateAddition(
            ledger=parts["ledger"],
            lookup=parts["lookup"],
            editions=editions,
            mailer=self.world.ses,
            links=LINKS,
            clock=clock,
            lease=timedelta(seconds=900),
        )
        slot = post.reserve_slot()
        claimed = adding.claim(invites[0].id, one or self.chance.choice(late).id)
        if not isinstance(claimed, Claimed):
            return
        self.world.faults.counts["late-addition"] += 1
        try:
            post.renew_slot(slot)
        except (Unavailable, LostAnswer):
            adding.give_back(claimed)
            raise
        if refusal := adding.send(claimed).refusal:
            raise refusal
