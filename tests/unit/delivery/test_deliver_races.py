"""Delivery when others are at work on the same chunk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from convener.delivery.chunks import Chunk
from convener.delivery.mail import Mail
from convener.delivery.states import Entry, State
from convener.errors import Conflict
from tests.support.delivering import ID, REF, states, world
from tests.support.fakes import FakeLedger


class Rivals(FakeLedger):
    """A ledger in which another copy of the message claims just before we do."""

    rival: Any = None

    def save(self, chunk: Chunk, *, messages: Mapping[int, str]) -> None:
        if self.rival:
            rival, self.rival = self.rival, None
            rival.deliver(ID, REF)
        super().save(chunk, messages=messages)


def test_of_two_copies_at_once_each_recipient_is_sent_one_mail() -> None:
    """The slower one's claim is refused; it looks again and finds nothing left."""
    delivery = world(5)
    ledger = Rivals()
    ledger.campaigns, ledger.chunk_items = delivery.ledger.campaigns, delivery.ledger.chunk_items
    delivery = replace(delivery, ledger=ledger)
    ledger.rival = delivery
    delivery.deliver(ID, REF)
    assert len(delivery.mailer.sent) == 5
    assert states(delivery) == ["ACCEPTED"] * 5


def test_an_event_that_was_faster_than_our_own_record_stands() -> None:
    """A bounce written while the call was under way is not undone by ACCEPTED, and nothing is lost beside it."""
    delivery = world(2)
    ledger = delivery.ledger

    def bounce(_mail: Mail) -> None:
        chunk = ledger.chunk_items[ID, REF]
        if chunk.entries[0].state == State.SENDING:
            ledger.save(chunk.with_entries({0: Entry(State.BOUNCED, 1, 60)}), messages={})

    delivery.mailer.fails = bounce
    delivery.deliver(ID, REF)
    assert [entry.state for entry in ledger.chunk_items[ID, REF].entries] == [State.BOUNCED, State.ACCEPTED]


def test_a_mail_that_is_on_its_way_is_never_claimed_again() -> None:
    """SENDING that a dead Lambda left behind is not sent by the next one."""
    delivery = world(2)
    chunk = delivery.ledger.chunk_items[ID, REF]
    delivery.ledger.save(chunk.with_entries({0: Entry(State.SENDING, 1, 0, "dead")}), messages={})
    delivery.deliver(ID, REF)
    assert states(delivery) == ["SENDING:dead", "ACCEPTED"]


def test_a_record_that_keeps_conflicting_is_written_in_the_end() -> None:
    """Three rivals in a row only mean that it is read and merged three times."""
    delivery = world(1)
    ledger, refusals = delivery.ledger, [3]
    save = ledger.save

    def stubborn(chunk: Chunk, *, messages: Mapping[int, str]) -> None:
        if chunk.entries[0].state == State.ACCEPTED and refusals[0]:
            refusals[0] -= 1
            raise Conflict(chunk.ref)
        save(chunk, messages=messages)

    ledger.save = stubborn
    delivery.deliver(ID, REF)
    assert states(delivery) == ["ACCEPTED"]
