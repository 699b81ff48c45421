"""Answers lost in a row: counted over batches, chunks and workers, ended by an answer, and probed with one mail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from convener.campaigns import Campaign, Stage, WaitReason
from convener.delivery.campaign_updates import MAX_LOST_IN_A_ROW
from convener.delivery.chunks import new_chunk
from convener.delivery.deliver import DeliveryOutcome
from convener.delivery.mail import Mail
from convener.delivery.states import DeliveryState
from convener.errors import LostAnswer, QuotaUsedUp, Refused, SendingPaused, Throttled, Unavailable
from tests.support.delivering import BATCH, ID, REF, raising, second_worker, states, wired, world
from tests.support.fakes import FakeMailer

LOST = LostAnswer("time-out")
OTHER = "0-00002"


def stored(delivery: Any) -> Campaign:
    """Return the campaign in the ledger."""
    found = delivery.ledger.campaigns[ID]
    assert isinstance(found, Campaign)
    return found


def losing(*which: int) -> Callable[[Mail], None]:
    """Return a mailer function that loses the answers to these mails, counted from 1."""
    seen = [0]

    def fails(_mail: Mail) -> None:
        seen[0] += 1
        if seen[0] in which:
            raise LOST

    return fails


def test_five_lost_answers_in_a_row_make_the_campaign_wait() -> None:
    """The other mails are given back, no message is queued, and the ledger has the reason."""
    delivery = world(8, mailer=FakeMailer(raising(LOST, on=3, times=99)))
    assert delivery.deliver(ID, REF).outcome is DeliveryOutcome.WAITS
    assert states(delivery) == ["ACCEPTED"] * 2 + ["UNKNOWN:answer-lost"] * 5 + ["RETRY:given-back"]
    assert (stored(delivery).stage, stored(delivery).why) == (Stage.WAITING, WaitReason.LOST_ANSWERS)
    assert delivery.queues.chunks == []


def test_the_count_goes_on_over_batches() -> None:
    """Three at the end of one batch and two at the beginning of the next are five."""
    lost = range(BATCH - 2, BATCH + 3)
    delivery = world(BATCH + 9, mailer=FakeMailer(losing(*lost)))
    assert delivery.deliver(ID, REF).outcome is DeliveryOutcome.WAITS
    assert [state.split(":")[0] for state in states(delivery)].count("UNKNOWN") == MAX_LOST_IN_A_ROW
    assert stored(delivery).why is WaitReason.LOST_ANSWERS


def test_the_count_goes_on_over_chunks_and_workers() -> None:
    """Two in one chunk, two in another chunk of another worker, and one more of a third worker are five."""
    delivery = world(2, mailer=FakeMailer(raising(LOST, on=1, times=99)))
    ids = [f"0{n:031x}" for n in range(900, 903)]
    for person in ids:
        delivery.lookup.subscribers.rows[person] = replace(
            next(iter(delivery.lookup.subscribers.rows.values())), id=person, address=f"{person}@example.org"
        )
    delivery.ledger.chunk_items[ID, OTHER] = new_chunk(ID, "0", 2, ids)
    assert delivery.deliver(ID, REF).outcome is DeliveryOutcome.DONE
    assert stored(delivery).lost == 2
    assert second_worker(delivery).deliver(ID, OTHER).outcome is DeliveryOutcome.WAITS
    assert stored(delivery).why is WaitReason.LOST_ANSWERS


@pytest.mark.parametrize("answer", [None, Refused("no"), Throttled("rate")])
def test_any_answer_ends_the_count(answer: Exception | None) -> None:
    """After four lost answers, an answer and four more lost answers the campaign goes on."""
    seen = [0]

    def fails(_mail: Mail) -> None:
        seen[0] += 1
        if seen[0] == 5:
            if answer:
                raise answer
            return
        raise LOST

    delivery = world(9, mailer=FakeMailer(fails))
    delivery.deliver(ID, REF)
    if isinstance(answer, Throttled):
        assert (stored(delivery).stage, stored(delivery).lost) == (Stage.SENDING, 0)
        return
    assert [state.split(":")[0] for state in states(delivery)].count("UNKNOWN") == 8
    assert (stored(delivery).stage, stored(delivery).lost) == (Stage.SENDING, 4)


def test_an_answer_in_a_later_batch_ends_the_count() -> None:
    """The campaign's count is set to 0, in one write."""
    delivery = world(BATCH + 2, mailer=FakeMailer(losing(BATCH - 1, BATCH)))
    delivery, journal = wired(delivery)
    delivery.deliver(ID, REF)
    assert (stored(delivery).stage, stored(delivery).lost) == (Stage.SENDING, 0)
    assert journal.count("turn") == 2


def test_a_failed_connection_does_not_change_the_count() -> None:
    """SES was not reached, so nothing is known about its answers."""
    delivery = world(5, mailer=FakeMailer(losing(1, 2)))
    delivery.deliver(ID, REF)
    delivery = world(4, mailer=FakeMailer(raising(Unavailable("no connection"), on=1)), lost=4)
    assert delivery.deliver(ID, REF).outcome is DeliveryOutcome.PUT_OFF
    assert stored(delivery).lost == 4


def test_a_campaign_that_two_workers_make_wait_can_be_probed() -> None:
    """The lost answers of the second worker are not counted, because the campaign waits already."""
    delivery = world(20, mailer=FakeMailer(raising(LOST, on=1, times=10)))
    second, ids = second_worker(delivery), list(delivery.lookup.subscribers.rows)
    delivery.ledger.chunk_items[ID, REF] = new_chunk(ID, "0", 1, ids[:10])
    delivery.ledger.chunk_items[ID, OTHER] = new_chunk(ID, "0", 2, ids[10:])
    fails, begun = delivery.mailer.fails, [False]

    def both(mail: Mail) -> None:
        if not begun[0]:
            begun[0] = True
            second.deliver(ID, OTHER)
        fails(mail)

    delivery.mailer.fails = both
    assert delivery.deliver(ID, REF).outcome is DeliveryOutcome.WAITS
    assert (stored(delivery).why, stored(delivery).lost) == (WaitReason.LOST_ANSWERS, 0)
    delivery.deliver(ID, REF, probe=True)
    assert (stored(delivery).why, len(delivery.mailer.sent)) == (WaitReason.RESUMED, 1)


def waiting(count: int = 3, fails: Callable[[Mail], None] = lambda _mail: None, **changes: Any) -> Any:
    """Return a campaign that waits because answers were lost."""
    return world(count, mailer=FakeMailer(fails), stage=Stage.WAITING, why=WaitReason.LOST_ANSWERS, **changes)


@pytest.mark.parametrize(
    "answer", [None, Refused("no"), Throttled("rate"), QuotaUsedUp("day"), SendingPaused("account")]
)
def test_a_probe_is_one_mail_and_any_answer_ends_the_wait(answer: Exception | None) -> None:
    """The next tick goes on with the campaign; nothing is queued before."""
    delivery = waiting(fails=raising(answer, on=1) if answer else lambda _mail: None)
    assert delivery.deliver(ID, REF, probe=True).outcome is DeliveryOutcome.WAITS
    assert [state.split(":")[0] for state in states(delivery)[1:]] == ["PENDING"] * 2
    assert (stored(delivery).stage, stored(delivery).why) == (Stage.WAITING, WaitReason.RESUMED)
    assert stored(delivery).until == delivery.clock.now()
    assert delivery.queues.chunks == []


@pytest.mark.parametrize("error", [LOST, Unavailable("no connection")])
def test_a_probe_without_an_answer_changes_nothing(error: Exception) -> None:
    """One more mail at most is UNKNOWN, and the campaign waits for the probe of the next tick."""
    delivery = waiting(fails=raising(error, on=1))
    before = stored(delivery)
    assert delivery.deliver(ID, REF, probe=True).outcome is DeliveryOutcome.WAITS
    assert stored(delivery) == before
    assert delivery.queues.chunks == []
    assert [entry.state for entry in delivery.ledger.chunk_items[ID, REF].entries[1:]] == [DeliveryState.PENDING] * 2


@pytest.mark.parametrize(
    "why", [WaitReason.PAUSED, WaitReason.QUOTA, WaitReason.SERIES, WaitReason.SES_PAUSED, WaitReason.RESUMED]
)
def test_a_late_probe_sends_nothing_of_a_campaign_that_waits_for_another_reason(why: WaitReason) -> None:
    """The message may be a copy, or hours old."""
    delivery = world(stage=Stage.WAITING, why=why)
    assert delivery.deliver(ID, REF, probe=True).outcome is DeliveryOutcome.DROPPED
    assert delivery.mailer.sent == []


def test_no_probe_leaves_while_the_series_is_paused() -> None:
    """The campaign's own reason stays."""
    delivery = waiting()
    delivery.ledger.pause(delivery.clock.now())
    assert delivery.deliver(ID, REF, probe=True).outcome is DeliveryOutcome.DROPPED
    assert (delivery.mailer.sent, stored(delivery).why) == ([], WaitReason.LOST_ANSWERS)


@pytest.mark.parametrize("name", ["take", "limits", "snapshot"])
@pytest.mark.parametrize("error", [LOST, Unavailable("no"), Throttled("rate")])
def test_a_probe_that_sends_no_mail_queues_nothing(name: str, error: Exception) -> None:
    """The next tick sends another probe."""
    delivery, _ = wired(waiting())
    {"take": delivery.pacing.slots, "limits": delivery.pacing.account, "snapshot": delivery.lookup}[name].fail(
        name, error
    )
    assert delivery.deliver(ID, REF, probe=True).outcome is DeliveryOutcome.WAITS
    assert delivery.queues.chunks == []
    assert states(delivery) == ["PENDING"] * 3
