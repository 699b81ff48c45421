"""Readers who join, leave, move and come back while a campaign goes out, and operators with a hand on it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any

from convener.delivery.campaign_control import CampaignControl
from convener.errors import BadInput, ConvenerError
from convener.subscribers.leaving import leave
from tests.faults.calls import Faulty
from tests.faults.kinds import HANDS, PEOPLE
from tests.faults.loop import LoopClock, Task
from tests.faults.movers import Movers
from tests.faults.parts import LINKS

AGAIN = 30.0
"""Seconds after which a person whose click or command failed tries again."""

PATIENCE = 6
"""How often."""


class People(Movers):
    """Everybody outside."""

    def __init__(self, world: Any) -> None:
        self.world, self.loop, self.chance = world, world.loop, world.chance
        self.rows = Faulty("subscribers", world.subscribers, world.calls)
        self.steering = CampaignControl(
            ledger=Faulty("ledger", world.ledger, world.calls), clock=LoopClock(self.loop, 1e9)
        )
        self.number = self.busy = 0

    def plan(self, until: float) -> None:
        """Some do something at some time."""
        for kinds, most in ((PEOPLE, 6), (HANDS, 3)):
            for _ in range(max(0, self.chance.randint(-most, most))):
                kind = self.chance.choice(kinds)
                self.loop.at(self.chance.triangular(0.0, until, 0.2 * until), partial(self.does, kind))

    def does(self, kind: str, campaign: str = "") -> None:
        """One does it now."""
        act: Callable[..., None] = getattr(self, kind.replace("-", "_"))
        self.number += 1
        self.world.faults.counts[kind] += 1
        work = partial(act, campaign) if campaign else act
        task = Task(f"{kind}-{self.number}", partial(self._until_it_works, work))
        self.busy += 1
        self.loop.start(task)

    def _until_it_works(self, act: Callable[[], None]) -> None:
        try:
            self._tries(act)
        finally:
            self.busy -= 1

    def _tries(self, act: Callable[[], None]) -> None:
        for _ in range(PATIENCE):
            try:
                act()
            except BadInput:
                return
            except ConvenerError as error:
                self.world.calls.told(f"fails: {error!r}")
                self.loop.pause(AGAIN)
            else:
                return

    def joins(self) -> None:
        """A new reader."""
        row = self.new_row()
        self.rows.add(row)
        self.welcome(row.id)

    def leaves(self) -> None:
        """For good, perhaps."""
        if row := self._somebody():
            leave(row.id, unit_of_work=self.rows, by="page", now=self.loop.now())

    def leaves_by_page(self) -> None:
        """RFC 8058: the mail program posts to the page, which the shipped handler answers."""
        row = self._somebody()
        if row is None:
            return
        event = {
            "routeKey": "POST /leave/{token}",
            "pathParameters": {"token": LINKS.leave_url(row.id).rpartition("/")[2]},
            "requestContext": {"http": {"method": "POST"}},
            "headers": {"content-type": "application/x-www-form-urlencoded"},
            "body": "List-Unsubscribe=One-Click",
        }
        self.busy += 1
        self._posts(event, PATIENCE)

    def _posts(self, event: dict[str, Any], times: int) -> None:
        """Until the page doesn't say “later” any more, or never comes."""

        def answered(answer: Any) -> None:
            if times and (answer is None or answer["statusCode"] >= HTTPStatus.INTERNAL_SERVER_ERROR):
                self.loop.after(AGAIN, lambda: self._posts(event, times - 1))
            else:
                self.busy -= 1

        self.world.lambdas.invoke("public", event, answered)

    def _campaign(self) -> str:
        return str(self.chance.choice([one.id for one in self.world.campaigns] or ["none"]))

    def pauses(self) -> None:
        """One campaign."""
        self.steering.pause(self._campaign())

    def resumes(self, campaign: str = "") -> None:
        """One campaign."""
        self.steering.resume(campaign or self._campaign())

    def stops(self) -> None:
        """One campaign, for good."""
        self.steering.stop(self._campaign())

    def pauses_series(self) -> None:
        """All of it."""
        self.steering.pause_series()

    def resumes_series(self) -> None:
        """All of it."""
        self.steering.resume_series()

    def resends(self, campaign: str = "") -> None:
        """What is UNKNOWN."""
        self.steering.resend_unknown(campaign or self._campaign())
