"""One world: everything there is in a run."""

from __future__ import annotations

import json
from functools import partial
from random import Random
from typing import Any

from convener.campaigns import Campaign, Stage, WaitReason
from convener.delivery.states import DeliveryState
from tests.faults.audit import Audit
from tests.faults.calls import Calls
from tests.faults.kinds import MAILS, Calm
from tests.faults.lambdas import Lambdas
from tests.faults.loop import Loop
from tests.faults.parts import Editions
from tests.faults.people import People
from tests.faults.piecemeal import PiecemealLedger, PiecemealLook
from tests.faults.scenes import Scene, with_recap
from tests.faults.ses import FakeSes, Taken
from tests.faults.sqs import SimQueue, SimQueues
from tests.faults.ticks import Ticks
from tests.support.fake_pacing import FakeSlots
from tests.support.fake_unit_of_work import FakeMailRequestQueue, FakeUnitOfWork
from tests.support.fakes import FakeLedger, FakeSessions

FOREIGN = json.dumps({"source": "aws.ses", "detail": {"eventType": "Send", "mail": {"tags": {}}}})
BEFALLS = ("other-sender", "account-paused", "stranger-event", "no-event")
NO_EVENT = "this is no event"
FOR_A_PERSON = (WaitReason.PAUSED, WaitReason.SERIES)


class World:
    """Fakes, queues, functions, people; nothing moves until the loop does."""

    def __init__(
        self, scene: Scene, rows: Any, faults: Calm, chance: Random, *, rate: float, quota: int | None
    ) -> None:
        self.chance, self.faults, self.scene = chance, faults, scene
        self.loop = Loop(scene.begins, chance)
        self.calls = Calls(self.loop, faults, chance)
        self.ledger, self.subscribers = PiecemealLedger(self.loop), FakeUnitOfWork(rows)
        self.sessions, self.editions, self.letters = FakeSessions(scene.sessions), Editions(), FakeMailRequestQueue()
        self.slots, self.lookup = FakeSlots(), PiecemealLook(self.ledger, self.subscribers, self.loop)
        self.ses = FakeSes(self.loop, self.calls, per_second=rate, per_day=quota)
        self.audit = Audit(self.loop, self.subscribers)
        self.calls.heard = self.audit.hear
        self.intended = {row.id for row in rows}
        if scene.name == "follow-up":
            with_recap(self.ledger, rows, chance)
        self.lambdas = Lambdas(self)
        self.fanout, self.deliver, self.feedback = (
            SimQueue(name, self.loop, self.calls, self.lambdas.from_queue) for name in ("fanout", "deliver", "feedback")
        )
        self.queues = SimQueues(self.fanout, self.deliver, self.calls)
        self.ses.tell = self.feedback.send
        self.ses.fate = self._fate
        self.people = People(self)
        self.calls.meanwhile = lambda kind: self.people.does(kind.removesuffix("-now"))
        self.ticks = Ticks(self)

    def trouble(self, until: float) -> None:
        """What befalls the account and the queue of events, at some time."""
        if self.chance.random() < 0.15:
            self._befalls("silence")
        for kind in BEFALLS:
            if self.chance.random() < 0.08:
                self.loop.at(self.chance.triangular(0, until, 0.2 * until), partial(self._befalls, kind))

    def _befalls(self, kind: str) -> None:
        self.faults.counts[kind] += 1
        match kind:
            case "other-sender":
                self.ses.crowded_until = self.loop.time + self.chance.uniform(60, 3600)
                self.ses.foreign += self.chance.randrange(5)
            case "account-paused":
                self.ses.paused_until = self.loop.time + self.chance.uniform(60, 7200)
            case "silence":
                self.ses.silent = True
            case "stranger-event":
                self.feedback.send(FOREIGN)
            case "no-event":
                self.feedback.send(NO_EVENT)

    def _fate(self, mail: Taken) -> str:  # noqa: ARG002 - all are alike
        return self.faults.pick("fate", MAILS)

    @property
    def campaigns(self) -> list[Campaign]:
        """All that were opened here."""
        return [one for one in self.ledger.all() if one.opened_at >= self.scene.begins]

    def settled(self) -> bool:
        """Whether all that was opened has ended, or waits for a person, and nothing is on its way."""
        queues = (self.fanout, self.deliver, self.feedback)
        if any(queue.messages or queue.busy for queue in queues) or self.lambdas.running or self.ses.untold:
            return False
        if self.people.busy:
            return False
        return bool(self.campaigns or self.ledger.paused_since()) and all(
            (one.ended and self._summed_up(one)) or self._rests(one) for one in self.campaigns
        )

    def _summed_up(self, campaign: Campaign) -> bool:
        """Whether the sums hold everybody, also who was added since it ended."""
        chunks = [chunk for (owner, _), chunk in self.ledger.chunk_items.items() if owner == campaign.id]
        whole = campaign.totals.get("audience") == sum(len(chunk.recipients) for chunk in chunks)
        return whole and not any(chunk.unfinished for chunk in chunks)

    def _rests(self, campaign: Campaign) -> bool:
        return campaign.stage is Stage.WAITING and campaign.why in FOR_A_PERSON

    def unknown(self, campaign: str) -> int:
        """How many mails of it are in doubt."""
        return FakeLedger.tally(self.ledger, campaign)[DeliveryState.UNKNOWN]
