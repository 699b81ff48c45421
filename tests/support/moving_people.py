"""People who move, leave and come back between five addresses while campaigns go out: a small world, and its count."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from convener.campaigns import Stage
from convener.delivery.deliver import Delivery
from convener.delivery.fanout import FanOut
from convener.delivery.late import Claimed, LateAddition
from convener.delivery.pacing import Pacing
from convener.mailing_types import FOLLOW_UP, INVITE, RECAP
from convener.subscribers.confirmation_request import ConfirmationRequest, RequestType
from convener.subscribers.confirmation_result import ConfirmationResult
from convener.subscribers.joining import plan_join
from convener.subscribers.models import SHARDS, SubscriberStatus
from convener.subscribers.moving import plan_move
from convener.subscribers.unit_of_work import RowChange, Transaction
from local.virtual_clock import VirtualClock
from tests.support.fake_pacing import FakeAccount, FakeRecipientLookup, FakeSlots
from tests.support.fake_unit_of_work import FakeUnitOfWork
from tests.support.fakes import FakeEditions, FakeLedger, FakeLinks, FakeMailer, FakeQueues
from tests.support.people import OPENED, campaign, edition, subscriber

KINDS = (INVITE, RECAP, FOLLOW_UP)
LEASE = timedelta(minutes=15)
ADDRESSES = [subscriber(number) for number in range(1, 6)]


@dataclass
class Moving:
    """`who` holds each row at present, by name; `away` has not been on the list all the time since the opening."""

    people: int
    clock: VirtualClock = field(default_factory=lambda: VirtualClock(OPENED))
    ledger: FakeLedger = field(default_factory=FakeLedger)
    queues: FakeQueues = field(default_factory=FakeQueues)
    mails: Counter[tuple[str, str]] = field(default_factory=Counter)
    away: set[str] = field(default_factory=set)
    at_opening: set[str] = field(default_factory=set)
    joined: set[str] = field(default_factory=set)
    opened: int = 0
    marks: int = 0

    def __post_init__(self) -> None:
        self.register = FakeUnitOfWork(ADDRESSES[: self.people])
        self.who = {row.id: f"person-{place}" for place, row in enumerate(ADDRESSES[: self.people])}
        editions, lookup = FakeEditions(), FakeRecipientLookup(self.ledger, self.register)
        self.digest = editions.put(edition())
        parts: dict[str, Any] = {
            "ledger": self.ledger,
            "lookup": lookup,
            "editions": editions,
            "mailer": FakeMailer(self._arrives),
            "links": FakeLinks(),
            "clock": self.clock,
        }
        pacing = Pacing(account=FakeAccount(), slots=FakeSlots(), clock=self.clock, share=1.0)
        self.delivery = Delivery(queues=self.queues, pacing=pacing, **parts)
        self.late = LateAddition(lease=LEASE, **parts)
        self.fan = FanOut(ledger=self.ledger, subscribers=self.register, queues=self.queues, clock=self.clock)

    def _arrives(self, mail: Any) -> None:
        reader = mail.tags.get("reader", mail.tags["recipient"])
        assert mail.recipient == self.register.rows[reader].address, "to the row that the tags name"
        self.mails[mail.tags["campaign"], self.who[reader]] += 1

    @property
    def campaign(self) -> str:
        """The one that is going out; empty before the first."""
        return f"2024-04/{KINDS[self.opened - 1]}" if self.opened else ""

    def opens(self) -> None:
        """The next campaign, once the one before has gone out."""
        if self.opened == len(KINDS):
            return
        self.finish()
        kind = KINDS[self.opened]
        self.opened += 1
        reached_by = "2024-04/recap" if kind is FOLLOW_UP else ""
        later = self.clock.now() + timedelta(days=90)
        opened = campaign(
            kind, edition=self.digest, opened_at=self.clock.now(), too_late_at=later, reached_by=reached_by
        )
        self.ledger.campaigns[opened.id] = opened
        self.at_opening, self.away = {self.who[row.id] for row in self._confirmed()}, set()

    def fans_out(self, shard: str) -> None:
        """One shard."""
        if self.campaign:
            self.fan.fan_out(self.campaign, shard)

    def delivers(self) -> None:
        """One chunk that is queued."""
        if self.queues.chunks:
            name, ref, _ = self.queues.chunks.pop(0)
            self.delivery.deliver(name, ref)

    def finish(self) -> None:
        """All that is left of the campaign; then it is done, and everybody who must have it has."""
        if not self.campaign:
            return
        for shard in SHARDS:
            self.fans_out(shard)
        while self.queues.chunks:
            self.delivers()
        known = self.ledger.campaigns[self.campaign]
        self.ledger.campaigns[self.campaign] = replace(known, stage=Stage.DONE)
        self.check()

    def check(self) -> None:
        """Nobody twice; nobody missed who was on the list from the opening on."""
        tag = self.campaign.replace("/", "_")
        due = self.at_opening - self.away
        if self.campaign.endswith("follow-up"):
            due = {person for person in due if self.mails["2024-04_recap", person]}
        assert all(number == 1 for number in self.mails.values()), self.mails
        assert {person for person in due if not self.mails[tag, person]} == set()

    def _confirmed(self) -> list[Any]:
        return [row for row in self.register.rows.values() if row.status is SubscriberStatus.CONFIRMED]

    def _one(self, place: int) -> Any:
        rows = self._confirmed()
        return rows[place % len(rows)] if rows else None

    def moves(self, place: int, to: int) -> None:
        """To another address: a free one, one that somebody left, one's own earlier one, or one that is in use."""
        old, there = self._one(place), ADDRESSES[to]
        if old is None or old.id == there.id or self._cut(there.id, old):
            return
        used = self.register.rows.get(there.id)
        plan = plan_move(self._pending(there, moving=old.id), self.register.rows, now=self.clock.now())
        assert not isinstance(plan, ConfirmationResult)
        self.register.commit(plan)
        person = self.who.pop(old.id)
        if used is not None and used.status is SubscriberStatus.CONFIRMED:
            self.away.add(person)  # she gets it as the other, if that one was on the list
            self.joined |= {old.id, *old.moved_from}
        else:
            self.who[there.id] = person

    def _cut(self, address: str, mover: Any) -> bool:
        """Whether the row is a step on somebody's way: another who takes it cuts the way behind her."""
        row = self.register.rows.get(address)
        if address in self.joined:  # two subscriptions became one: both had a place until then
            return True
        return (
            row is not None
            and row.status is SubscriberStatus.MOVED
            and (mover is None or row.id not in mover.moved_from)
        )

    def leaves(self, place: int, *, undone: bool) -> None:
        """And perhaps undoes it."""
        row = self._one(place)
        if row is None:
            return
        self.away.add(self.who[row.id])
        gone = replace(row, status=SubscriberStatus.LEFT, status_since=self.clock.now(), version=row.version + 1)
        self._write(gone)
        if undone:
            self._write(replace(row, version=gone.version + 1))

    def _write(self, row: Any) -> None:
        self.register.commit(Transaction(changes=(RowChange(row=row, expected=row.version - 1),)))

    def joins(self, to: int) -> None:
        """Again or for the first time; then her welcome is the invite, if she may have it."""
        there = ADDRESSES[to]
        if self._cut(there.id, None):
            return
        request = self._pending(there)
        plan = plan_join(request, self.register.rows, now=self.clock.now())
        if isinstance(plan, ConfirmationResult):
            return
        self.register.commit(plan)
        self.away.add(self.who.setdefault(there.id, f"person-{len(self.who)}-{self.marks}"))

    def welcomes(self, place: int) -> None:
        """What Transactional does for a joiner: the invite itself."""
        row = self._one(place)
        if row is not None and self.campaign.endswith("invite"):
            claimed = self.late.claim(self.campaign, row.id)
            if isinstance(claimed, Claimed):
                self.late.send(claimed)

    def _pending(self, there: Any, *, moving: str = "") -> ConfirmationRequest:
        self.marks += 1
        request = ConfirmationRequest(
            id=f"{self.marks:032x}",
            wish=RequestType.MOVE if moving else RequestType.JOIN,
            subscriber=there.id,
            address=there.address,
            asked_at=self.clock.now(),
            moving=moving,
        )
        self.register.requests.keep(request)
        return request
