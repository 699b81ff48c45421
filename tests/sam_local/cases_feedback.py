"""Feedback: what SES tells of three mails that it took."""

from __future__ import annotations

from typing import Any

from convener.delivery.chunks import Cursor, new_chunk
from convener.delivery.states import DeliveryState, RecipientState
from convener.subscribers.models import SubscriberStatus
from tests.support.people import campaign, subscriber
from tests.support.sam_cases import case
from tests.support.sam_world import OK, World
from tests.support.ses_events import SET

INVITE, REF = "2024-04/invite", "a-00001"
PEOPLE = [subscriber(number).id for number in (0x1A, 0x2A, 0x3A)]
SETTLED = {
    "feedback-sent": ["ACCEPTED", "ACCEPTED", "ACCEPTED"],
    "feedback-delivered": ["DELIVERED", "ACCEPTED", "ACCEPTED"],
    "feedback-doubled": ["DELIVERED", "ACCEPTED", "ACCEPTED"],
    "feedback-mailbox-full": ["ACCEPTED", "ACCEPTED mailbox-full", "ACCEPTED"],
    "feedback-out-of-office": ["ACCEPTED", "DELIVERED soft-bounce", "ACCEPTED"],
    "feedback-delayed": ["ACCEPTED delayed", "ACCEPTED", "ACCEPTED"],
    "feedback-rejected": ["FAILED rejected", "ACCEPTED", "ACCEPTED"],
    "feedback-rendering-failed": ["FAILED not-rendered", "ACCEPTED", "ACCEPTED"],
    "feedback-foreign": ["ACCEPTED", "ACCEPTED", "ACCEPTED"],
}
SUPPRESSED = {"feedback-bounced": (1, SubscriberStatus.BOUNCED), "feedback-complaint": (2, SubscriberStatus.COMPLAINED)}
PARKED = {
    "feedback-no-event": ([1], ["DELIVERED", "ACCEPTED", "ACCEPTED"]),
    "feedback-unknown-kind": ([1], ["ACCEPTED", "DELIVERED", "ACCEPTED"]),
    "feedback-unknown-chunk": ([1, 2], ["ACCEPTED", "ACCEPTED", "ACCEPTED"]),
}


def told(world: World) -> Any:
    """SES took three mails of an invite; then the event comes, from the configuration set that its file names."""
    chunk = new_chunk(INVITE, "a", 1, PEOPLE)
    world.ledger.open(campaign())
    done = Cursor(shard="a", count=3, chunks=1, finished=True)
    world.ledger.move(INVITE, frm=Cursor(shard="a"), to=done, chunk=chunk)
    taken = chunk.with_entries({place: RecipientState(DeliveryState.ACCEPTED, 1, 91) for place in range(3)})
    world.ledger.save(taken, messages={place: f"message-{place}" for place in range(3)})
    world.variables["CONFIGURATION_SET"] = SET
    return world.play()


def outcome(world: World) -> list[str]:
    """What the ledger says of each reader, with its remark."""
    chunk = world.ledger.chunk(INVITE, REF)
    assert chunk is not None
    return [f"{entry.state.name} {entry.note}".strip() for entry in chunk.entries]


def standings(world: World) -> list[SubscriberStatus]:
    """Where each reader stands."""
    rows = world.people.get(ids=PEOPLE)
    return [rows[one].status for one in PEOPLE]


@case(*SETTLED)
def the_ledger_says_what_became_of_the_mail(world: World) -> None:
    """Nobody is suppressed."""
    assert told(world) == OK
    assert outcome(world) == SETTLED[world.event]
    assert standings(world) == [SubscriberStatus.CONFIRMED] * 3


@case(*SUPPRESSED)
def that_reader_alone_gets_nothing_more(world: World) -> None:
    """After a bounce for good, and after a complaint."""
    place, standing = SUPPRESSED[world.event]
    assert told(world) == OK
    assert outcome(world)[place] == standing.name
    assert standings(world) == [standing if one == place else SubscriberStatus.CONFIRMED for one in range(3)]


@case(*PARKED)
def what_cant_be_used_is_parked_without_its_batch(world: World) -> None:
    """It is named as failed, so that the dead-letter queue gets it in the end."""
    parked, states = PARKED[world.event]
    failed = [{"itemIdentifier": f"{number:08d}-0000-4000-8000-000000000000"} for number in parked]
    assert told(world) == {"batchItemFailures": failed}
    assert outcome(world) == states
    assert standings(world) == [SubscriberStatus.CONFIRMED] * 3
