"""Two chunks whose mails have left, and SES's events about them, for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from convener.delivery.chunks import Chunk
from convener.delivery.feedback import Feedback, FeedbackResult
from convener.delivery.states import DeliveryState, RecipientState
from tests.support.fake_subscribers import FakeSubscribers
from tests.support.fakes import FakeLedger
from tests.support.people import campaign, subscriber
from tests.support.ses_events import SET, bodies, ses_event, tags_for

ID, REF = "2024-04/invite", "0-00001"
PEOPLE = [subscriber(16 * n) for n in range(1, 4)]


class Counting(FakeLedger):
    """A ledger that counts the reads and writes of chunks."""

    reads = writes = 0

    def chunk(self, campaign: str, ref: str) -> Chunk | None:
        self.reads += 1
        return super().chunk(campaign, ref)

    def save(self, chunk: Chunk, *, messages: Mapping[int, str]) -> None:
        self.writes += 1
        super().save(chunk, messages=messages)


def world(*entries: RecipientState, people: Any = PEOPLE, ledger: Any = None) -> Any:
    """Return feedback on two chunks.

    The first recipients of the first chunk have these entries. All others were accepted in their first attempt.
    """
    ledger = ledger or Counting()
    ledger.campaigns[ID] = campaign()
    for ref in (REF, "0-00002"):
        given = dict(enumerate(entries)) if ref == REF else {}
        every = {place: given.get(place, RecipientState(DeliveryState.ACCEPTED, 1, 91)) for place in range(len(people))}
        known = {place: f"m-{place}" for place, entry in every.items() if entry.state == DeliveryState.ACCEPTED}
        ledger.chunk_items[ID, ref] = Chunk(
            campaign=ID,
            ref=ref,
            recipients=tuple(person.id for person in people),
            entries=tuple(every.values()),
            messages=known,
        )
    return Feedback(ledger=ledger, subscribers=FakeSubscribers(people), configuration_set=SET)


def event_about(what: str, place: int = 0, *, attempt: int = 1, chunk: str = REF, after: int = 5) -> dict[str, Any]:
    """Return an event about one of PEOPLE."""
    return ses_event(what, tags_for(PEOPLE[place].id, chunk=chunk, attempt=attempt), after=after)


def take(feedback: Any, *events: Mapping[str, Any]) -> FeedbackResult:
    """Carry out one batch of events."""
    result: FeedbackResult = feedback.take(bodies(events))
    return result


def entries(feedback: Any, ref: str = REF) -> Sequence[RecipientState]:
    """Return the chunk's entries."""
    found: Sequence[RecipientState] = feedback.ledger.chunk_items[ID, ref].entries
    return found
