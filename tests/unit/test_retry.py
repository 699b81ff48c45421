"""The retry of a conditional write."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from convener.errors import BadInput, Conflict, LostAnswer, Unavailable
from convener.retry import retry_on_conflict

BUSY = Unavailable("busy")


def failing(*errors: Exception) -> tuple[Callable[[], int], list[int]]:
    """Return an attempt that raises these errors in turn and then returns its number, and the list of its calls."""
    calls: list[int] = []
    waiting = list(errors)

    def attempt() -> int:
        calls.append(len(calls) + 1)
        if waiting:
            raise waiting.pop(0)
        return len(calls)

    return attempt, calls


def test_an_attempt_that_succeeds_is_made_once() -> None:
    """The first result is returned, and nothing is repeated."""
    attempt, calls = failing()
    assert (retry_on_conflict(attempt, max_attempts=3, error=BUSY), calls) == (1, [1])


def test_an_attempt_may_return_none() -> None:
    """None is a result like every other: it ends the retry."""
    calls: list[None] = []
    retry_on_conflict(lambda: calls.append(None), max_attempts=3, error=BUSY)
    assert calls == [None]


@pytest.mark.parametrize("conflicts", [1, 2])
def test_a_conflict_is_tried_again(conflicts: int) -> None:
    """The attempt runs again after each Conflict, up to the last attempt that is allowed."""
    attempt, calls = failing(*[Conflict("another writer")] * conflicts)
    result = retry_on_conflict(attempt, max_attempts=3, error=BUSY)
    assert (result, len(calls)) == (conflicts + 1, conflicts + 1)


def test_the_given_error_is_raised_after_the_last_attempt() -> None:
    """The caller's error is raised when every attempt met a Conflict, and does not show one of them as its context."""
    attempt, calls = failing(*[Conflict("another writer")] * 4)
    with pytest.raises(Unavailable, match="busy") as raised:
        retry_on_conflict(attempt, max_attempts=3, error=BUSY)
    assert len(calls) == 3
    assert raised.value is BUSY
    assert BUSY.__context__ is None


@pytest.mark.parametrize("error", [BadInput("wrong"), Unavailable("down"), LostAnswer("unknown"), KeyError("key")])
def test_other_errors_end_the_retry(error: Exception) -> None:
    """Only a Conflict may be tried again: what another error means, the caller must decide."""
    attempt, calls = failing(Conflict("another writer"), error)
    with pytest.raises(type(error)) as raised:
        retry_on_conflict(attempt, max_attempts=5, error=BUSY)
    assert raised.value is error
    assert len(calls) == 2
