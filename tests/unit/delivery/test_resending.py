"""Sending unknown mails again on an operator's command."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convener.campaigns import Stage, WaitReason
from convener.delivery.chunks import Chunk
from convener.delivery.states import DeliveryState, RecipientState
from convener.errors import BadInput, Conflict, Unavailable
from tests.support.campaign_context import HOUR, ID, LOST, YOUNG, FakePlace, place_entries
from tests.support.fakes import FakeLedger
from tests.support.people import OPENED

NOW = OPENED + HOUR
DONE: dict[str, Any] = {"stage": Stage.DONE, "totals": {"audience": 7}}


def test_old_unknowns_may_be_claimed_again_and_young_ones_wait() -> None:
    """Marks are conditional writes and keep the remarks; the next tick goes on with the campaign, without sums."""
    place = FakePlace(**DONE)
    before = place.entries()
    result = place.steering.resend_unknown(ID)
    assert (result.asked, result.before, result.young) == (1, 0, 1)
    assert place.entries()[3] == RecipientState(DeliveryState.UNKNOWN, 1, 60, "resend+delayed")
    assert place.entries()[3].claimable
    assert [entry for entry in place.entries() if entry.state is not DeliveryState.UNKNOWN] == [
        entry for entry in before if entry.state is not DeliveryState.UNKNOWN
    ]
    assert place.entries("a-00001") == (YOUNG,)
    there = place.campaign
    assert (there.stage, there.why, there.until, dict(there.totals)) == (Stage.WAITING, WaitReason.RESUMED, NOW, {})


def test_half_an_hour_is_old_enough_to_the_second() -> None:
    """An event that comes after 29 minutes and 59 seconds still settles the entry."""
    place = FakePlace()
    place_entries(place.kept, "0", [RecipientState(DeliveryState.UNKNOWN, 1, 1800, "answer-lost"), LOST])
    place_entries(place.kept, "a", [RecipientState(DeliveryState.UNKNOWN, 1, 1801, "answer-lost")])
    result = place.steering.resend_unknown(ID)
    assert (result.asked, result.young) == (2, 1)


@pytest.mark.parametrize(
    "changes",
    [
        {"stage": Stage.OPEN},
        {"stage": Stage.SENDING},
        {"stage": Stage.WAITING, "why": WaitReason.QUOTA, "until": NOW + HOUR},
        {"stage": Stage.WAITING, "why": WaitReason.PAUSED},
    ],
)
def test_a_campaign_that_has_not_ended_keeps_its_stage(changes: dict[str, Any]) -> None:
    """It is written all the same, so that a tick that summed it up before does not end it."""
    place = FakePlace(**changes)
    summed_up_before = place.campaign
    place.steering.resend_unknown(ID)
    there = place.campaign
    assert (there.stage, there.why, there.until) == (changes["stage"], changes.get("why"), changes.get("until"))
    with pytest.raises(Conflict):
        place.kept.turn(summed_up_before.turned(Stage.DONE))


def test_without_unknown_mails_nothing_changes() -> None:
    """A done campaign stays done."""
    place = FakePlace(**DONE)
    for shard in "0a":
        place_entries(place.kept, shard, [RecipientState(DeliveryState.DELIVERED, 1, 5)])
    result = place.steering.resend_unknown(ID)
    assert (result.asked, result.before, result.young, place.campaign.version) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"stage": Stage.STOPPED, "why": WaitReason.OPERATOR}, "stopped for good"),
        (
            {"stage": Stage.DONE, "too_late_at": NOW},
            "too late to send .* again: .* 2024-04-04 at 09:00 .UTC.",
        ),
    ],
)
def test_mails_that_must_not_leave_any_more_are_refused(changes: dict[str, Any], words: str) -> None:
    """The refusal is in words, and nothing is marked."""
    place = FakePlace(**changes)
    before = place.entries()
    with pytest.raises(BadInput, match=words):
        place.steering.resend_unknown(ID)
    assert (place.entries(), place.campaign.version) == (before, 0)


class Dying(FakeLedger):
    """A ledger that loses its connection before the n-th write."""

    left = 10_000

    def _count(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise Unavailable("no connection was made")

    def save(self, chunk: Chunk, *, messages: Mapping[int, str]) -> None:
        self._count()
        super().save(chunk, messages=messages)

    def turn(self, campaign: Any) -> None:
        self._count()
        super().turn(campaign)


def broken_off(at: int, **changes: Any) -> FakePlace:
    """Run a resend of two chunks that breaks off before its n-th write."""
    place = FakePlace(**changes)
    place_entries(place.kept, "a", [LOST])
    dying = Dying()
    dying.__dict__.update(place.kept.__dict__, left=at)
    place.kept = dying
    with pytest.raises(Unavailable):
        place.steering.resend_unknown(ID)
    dying.left = 10_000
    return place


@pytest.mark.parametrize("at", [0, 1, 2])
def test_an_interrupted_resend_is_completed_by_repeating_it(at: int) -> None:
    """Wherever it broke off, all mails are marked once, and the campaign is reopened."""
    place = broken_off(at, **DONE)
    result = place.steering.resend_unknown(ID)
    assert (result.asked, result.before) == (2 - at, at)
    assert [chunk.version for chunk in place.kept._chunks(ID)] == [2, 2]
    assert (place.campaign.why, dict(place.campaign.totals)) == (WaitReason.RESUMED, {})


@pytest.mark.parametrize(
    "changes", [{"stage": Stage.STOPPED, "why": WaitReason.OPERATOR, "totals": {"audience": 7}}, {"too_late_at": NOW}]
)
def test_an_interrupted_resend_that_is_refused_now_is_left_to_the_tick(changes: dict[str, Any]) -> None:
    """The campaign is reopened, so that the tick closes the marked mails; no more are marked."""
    place = broken_off(1, **DONE)
    known = place.campaign
    for name, value in changes.items():
        object.__setattr__(known, name, value)
    with pytest.raises(BadInput):
        place.steering.resend_unknown(ID)
    assert not place.campaign.ended
    assert place.entries("a-00001") == (LOST,)


def test_a_chunk_that_feedback_changes_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """An event that settles the entry just before the mark stays: its mail is not sent again."""
    place = FakePlace()
    save, recorded = place.kept.save, [RecipientState(DeliveryState.DELIVERED, 1, 70)]

    def after_feedback(chunk: Chunk, *, messages: Mapping[int, str]) -> None:
        if recorded:
            now = place.kept.chunk_items[ID, chunk.ref]
            save(now.with_entries({3: recorded.pop()}), messages={})
        save(chunk, messages=messages)

    monkeypatch.setattr(place.kept, "save", after_feedback)
    assert place.steering.resend_unknown(ID).asked == 0
    assert place.entries()[3].state is DeliveryState.DELIVERED


entries = st.builds(
    RecipientState,
    st.sampled_from(DeliveryState),
    st.integers(0, 3),
    st.integers(0, 3600),
    st.sampled_from(["", "answer-lost", "lease-over", "resend", "not-resent+delayed", "left"]),
)


@given(st.lists(entries, min_size=1, max_size=8))
def test_only_old_unknowns_change_and_all_of_them(before: list[RecipientState]) -> None:
    """Whatever a chunk holds, the only entries that become claimable are UNKNOWNs of half an hour or more."""
    place = FakePlace()
    for shard in "0a":
        place_entries(place.kept, shard, before)
    place.steering.resend_unknown(ID)
    for was, now in zip(before, place.entries(), strict=True):
        old = was.state is DeliveryState.UNKNOWN and timedelta(seconds=was.at) + timedelta(minutes=30) <= HOUR
        assert now.claimable == (was.claimable or old)
        assert (now.state, now.attempt, now.at, now.remarks) == (was.state, was.attempt, was.at, was.remarks)
