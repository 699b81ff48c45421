"""Safeguards taken out, one at a time and only in a process of this suite: each must be missed by it.

CONVENER_FAULTS_WITHOUT names one. As a pytest plugin (`-p tests.faults.without`) it does so to the contract suite.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from convener.aws.ledger import DynamoLedger
from convener.delivery import deliver, sweep
from convener.delivery.chunks import Chunk
from convener.delivery.deliver import BatchSender
from convener.delivery.mail import Mail
from convener.delivery.states import DeliveryState, RecipientState
from convener.errors import Conflict
from tests.support.fake_pacing import FakeRecipientLookup
from tests.support.fakes import FakeLedger

VARIABLE = "CONVENER_FAULTS_WITHOUT"


def claim() -> None:
    """A claim that somebody else was faster with counts as ours."""

    def anyway(ledger: Any, chunk: Chunk, changed: Any, mails: Any) -> Any:
        claimed = chunk.with_entries(changed)
        with suppress(Conflict):
            ledger.save(claimed, messages={})
        return claimed, mails

    vars(deliver)["claim"] = anyway


def unknown() -> None:
    """A lost answer counts as "not sent"."""
    hand_over = BatchSender._hand_over

    def believing(self: BatchSender, place: int, mail: Mail, result: Any) -> tuple[DeliveryState, str]:
        state, note = hand_over(self, place, mail, result)
        return (DeliveryState.RETRY if state is DeliveryState.UNKNOWN else state), note

    BatchSender._hand_over = believing  # type: ignore[method-assign]


def lease() -> None:
    """A claim whose lease is over counts as "not sent"."""
    really: Callable[..., Mapping[int, RecipientState]] = vars(sweep)["expired_claims"]

    def believing(*args: Any, **named: Any) -> Mapping[int, RecipientState]:
        return {place: replace(entry, state=DeliveryState.RETRY) for place, entry in really(*args, **named).items()}

    vars(sweep)["expired_claims"] = believing


def look() -> None:
    """The second look tells of recipients what was so at the beginning."""
    begin, really = FakeRecipientLookup.__init__, FakeRecipientLookup.snapshot

    def remembering(self: FakeRecipientLookup, *args: Any) -> None:
        begin(self, *args)
        self.first = dict(self.subscribers.rows)  # type: ignore[attr-defined]

    def stale(self: FakeRecipientLookup, *, campaign: str, ids: Any) -> Any:
        first = self.first  # type: ignore[attr-defined]
        seen = really(self, campaign=campaign, ids=ids)
        return replace(seen, subscribers={one: first.get(one, row) for one, row in seen.subscribers.items()})

    FakeRecipientLookup.__init__ = remembering  # type: ignore[method-assign, assignment]
    FakeRecipientLookup.snapshot = stale  # type: ignore[method-assign]


def cursor() -> None:
    """The fake cursor moves wherever it stood."""
    move = FakeLedger.move

    def anyway(self: FakeLedger, campaign: str, *, frm: Any, to: Any, chunk: Any) -> None:
        move(self, campaign, frm=self.cursor(campaign, frm.shard), to=to, chunk=chunk)

    FakeLedger.move = anyway  # type: ignore[method-assign]


class _Unconditional:
    """A DynamoDB client that asks for no condition."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def update_item(self, **named: Any) -> Any:
        """Without its condition. DynamoDB refuses values that nothing uses."""
        named.pop("ConditionExpression", None)
        named.pop("ReturnValuesOnConditionCheckFailure", None)
        named["ExpressionAttributeValues"].pop(":before", None)
        return self._client.update_item(**named)

    def transact_write_items(self, **named: Any) -> Any:
        """Without the conditions of its parts."""
        for part in named["TransactItems"]:
            for name in ("ConditionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues"):
                part["Put"].pop(name, None)
        return self._client.transact_write_items(**named)


def _unconditionally(kind: type, method: str) -> None:
    really: Callable[..., Any] = getattr(kind, method)

    def anyway(self: Any, *args: Any, **named: Any) -> Any:
        known, self._client = self._client, _Unconditional(self._client)
        try:
            return really(self, *args, **named)
        finally:
            self._client = known

    setattr(kind, method, anyway)


def aws_claim() -> None:
    """`aws/` writes a claim whatever the chunk's version is."""
    _unconditionally(DynamoLedger, "save")


def aws_cursor() -> None:
    """`aws/` moves a cursor wherever it stood."""
    _unconditionally(DynamoLedger, "move")


TAKEN_OUT: Mapping[str, Callable[[], None]] = {
    "claim": claim,
    "aws-claim": aws_claim,
    "unknown": unknown,
    "cursor": cursor,
    "aws-cursor": aws_cursor,
    "look": look,
    "lease": lease,
}


def take_out() -> None:
    """What the environment names, if it names anything."""
    if name := os.environ.get(VARIABLE):
        TAKEN_OUT[name]()


def pytest_configure() -> None:
    """For the contract suite."""
    take_out()
