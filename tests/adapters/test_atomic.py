"""The local stack's DynamoDB makes each request atomic, as the real one does: else no claim could be proved on it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from convener.aws.ledger import DynamoLedger
from convener.delivery.chunks import Cursor, new_chunk
from convener.errors import Conflict
from local.stack import LocalStack
from local.stack.session import LocalSession

ID, WRITERS = "2034-01/invite", 4


def test_of_many_who_claim_at_once_one_wins(stack: LocalStack) -> None:
    """Each from its own connection, at the same moment, round after round."""
    table = stack.outputs["LedgerTable"]
    sessions: Any = [LocalSession(stack.endpoint_url) for _ in range(WRITERS)]
    ledgers = [DynamoLedger(session.client("dynamodb"), table) for session in sessions]
    chunk, barrier = new_chunk(ID, "a", 1, ["a1"]), Barrier(WRITERS)
    ledgers[0].move(ID, frm=Cursor(shard="a"), to=Cursor(shard="a", last_id="a1", count=1, chunks=1), chunk=chunk)

    def wins(ledger: DynamoLedger) -> bool:
        barrier.wait()
        try:
            ledger.save(chunk, messages={})
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(WRITERS) as pool:
        for _ in range(25):
            chunk = chunk.with_entries({})
            assert sum(pool.map(wins, ledgers)) == 1
