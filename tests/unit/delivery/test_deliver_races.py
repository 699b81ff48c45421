"""Delivery while other workers change the same chunk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from convener.delivery.chunks import Chunk
from convener.delivery.deliver import DeliveryOutcome
from convener.delivery.mail import Mail
from convener.delivery.states import DeliveryState, RecipientState
from convener.errors import Conflict
from tests.support.delivering import ID, REF, Shift, put, second_worker, states, world
from tests.support.fakes import FakeLedger, FakeMailer
from tests.support.people import subscriber


class Rivals(FakeLedger):
    """A ledger in which another copy of the message claims just before our own claim."""

    rival: Any = None

    def save(self, chunk: Chunk, *, messages: Mapping[int, str]) -> None:
        if self.rival:
            rival, self.rival = self.rival, None
            rival.deliver(ID, REF)
        super().save(chunk, messages=messages)


def test_two_copies_of_a_message_send_each_recipient_one_mail() -> None:
    """The claim of the slower one is refused; it reads the chunk again and finds no work left."""
    delivery = world(5)
    ledger = Rivals()
    ledger.campaigns, ledger.chunk_items = delivery.ledger.campaigns, delivery.ledger.chunk_items
    delivery = replace(delivery, ledger=ledger)
    ledger.rival = second_worker(delivery)
    delivery.deliver(ID, REF)
    assert len(delivery.mailer.sent) == 5
    assert states(delivery) == ["ACCEPTED"] * 5


def test_an_event_that_is_faster_than_the_record_stays() -> None:
    """A bounce that is written while the batch is sent is not replaced by ACCEPTED, and no other result is lost."""
    delivery = world(2)
    ledger = delivery.ledger

    def bounce(_mail: Mail) -> None:
        chunk = ledger.chunk_items[ID, REF]
        if chunk.entries[0].state == DeliveryState.SENDING:
            ledger.save(chunk.with_entries({0: RecipientState(DeliveryState.BOUNCED, 1, 60)}), messages={})

    delivery.mailer.fails = bounce
    delivery.deliver(ID, REF)
    assert [entry.state for entry in ledger.chunk_items[ID, REF].entries] == [
        DeliveryState.BOUNCED,
        DeliveryState.ACCEPTED,
    ]


def test_a_sending_entry_is_never_claimed() -> None:
    """A SENDING that a dead worker left is not sent by the next one."""
    delivery = world(2)
    put(delivery, {0: RecipientState(DeliveryState.SENDING, 1, 0, "dead")})
    delivery.deliver(ID, REF)
    assert states(delivery) == ["SENDING:dead", "ACCEPTED"]


def test_a_record_that_keeps_conflicting_is_written_in_the_end() -> None:
    """After three conflicts the chunk has been read and merged three times."""
    delivery = world(1)
    ledger, refusals = delivery.ledger, [3]
    save = ledger.save

    def stubborn(chunk: Chunk, *, messages: Mapping[int, str]) -> None:
        if chunk.entries[0].state == DeliveryState.ACCEPTED and refusals[0]:
            refusals[0] -= 1
            raise Conflict(chunk.ref)
        save(chunk, messages=messages)

    ledger.save = stubborn
    delivery.deliver(ID, REF)
    assert states(delivery) == ["ACCEPTED"]


def test_a_written_claim_counts_although_its_repetition_was_refused() -> None:
    """boto3 repeats a claim whose answer was lost.

    Where another worker wrote in between, our own claims are still sent.
    """
    delivery = world(2)
    ledger = delivery.ledger
    save = ledger.save

    def twice(chunk: Chunk, *, messages: Mapping[int, str]) -> None:
        ledger.save = save
        save(chunk, messages=messages)
        save(chunk.with_entries({1: RecipientState(DeliveryState.BOUNCED, 1, 60)}), messages={})
        save(chunk, messages=messages)  # the repetition, refused

    ledger.save = twice
    delivery.deliver(ID, REF)
    assert states(delivery) == ["ACCEPTED", "BOUNCED"]
    assert len(delivery.mailer.sent) == 1


def test_a_failure_before_any_mail_leaves_no_entry_sending() -> None:
    """An unreadable edition is found before the claim, so a later message sends every mail."""
    delivery = world(2)
    objects = delivery.editions.objects
    delivery.editions.objects = {}
    with pytest.raises(KeyError):
        delivery.deliver(ID, REF)
    assert states(delivery) == ["PENDING", "PENDING"]
    delivery.editions.objects = objects
    delivery.deliver(ID, REF)
    assert states(delivery) == ["ACCEPTED", "ACCEPTED"]


def test_an_address_without_a_possible_mail_does_not_stop_the_others() -> None:
    """A domain that IDNA does not allow fails for good; every other recipient of the batch gets the mail."""
    delivery = world(rows=[subscriber(16), subscriber(32, address="a@\u2260\u0301-.example"), subscriber(48)])
    delivery.deliver(ID, REF)
    assert states(delivery) == ["ACCEPTED", "FAILED:unmailable", "ACCEPTED"]


def test_a_batch_that_runs_out_of_time_gives_back_the_rest() -> None:
    """Slow answers use up the invocation's time: the other mails are not begun, and the chunk is queued at once."""
    clock = Shift()

    def slow(_mail: Mail) -> None:
        clock.ends -= timedelta(seconds=140)

    delivery = world(4, mailer=FakeMailer(slow), clock=clock)
    assert delivery.deliver(ID, REF).outcome is DeliveryOutcome.HANDED_ON
    assert states(delivery) == ["ACCEPTED", "ACCEPTED", "RETRY:given-back", "RETRY:given-back"]
    assert delivery.queues.chunks == [(ID, REF, 0)]


class Interleaved:
    """A second copy of the message, delivered as a whole before the n-th call of the first copy."""

    def __init__(self, behind: Any, turn: list[int], copy: list[Any]) -> None:
        self._behind, self._turn, self._copy = behind, turn, copy

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._behind, name)
        if not callable(found):
            return found

        def called(*args: Any, **kwargs: Any) -> Any:
            self._turn[0] -= 1
            if self._turn[0] == 0:
                self._copy[0].deliver(ID, REF)
            return found(*args, **kwargs)

        return called


@pytest.mark.parametrize("at", range(1, 40))
def test_a_second_copy_at_any_moment_doubles_no_mail_and_misses_nobody(at: int) -> None:
    """A second delivery runs between any two calls of the first one."""
    plain = world(13)
    turn, copy = [at], [second_worker(plain)]
    parts = {name: Interleaved(getattr(plain, name), turn, copy) for name in ("ledger", "lookup", "mailer")}
    pacing = replace(plain.pacing, slots=Interleaved(plain.pacing.slots, turn, copy))
    replace(plain, pacing=pacing, **parts).deliver(ID, REF)
    assert states(plain) == ["ACCEPTED"] * 13
    assert len({mail.recipient for mail in plain.mailer.sent}) == len(plain.mailer.sent) == 13
