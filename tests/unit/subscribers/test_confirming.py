"""The button that a request waits for: once, by whoever presses it, and never by looking."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convener.errors import Conflict, ConvenerError, LostAnswer, Unavailable
from convener.subscribers.confirmation_request import VALID, ConfirmationRequest, RequestType
from convener.subscribers.confirmation_result import ConfirmationResult
from convener.subscribers.confirming import ConfirmationState, confirm, look_up
from convener.subscribers.consent import ConsentEvent
from convener.subscribers.mail_requests import JoinConfirmed
from convener.subscribers.models import Subscriber, SubscriberStatus
from convener.subscribers.unit_of_work import Transaction
from tests.support.fake_unit_of_work import FakeMailRequestQueue, FakeRequestStore, FakeUnitOfWork
from tests.support.joining import ASKED, NEW_SUBSCRIBER, join_request, move_request
from tests.support.people import OPENED, subscriber
from tests.support.shaky import Shaky

MOVER = subscriber(1)


class World:
    """A register with one request that waits. Calls may be shaken."""

    def __init__(self, request: ConfirmationRequest, *rows: Subscriber) -> None:
        self.request = request
        self.register = FakeUnitOfWork(rows, requests=FakeRequestStore([request]))
        self.letters = FakeMailRequestQueue()

    def press(self, fate: Any = lambda: 0, **more: Any) -> ConfirmationState:
        shaken = {"unit_of_work": self.register, "requests": self.register.requests}
        parts: dict[str, Any] = {name: Shaky(real, fate) for name, real in shaken.items()}
        values = {**parts, "mail_requests": lambda: Shaky(self.letters, fate), "now": OPENED, **more}
        return confirm(self.request.id, **values)

    def state(self) -> tuple[object, ...]:
        return self.register.rows.copy(), list(self.register.consents.entries), dict(self.register.requests.kept)


STANDINGS = st.sampled_from([None, *SubscriberStatus])


def row(standing: SubscriberStatus | None) -> list[Subscriber]:
    """Whoever has the address that is to be confirmed."""
    return [subscriber(2, status=standing)] if standing else []


@given(STANDINGS, st.sampled_from(list(RequestType)))
def test_looking_changes_nothing_and_tells_what_pressing_would_do(
    standing: SubscriberStatus | None, wish: RequestType
) -> None:
    """Whatever stands there: the same verdict by looking and by pressing, but nothing written."""
    make = join_request if wish == RequestType.JOIN else move_request
    world = World(make(), MOVER, *row(standing))
    before = world.state()
    seen = look_up(world.request.id, unit_of_work=world.register, requests=world.register.requests, now=OPENED)
    assert (world.state(), world.letters.sent) == (before, [])
    pressed = world.press()
    assert pressed.plan == (ConfirmationResult.DONE if isinstance(seen.plan, Transaction) else seen.plan)
    assert (world.state() == before) == isinstance(seen.plan, ConfirmationResult)


@pytest.mark.parametrize("make", [join_request, move_request])
def test_pressing_again_is_being_in(make: Any) -> None:
    """The second press, in another tab or a week later, writes nothing and queues nothing."""
    world = World(make(), MOVER)
    assert world.press().plan == ConfirmationResult.DONE
    after, queued = world.state(), len(world.letters.sent)
    for now in (OPENED, OPENED + timedelta(days=30)):
        assert world.press(now=now).plan == ConfirmationResult.ALREADY
    assert (world.state(), len(world.letters.sent)) == (after, queued)


def test_the_welcome_is_queued_before_the_row_is_written() -> None:
    """Five seconds ahead, with the request's own id; a move has none."""
    world = World(join_request())
    world.press()
    assert world.letters.sent == [JoinConfirmed(mark=world.request.id, at=OPENED)]
    assert world.letters.delays == [5]
    moved = World(move_request(), MOVER)
    moved.press()
    assert moved.letters.sent == []


@pytest.mark.parametrize("error", [Unavailable("down"), LostAnswer("no answer")])
def test_nothing_is_written_when_the_queue_fails(error: ConvenerError) -> None:
    """The request waits on, and the button may be pressed again."""
    world = World(join_request())
    before = world.state()

    def fails(*_: Any, **__: Any) -> None:
        raise error

    world.letters.send = fails  # type: ignore[method-assign]
    with pytest.raises(type(error)):
        world.press()
    assert world.state() == before


def test_a_second_too_late_is_too_late() -> None:
    """The last moment counts, the next doesn't; an unknown request is the same."""
    for late, verdict in ((-1, ConfirmationResult.DONE), (0, ConfirmationResult.GONE), (1, ConfirmationResult.GONE)):
        world = World(join_request())
        assert world.press(now=ASKED + VALID + timedelta(seconds=late)).plan == verdict
    assert World(join_request()).press().plan == ConfirmationResult.DONE
    world.register.requests.kept.clear()
    assert world.press().plan == ConfirmationResult.GONE


@given(st.lists(st.integers(0, 5), max_size=12), st.sampled_from(list(RequestType)), STANDINGS)
def test_whatever_fails_it_is_done_once_or_not_at_all(
    fates: list[int], wish: RequestType, standing: SubscriberStatus | None
) -> None:
    """Any call fails, before or after it took effect: each press ends in a verdict or an error to try again after.

    In the end the row, the record and the request say the same, there is one entry each, and a welcome for a row.
    """
    world = World((join_request if wish == RequestType.JOIN else move_request)(), MOVER, *row(standing))
    ways = iter(fates)
    for _ in range(len(fates) + 1):
        try:
            verdict = world.press(lambda: next(ways, 0)).plan
            break
        except (Unavailable, LostAnswer):
            continue
    assert isinstance(verdict, ConfirmationResult)
    done = world.register.requests.kept[world.request.id].done_at is not None
    assert world.register.commits == done
    there = world.register.rows[NEW_SUBSCRIBER.id]
    assert (verdict in (ConfirmationResult.DONE, ConfirmationResult.ALREADY)) == (
        there.status == SubscriberStatus.CONFIRMED
    )
    assert done or [there] == row(standing)
    entries = [entry.what for entry in world.register.consents.entries]
    assert entries == ([ConsentEvent.JOINED] if wish == RequestType.JOIN else [ConsentEvent.MOVED] * 2) * done
    if done and wish == RequestType.JOIN:
        assert JoinConfirmed(mark=world.request.id, at=OPENED) in world.letters.sent


def test_what_happens_between_reading_and_writing_is_read_again() -> None:
    """A complaint that comes in meanwhile is never overwritten; a row that others keep writing ends in a try-again."""
    world = World(join_request(), subscriber(2, status=SubscriberStatus.LEFT))
    real = world.register.commit

    def late(transaction: Transaction) -> None:
        world.register.rows[NEW_SUBSCRIBER.id] = subscriber(2, status=SubscriberStatus.COMPLAINED, version=2)
        real(transaction)

    world.register.commit = late  # type: ignore[method-assign]
    assert world.press().plan == ConfirmationResult.COMPLAINED
    assert len(world.letters.sent) == 1

    def always(_: Transaction) -> None:
        raise Conflict("first")

    other = World(join_request())
    other.register.commit = always  # type: ignore[method-assign, assignment]
    with pytest.raises(Unavailable):
        other.press()
    assert len(other.letters.sent) == 1
