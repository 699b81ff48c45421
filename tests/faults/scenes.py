"""How a run begins: which mailing is due and when, who is there, what SES grants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from convener.campaigns import Campaign, Stage
from convener.delivery.chunks import Chunk, Cursor, new_chunk
from convener.delivery.states import DeliveryState, RecipientState
from convener.mailing_types import RECAP
from convener.sessions.models import Session
from convener.subscribers.models import SHARDS, Subscriber, SubscriberStatus
from tests.support.fakes import FakeLedger
from tests.support.people import material, session, subscriber

LONG_BEFORE = datetime(2024, 3, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One beginning."""

    name: str
    begins: datetime
    sessions: Sequence[Session]


def scene(chance: Random) -> Scene:
    """An invite with much time, one with a night and little, a reminder, or a follow-up to whom a recap reached."""
    match chance.choices(("invite", "late-invite", "reminder", "follow-up"), (5, 2, 2, 1))[0]:
        case "late-invite":
            late = session(edited_at=datetime(2024, 4, 16, 18, tzinfo=UTC))
            return Scene(name="late-invite", begins=datetime(2024, 4, 16, 18, 20, tzinfo=UTC), sessions=[late])
        case "reminder":
            return Scene(name="reminder", begins=datetime(2024, 4, 17, 7, 50, tzinfo=UTC), sessions=[session()])
        case "follow-up":
            arrived = session(
                insights=material("i"),
                recording=material("r"),
                edited_at=datetime(2024, 5, 2, tzinfo=UTC),
            )
            return Scene(name="follow-up", begins=datetime(2024, 5, 3, 7, 50, tzinfo=UTC), sessions=[arrived])
    return calm_scene()


def calm_scene() -> Scene:
    """An invite with two weeks before it."""
    return Scene(name="invite", begins=datetime(2024, 4, 4, 7, 50, tzinfo=UTC), sessions=[session()])


def people(chance: Random) -> list[Subscriber]:
    """Readers in at least four shards, some of whom get nothing; now and then more than one chunk in a shard."""
    shards = chance.sample(range(16), chance.choice((4, 4, 4, 5)))
    crowd = chance.random() < 0.02
    rows = []
    for shard in shards:
        many = 54 if crowd and shard == shards[0] else chance.choice((1, 1, 2, 3, 6))
        # The first gets everything: so there are at least three chunks, also where some leave.
        rows += [subscriber(16 + shard), *(_reader(16 * n + shard, chance) for n in range(2, many + 1))]
    return rows


def few_people() -> list[Subscriber]:
    """Two or three readers in each of three shards: the reference run."""
    return [subscriber(16 * n + shard) for shard, many in ((0, 3), (7, 2), (15, 2)) for n in range(1, many + 1)]


def _reader(number: int, chance: Random) -> Subscriber:
    match chance.randrange(40):
        case 0:
            return subscriber(number, status=SubscriberStatus.LEFT, confirmed_at=None)
        case 1:
            return subscriber(number, status=SubscriberStatus.LEFT)
        case 2:
            return subscriber(number, kinds=frozenset({"follow-up"}))
        case 3:
            return subscriber(number, confirmed_at=datetime(2024, 9, 1, tzinfo=UTC))
    return subscriber(number)


def with_recap(ledger: FakeLedger, rows: Sequence[Subscriber], chance: Random) -> None:
    """The ledger after a recap without the recording: it reached most, and some not."""
    opened = datetime(2024, 4, 29, 8, tzinfo=UTC)
    name = "2024-04/recap"
    ledger.campaigns[name] = Campaign(
        id=name,
        session="2024-04",
        kind=RECAP,
        stage=Stage.DONE,
        opened_at=opened,
        too_late_at=opened + timedelta(days=50),
        edition="",
        brings=frozenset({"insights"}),
        totals={"audience": len(rows)},
    )
    for shard in SHARDS:
        ids = sorted(row.id for row in rows if row.shard == shard)
        numbers = [new_chunk(name, shard, n + 1, ids[50 * n : 50 * n + 50]) for n in range((len(ids) + 49) // 50)]
        for chunk in numbers:
            ledger.chunk_items[name, chunk.ref] = _ended(chunk, chance)
        ledger.cursor_items[name, shard] = Cursor(
            shard=shard, last_id=ids[-1] if ids else "", count=len(ids), chunks=len(numbers), finished=True
        )


def _ended(chunk: Chunk, chance: Random) -> Chunk:
    states = (
        DeliveryState.DELIVERED,
        DeliveryState.DELIVERED,
        DeliveryState.ACCEPTED,
        DeliveryState.UNKNOWN,
        DeliveryState.BOUNCED,
        DeliveryState.FAILED,
    )
    ended = {n: RecipientState(chance.choice(states), 1, 60) for n in range(1, len(chunk.entries))}
    return chunk.with_entries({0: RecipientState(DeliveryState.DELIVERED, 1, 60), **ended})
