"""AWS calls per 1,000 mails, by service and operation: what the handlers themselves ask, from tick to feedback.

Lambda's own polling of queues, and EventBridge's putting events there, are not among them.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from convener.campaigns import Stage
from local.rehearsal.world import World, world
from local.virtual_clock import VirtualClock
from tests.bench.numbers import Number
from tests.support.people import OPENED, SERIES_FOLDER, series, session, subscriber

PEOPLE = 1_000
TICK = timedelta(minutes=15)
MOST_TICKS = 8

BOUNDS = {"sesv2": 1_010, "dynamodb": 1_500, "sqs": 50, "s3": 5, "secretsmanager": 3}
"""The most calls a thousand mails may take, by service. A service that isn't here may not be called at all."""

QUIET = {"POWERTOOLS_LOG_LEVEL": "CRITICAL", "POWERTOOLS_METRICS_DISABLED": "true", "POWERTOOLS_SERVICE_NAME": "bench"}
QUIET |= {"POWERTOOLS_METRICS_NAMESPACE": "bench"}  # switched off, Powertools still makes sums of every 100


class Counting:
    """Counts requests while a handler is at work. `calls` is by function, service and operation."""

    def __init__(self, here: World) -> None:
        self.calls: Counter[tuple[str, str, str]] = Counter()
        self._invoke, self._at_work, self._depth = here.pump.invoke, "", 0
        here.pump.invoke = self._working  # type: ignore[method-assign]
        events: Any = here.stack.session.events
        events.register("before-call", self._before)
        events.register("after-call", self._after)
        events.register("after-call-error", self._after)

    def _working(self, function: str, event: dict[str, Any]) -> Any:
        self._at_work = function
        try:
            return self._invoke(function, event)
        finally:
            self._at_work = ""

    def _before(self, model: Any, **_: Any) -> None:
        if self._at_work and not self._depth:  # our SES tells its events within a SendEmail
            self.calls[self._at_work, model.service_model.service_name, model.name] += 1
        self._depth += 1

    def _after(self, **_: Any) -> None:
        self._depth -= 1


def _tell(here: World, events: list[dict[str, Any]]) -> None:
    """SES's events, ten a batch as from the queue. Moto's own would take minutes: it looks at all 2,000 for each."""
    while batch := events[:10]:
        del events[:10]
        records = [{"messageId": str(number), "body": json.dumps(event)} for number, event in enumerate(batch)]
        assert here.pump.invoke("feedback", {"Records": records}) == {"batchItemFailures": []}


def _live(here: World, clock: VirtualClock) -> None:
    """Tick after tick, until the one campaign that is due is done."""
    events: list[dict[str, Any]] = []
    here.stack.ses.post.to = events.append
    for _ in range(MOST_TICKS):
        here.pump.invoke("tick", {"asked_at": clock.now().isoformat()})
        here.pump.drain()
        _tell(here, events)
        campaigns = here.ledger.all()
        if campaigns and all(one.stage is Stage.DONE for one in campaigns):
            (done,) = campaigns
            assert done.totals["accepted"] == PEOPLE, f"not everybody had it: {done.totals}"
            return
        clock.move_to(clock.now() + TICK)
    raise AssertionError(f"the campaign did not end: {here.ledger.all()}")


def counted() -> Counter[tuple[str, str, str]]:
    """The calls of a campaign of 1,000 people, from the tick that opens it to the one that finds it done."""
    os.environ.update(QUIET)
    clock = VirtualClock(OPENED)
    with (
        tempfile.TemporaryDirectory() as folder,
        world(series(), outbox=Path(folder), clock=clock, series_folder=SERIES_FOLDER) as here,
    ):
        here.sessions.save(session(), expected_version=0)
        for number in range(1, PEOPLE + 1):
            here.subscribers.add(subscriber(number))
        counting = Counting(here)
        _live(here, clock)
        return counting.calls


def numbers() -> Iterator[Number]:
    """A row for each operation, and one with a bound for each service."""
    calls = counted()
    by_service: Counter[str] = Counter()
    for (_function, service, _operation), count in calls.items():
        by_service[service] += count
    for service, total in sorted(by_service.items()):
        yield Number(name=service, measured=[total], at_most=BOUNDS.get(service, 0), form="{:,.0f}")
        for (function, its, operation), count in sorted(calls.items()):
            if its == service:
                yield Number(name=f"  {function}: {operation}", measured=[count], form="{:,.0f}")
