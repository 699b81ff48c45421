"""A shard is read by two queries: whoever is added between them is read whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convener.aws.ledger import DynamoLedger
from convener.delivery.chunks import late_chunk
from convener.delivery.states import RecipientState
from local.stack import LocalStack

ID = "2024-04/invite"


class Between:
    """A client before whose n-th query somebody else writes."""

    def __init__(self, client: Any, write: Callable[[], None], on: int) -> None:
        self._client, self._write, self._left = client, write, on

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def query(self, **named: Any) -> Any:
        """One of the halves."""
        self._left -= 1
        if self._left == 0:
            self._write()
        return self._client.query(**named)


def test_an_addition_between_two_queries_disturbs_no_other(stack: LocalStack, empty_tables: Callable[[], None]) -> None:
    """It lies among the others, and its other half is read by itself."""
    empty_tables()
    client, table = stack.session.client("dynamodb"), stack.outputs["LedgerTable"]
    ledger = DynamoLedger(client, table)
    chunks = [late_chunk(ID, f"a{n:031x}", RecipientState().claimed("mine", 5)) for n in range(1, 6)]
    for chunk in (*chunks[:2], *chunks[3:]):
        ledger.add(chunk)
    between: Any = Between(client, lambda: ledger.add(chunks[2]), on=2)
    assert list(DynamoLedger(between, table).of_shard(ID, "a")) == chunks
