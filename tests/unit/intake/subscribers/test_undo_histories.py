"""Any history of imports and undos: nobody is put back on the list, and nobody is lost."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from convener.errors import Unavailable
from convener.subscribers.identity import subscriber_id
from convener.subscribers.models import Subscriber, SubscriberStatus
from convener.subscribers.unit_of_work import Transaction
from tests.support.fake_unit_of_work import FakeUnitOfWork
from tests.support.lists import KEY, NOW, load, undo_import

NAMES = ("anna", "ben", "carl", "dora")
ID = {name: subscriber_id(f"{name}@example.org", key=KEY) for name in NAMES}

OWN = ("join", "leave", "bounce", "complain", "choose", "name", "move", "erase")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(OWN), st.sampled_from(NAMES)),
        st.tuples(
            st.just("import"),
            st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(("", "Zed"))), min_size=1, max_size=6),
            st.sampled_from((None, 0, 1)),
        ),
        st.tuples(st.just("undo"), st.integers(0, 4), st.sampled_from((None, 0, 1))),
    ),
    max_size=14,
)


class World(FakeUnitOfWork):
    """A store that may break off. `own` are the rows that a person wrote last: only the person may change them."""

    def __init__(self) -> None:
        super().__init__()
        self.left: int | None = None
        self.batches = 0
        self.own: set[str] = set()

    def commit(self, transaction: Transaction) -> None:
        self._break()
        super().commit(transaction)

    def _break(self) -> None:
        if self.left == 0:
            raise Unavailable("down")
        self.left = None if self.left is None else self.left - 1

    def act(self, action: str, name: str) -> None:
        """Change the row as an action of the person or of their mail server does, with a new version."""
        row = self.rows.get(ID[name])
        if row is None:
            if action == "join":
                self.rows[ID[name]] = joined(name, 0)
            return
        changes: dict[str, object] = {
            "join": {"status": SubscriberStatus.CONFIRMED},
            "leave": {"status": SubscriberStatus.LEFT},
            "bounce": {"status": SubscriberStatus.BOUNCED},
            "complain": {"status": SubscriberStatus.COMPLAINED},
            "choose": {"kinds": frozenset({"recap"})},
            "name": {"first_name": "Zed"},
            "move": {"status": SubscriberStatus.MOVED, "address": "", "first_name": ""},
            "erase": {"status": SubscriberStatus.ERASED, "address": "", "first_name": "", "batch": ""},
        }[action]  # type: ignore[assignment]
        self.rows[ID[name]] = replace(row, version=row.version + 1, **changes)  # type: ignore[arg-type]


def joined(name: str, version: int) -> Subscriber:
    return Subscriber(
        id=ID[name],
        address=f"{name}@example.org",
        status=SubscriberStatus.CONFIRMED,
        confirmed_at=NOW - timedelta(days=1),
        version=version + 1,
    )


def import_lines(world: World, lines: list[tuple[str, str]]) -> None:
    world.batches += 1
    text = "email,first_name\n" + "".join(f"{name}@example.org,{first}\n" for name, first in lines)
    with suppress(Unavailable):
        load(text, world, batch=f"b{world.batches}")
    world.left = None


def undo_and_check(world: World, batch: str) -> None:
    before, own = dict(world.rows), world.own.copy()
    with suppress(Unavailable):
        undo_import(world, batch=batch)
    world.left = None
    for identity, row in before.items():
        now = world.rows.get(identity)
        if now == row:
            continue
        assert identity not in own, "the row of a person who acted has changed"
        if now is None:
            assert (row.batch, row.status) == (batch, SubscriberStatus.CONFIRMED), "nobody else's row is lost"
        else:
            assert now.status is row.status is SubscriberStatus.CONFIRMED, "nobody is put back on the list"
            assert replace(now, first_name="", version=0) == replace(row, first_name="", version=0)
    assert set(world.rows) <= set(before), "undoing adds nobody"


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_undo_revives_and_loses_nobody(steps: list[tuple]) -> None:  # type: ignore[type-arg]
    """Joins, leavings, bounces, moves, erasures, broken-off imports and undos come in any order, each undo twice."""
    world = World()
    for step in steps:
        match step:
            case ("import", lines, left):
                before = dict(world.rows)
                world.left = left
                import_lines(world, lines)
                for identity, row in world.rows.items():
                    if row != before.get(identity):
                        world.own.discard(identity)
            case ("undo", number, left):
                if number < world.batches:
                    world.left = left
                    undo_and_check(world, f"b{number + 1}")
            case (action, name):
                world.act(action, name)
                if ID[name] in world.rows:
                    world.own.add(ID[name])
    for number in range(world.batches):
        undo_and_check(world, f"b{number + 1}")
        rows = dict(world.rows)
        undo_and_check(world, f"b{number + 1}")
        assert world.rows == rows, "a second time changes nothing"
