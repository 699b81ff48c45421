"""Leaving: who leaves, who stays what she was, and what happens when somebody else writes first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convener.errors import Conflict, Unavailable
from convener.subscribers.leaving import TRIES, leave, masked
from convener.subscribers.models import Standing, Subscriber
from tests.support.fake_subscribers import FakeSubscribers
from tests.support.people import subscriber

NOW = datetime(2024, 4, 18, 12, tzinfo=UTC)


@pytest.mark.parametrize("standing", [Standing.CONFIRMED, Standing.BOUNCED])
def test_who_gets_mail_or_might_leaves(standing: Standing) -> None:
    """Her standing, since when, and the version change; nothing else does."""
    row = subscriber(1, standing=standing)
    rows = FakeSubscribers([row, subscriber(2)])
    left = leave(row.id, rows=rows, now=NOW)
    assert left == replace(row, standing=Standing.LEFT, standing_since=NOW, version=row.version + 1)
    assert rows.rows == {row.id: left, subscriber(2).id: subscriber(2)}


@pytest.mark.parametrize("standing", [Standing.LEFT, Standing.COMPLAINED, Standing.ERASED, Standing.MOVED])
def test_who_gets_none_stays_as_she_is(standing: Standing) -> None:
    """A complaint or an erasure is never overwritten, and the day on which somebody left stays."""
    row = subscriber(1, standing=standing, standing_since=datetime(2023, 1, 1, tzinfo=UTC))
    rows = FakeSubscribers([row])
    assert leave(row.id, rows=rows, now=NOW) == row
    assert rows.writes == 0


def test_a_row_that_is_gone_stays_gone() -> None:
    """Nobody is made anew by leaving."""
    rows = FakeSubscribers()
    assert leave(subscriber(1).id, rows=rows, now=NOW) is None
    assert rows.rows == {}


class Busy(FakeSubscribers):
    """Somebody else writes first, so many times, and makes it this."""

    times, then = 0, Standing.CONFIRMED

    def update(self, subscriber: Subscriber, *, expected_version: int) -> None:
        """Be late."""
        if self.times:
            self.times -= 1
            known = self.rows[subscriber.id]
            super().update(
                replace(known, standing=self.then, version=known.version + 1), expected_version=known.version
            )
            raise Conflict(subscriber.id)
        super().update(subscriber, expected_version=expected_version)


def test_when_somebody_else_writes_first_it_is_decided_anew() -> None:
    """A bounce meanwhile doesn't keep her from leaving; a complaint meanwhile stays one."""
    for then, expected in ((Standing.BOUNCED, Standing.LEFT), (Standing.COMPLAINED, Standing.COMPLAINED)):
        rows = Busy([subscriber(1)])
        rows.times, rows.then = TRIES - 1, then
        row = leave(subscriber(1).id, rows=rows, now=NOW)
        assert row is not None
        assert (row.standing, rows.rows[row.id]) == (expected, row)


def test_when_others_never_stop_it_says_so() -> None:
    """After five times the reader is asked to try again, instead of being told what isn't so."""
    rows = Busy([subscriber(1)])
    rows.times = TRIES
    with pytest.raises(Unavailable):
        leave(subscriber(1).id, rows=rows, now=NOW)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("mira@example.org", "m•••@example.org"),
        ("mi@example.org", "m•••@example.org"),
        ("m@example.org", "•••@example.org"),
        ("Ärla.B+x@example.org", "Ä•••@example.org"),
        ("mira@xn--mnchen-3ya.example", "m•••@münchen.example"),
        ("mira@xn--strae-oqa.example", "m•••@straße.example"),
        ("mira@xn--\x00.example", "m•••@xn--\x00.example"),
        ("", ""),
    ],
)
def test_an_address_is_masked(address: str, shown: str) -> None:
    """Its owner knows it, and nobody else could write to it; the domain reads as people write it."""
    assert masked(address) == shown


@given(st.emails())
def test_the_mask_hides_all_but_one_letter(address: str) -> None:
    """How long the part before the @ is doesn't show either."""
    local, _, _ = address.rpartition("@")
    assert masked(address).partition("@")[0] in {f"{local[0]}•••", "•••"}
