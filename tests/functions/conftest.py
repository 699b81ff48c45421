"""A local stack with one session and a few subscribers, in which handlers are called with the files of `events/`."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from convener import wiring
from convener.aws.ledger import DynamoLedger
from convener.aws.sessions import DynamoSessions
from convener.aws.subscribers import DynamoSubscribers
from local.rehearsal.pump import Pump
from local.ses import SesServer
from local.stack import LocalStack, Template
from local.virtual_clock import VirtualClock
from tests.support.event_links import use_keys
from tests.support.logs import written
from tests.support.page_requests import EVENTS, PagesScene, container_on, open_scene
from tests.support.people import SERIES_FOLDER, session, subscriber

NINE = datetime(2024, 4, 4, 8, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What a handler test looks at. `play` invokes the function that an event file is named after."""

    ledger: DynamoLedger
    ses: SesServer
    clock: VirtualClock
    play: Callable[[str], Any]


@pytest.fixture(scope="session", autouse=True)
def _handlers() -> None:
    """Powertools keeps the level and namespace of a module's first import: here, before a rehearsal makes it quiet."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Convener")
        patch.setenv("POWERTOOLS_SERVICE_NAME", "test")
        for name in Template().functions():
            importlib.import_module(name)


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """Everything that handlers wrote since it was last asked, metrics too."""
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Convener")
    with written() as lines:
        yield lambda: lines() + "".join(capsys.readouterr())


@pytest.fixture
def scene(stack: LocalStack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """The world just before the invite of April 2024, with three readers in shard a."""
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Convener")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "test")
    stack.empty()
    clock = stack.ses.clock = VirtualClock(NINE)
    dynamodb = stack.session.client("dynamodb")
    DynamoSessions(dynamodb, stack.outputs["SessionsTable"]).save(session(), expected_version=0)
    people = DynamoSubscribers(dynamodb, stack.outputs["SubscribersTable"])
    for number in (0x1A, 0x2A, 0x3A):
        people.add(subscriber(number))
    pump = Pump(stack, clock)
    surroundings = wiring.Container(
        environment=stack.environment, session=lambda: stack.session, clock=lambda _: clock, series_folder=SERIES_FOLDER
    )
    with wiring.using(surroundings):
        yield Scene(
            ledger=DynamoLedger(dynamodb, stack.outputs["LedgerTable"]),
            ses=stack.ses,
            clock=clock,
            play=lambda name: pump.invoke(name.split("-")[0], json.loads((EVENTS / f"{name}.json").read_text())),
        )


@pytest.fixture(scope="module")
def pages_stack(stack: LocalStack) -> Iterator[LocalStack]:
    """A stack whose invite of April 2024 is open, and whose keys are those of the event files."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Convener")
        patch.setenv("POWERTOOLS_SERVICE_NAME", "test")
        use_keys(stack)
        sessions = DynamoSessions(stack.session.client("dynamodb"), stack.outputs["SessionsTable"])
        sessions.save(session(), expected_version=0)
        with wiring.using(container_on(stack, VirtualClock(NINE))):
            Pump(stack, VirtualClock(NINE)).invoke("tick", {"asked_at": NINE.isoformat()})
        yield stack


@pytest.fixture
def pages_scene(pages_stack: LocalStack) -> Iterator[PagesScene]:
    """Two readers, and the invite of April 2024, which is open."""
    clock = VirtualClock(NINE)
    with wiring.using(container_on(pages_stack, clock)):
        yield open_scene(pages_stack, clock)
