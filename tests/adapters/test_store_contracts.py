"""What the stores of sessions, subscribers and editions, and the queues, promise."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from convener.errors import Conflict
from convener.subscribers.models import Calendar, SubscriberStatus
from tests.support.people import LONG_AGO, edition, material, session, subscriber


def test_a_session_comes_back_as_it_was_saved(parts: Any) -> None:
    """Every field of a session survives the table, and all come together."""
    one = session(recording=material("recording"), speakers=[{"name": "Ana Lima", "role": "Nurse"}])
    two = session(id="2024-05", month="2024-05", title=None, join_url=None)
    parts.sessions.save(two, expected_version=0)
    parts.sessions.save(one, expected_version=0)
    assert list(parts.sessions.all()) == [one, two]


def test_a_session_is_saved_only_over_the_version_that_was_read(parts: Any) -> None:
    """The second of two editors is told, not overwritten."""
    parts.sessions.save(session(), expected_version=0)
    newer = session(title="Kindness in earnest", version=2)
    parts.sessions.save(newer, expected_version=1)
    for expected in (0, 1):
        with pytest.raises(Conflict):
            parts.sessions.save(session(title="Too late", version=2), expected_version=expected)
    assert list(parts.sessions.all()) == [newer]


def test_a_subscriber_comes_back_as_it_was_added(parts: Any) -> None:
    """Every field survives, and who isn't there is left out."""
    rich = subscriber(
        1,
        kinds=frozenset({"recap", "invite"}),
        text_only=True,
        calendar=Calendar.NONE,
        source="form",
        status_since=LONG_AGO,
    )
    bare = subscriber(2, confirmed_at=None, status=SubscriberStatus.ERASED, first_name="", zone="")
    for one in (rich, bare):
        parts.subscribers.add(one)
    found = parts.subscribers.get(ids=[rich.id, bare.id, subscriber(3).id])
    assert found == {rich.id: rich, bare.id: bare}


def test_an_address_is_one_row(parts: Any) -> None:
    """Adding an id again is a conflict and changes nothing; updating wants the version that was read."""
    one = subscriber(1)
    parts.subscribers.add(one)
    with pytest.raises(Conflict):
        parts.subscribers.add(replace(one, first_name="Other"))
    parts.subscribers.update(replace(one, status=SubscriberStatus.LEFT, version=2), expected_version=1)
    with pytest.raises(Conflict):
        parts.subscribers.update(replace(one, version=2), expected_version=1)
    assert parts.subscribers.get(ids=[one.id])[one.id].status == SubscriberStatus.LEFT


def test_a_shard_is_paged_in_order_of_ids(parts: Any) -> None:
    """Pages hold only their shard, continue behind the last id, and end short."""
    rows = [subscriber(16 * number) for number in range(1, 8)]
    for one in [*reversed(rows), subscriber(3)]:
        parts.subscribers.add(one)
    first = list(parts.subscribers.page("0", after="", limit=3))
    assert first == rows[:3]
    assert list(parts.subscribers.page("0", after=first[-1].id, limit=10)) == rows[3:]
    assert list(parts.subscribers.page("f", after="", limit=10)) == []


def test_the_fingerprint_is_kept_once(parts: Any) -> None:
    """The first fingerprint stays; another one is a conflict."""
    assert parts.subscribers.fingerprint() is None
    parts.subscribers.keep_fingerprint("f1")
    with pytest.raises(Conflict):
        parts.subscribers.keep_fingerprint("f2")
    assert parts.subscribers.fingerprint() == "f1"


def test_an_edition_stays_as_it_was_first_put(parts: Any) -> None:
    """Putting an edition twice is harmless, and it is read back equal."""
    digest = parts.editions.put(edition())
    assert parts.editions.put(edition()) == digest == edition().digest
    assert parts.editions.get(digest) == edition()


def test_a_different_edition_has_another_name() -> None:
    """Two editions that differ in one word have two digests, so neither can stand in for the other."""
    assert replace(edition(), reply_to="other@kindness.example").digest != edition().digest
