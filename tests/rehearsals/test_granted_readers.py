"""What pages and letters really ask AWS, whatever readers do and whatever gets lost, is what their roles allow."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError

from convener.aws.requests import DynamoRequests
from convener.aws.sessions import DynamoSessions
from convener.aws.unit_of_work import DynamoUnitOfWork
from convener.subscribers.mail_requests import JoinConfirmed, body_of
from local.stack import LocalStack
from local.virtual_clock import VirtualClock
from tests.functions.conftest import NINE
from tests.support import event_links as links
from tests.support.page_requests import EVENTS
from tests.support.people import session
from tests.support.witness import Witness, granted, refused

# In an order in which each has something to do; the others follow.
FIRST = [
    "tick-scheduled",
    "public-subscribe-post",
    "transactional-join",
    "public-confirm",
    "public-confirm-post",
    "transactional-welcome",
    "public-preferences-post",
    "public-preferences-all",
    "public-leave-less",
    "public-leave-button",
    "public-leave-undo",
    "public-data-post",
    "public-data-download",
    "public-address-post",
]
LAST = ["public-erase-post", "public-erase"]


class Lost:
    """Loses every answer to a transaction while `on`, so that whoever wrote must look what was done."""

    on = False

    def __call__(self, request: Any, event_name: str, **_: Any) -> None:
        """A `before-send` listener, behind the local stack's own."""
        if self.on and event_name.endswith("TransactWriteItems"):
            raise ConnectionClosedError(endpoint_url=request.url)


def join_in_may(witness: Witness, clock: VirtualClock, requests: DynamoRequests) -> None:
    """Somebody presses the button after the conversation: her welcome looks for its recap."""
    clock.move_to(datetime(2024, 5, 1, 12, tzinfo=UTC))
    known = requests.find(links.REQUEST)
    assert known is not None
    assert known.done_at is not None
    later = replace(known, id="aa" * 16, asked_at=clock.now(), done_at=clock.now(), answered=False)
    requests.keep(later)
    event = json.loads((EVENTS / "transactional-welcome.json").read_text("utf-8"))
    event["Records"][0]["body"] = body_of(JoinConfirmed(mark=later.id, at=clock.now()))
    assert witness.invoke("transactional", event) == {"batchItemFailures": []}


@pytest.fixture(params=[False, True], ids=["heard", "lost"])
def asked(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[set[tuple[str, str, str]]]:
    """Every event file of the two, once; and once more with each transaction's answer lost."""
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Convener")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "test")
    clock, lost = VirtualClock(NINE), Lost()
    with LocalStack(
        sender_address="conversation@mail.kindness.example", public_base_url="https://c.example", clock=clock
    ) as stack:
        stack.session.events.register_last("before-send", lost)
        links.use_keys(stack)
        dynamodb, told = stack.session.client("dynamodb"), stack.outputs
        DynamoSessions(dynamodb, told["SessionsTable"]).save(session(), expected_version=0)
        tables = {name: told[f"{name.capitalize()}Table"] for name in ("subscribers", "consents", "requests")}
        DynamoUnitOfWork(dynamodb, **tables).add(links.READER)
        witness = Witness(stack, clock)
        files = [path.stem for path in EVENTS.glob("*.json") if path.stem.startswith(("public-", "transactional-"))]
        for name in [*FIRST, *sorted(set(files) - {*FIRST, *LAST}), *LAST]:
            clock.sleep(20)
            lost.on = request.param and name.startswith("public-")
            witness.invoke(name.partition("-")[0], json.loads((EVENTS / f"{name}.json").read_text("utf-8")))
        join_in_may(witness, clock, DynamoRequests(dynamodb, told["RequestsTable"]))
        yield witness.told()


def test_neither_pages_nor_letters_ask_what_their_roles_do_not_allow(asked: set[tuple[str, str, str]]) -> None:
    """Else joining would work everywhere but in AWS."""
    assert {who for who, _, _ in asked} == {"tick", "public", "transactional"}
    assert refused(asked) == []


@pytest.mark.parametrize("asked", [True], ids=["lost"], indirect=True)
def test_what_their_roles_allow_on_tables_is_asked(asked: set[tuple[str, str, str]]) -> None:
    """A permission that nothing here uses would be one too many."""
    for who in ("public", "transactional"):
        allowed = {one for one in granted(who) if one[0].startswith("dynamodb:")}
        assert allowed - {(action, resource) for own, action, resource in asked if own == who} == set()
