"""The end is the same whatever order events come in, however often and in whatever batches."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from convener.delivery.chunks import Chunk
from convener.delivery.events import MailEvent, read_event
from convener.delivery.states import DeliveryState, RecipientState
from convener.errors import Conflict, LostAnswer, Unavailable
from convener.subscribers.models import SubscriberStatus
from tests.support.feedback_events import ID, PEOPLE, REF, Counting, entries, event_about, take, world
from tests.support.ses_events import PARTS, SET

NOTES = {
    DeliveryState.SENDING: "0123456789",
    DeliveryState.UNKNOWN: "answer-lost",
    DeliveryState.FAILED: "refused",
    DeliveryState.RETRY: "throttled",
}
starts = st.builds(
    lambda state, attempt, at: RecipientState(state, attempt, at, NOTES.get(state, "")),
    state=st.sampled_from([state for state in DeliveryState if state != DeliveryState.PENDING]),
    attempt=st.integers(1, 2),
    at=st.integers(80, 200),
)
events = st.builds(
    event_about,
    st.sampled_from(sorted(PARTS)),
    st.sampled_from([0, 0, 1, 2]),
    attempt=st.sampled_from([1, 1, 2, 3]),
    chunk=st.sampled_from([REF, REF, "0-00002"]),
    after=st.integers(1, 20),
)


class Stormy(Counting):
    """Fails before each write as drawn: 1 Conflict, 2 not written, 3 written but the answer is lost."""

    def __init__(self, faults: Sequence[int] = ()) -> None:
        super().__init__()
        self.faults = list(faults)

    def save(self, chunk: Chunk, *, messages: Mapping[int, str]) -> None:
        fault = self.faults.pop() if self.faults else 0
        if fault == 1:
            raise Conflict("a rival")
        if fault == 2:
            raise Unavailable("down")
        super().save(chunk, messages=messages)
        if fault == 3:
            raise LostAnswer("timed out")


def end(feedback: Any) -> Any:
    """Return everything that is visible in the end: entries, message ids, statuses."""
    chunks = feedback.ledger.chunk_items
    return (
        {key: (chunk.entries, dict(chunk.messages)) for key, chunk in chunks.items()},
        {row.id: row.status for row in feedback.subscribers.rows.values()},
    )


@given(st.lists(starts, min_size=3, max_size=3), st.lists(events, max_size=8), st.data())
def test_order_repetition_batches_and_failures_make_no_difference(
    given_entries: list[RecipientState], result: list[dict[str, Any]], data: st.DataObject
) -> None:
    """Events all at once, and events mixed, repeated and retried until no write fails, have the same result."""
    once = world(*given_entries)
    take(once, *result)
    again = world(*given_entries, ledger=Stormy(data.draw(st.lists(st.integers(0, 3), max_size=12), "faults")))
    doubles = data.draw(st.lists(st.sampled_from(result), max_size=4), "doubles") if result else []
    left = data.draw(st.permutations([*result, *doubles]), "order")
    while left:
        size = data.draw(st.integers(1, len(left)), "batch")
        batch, left = left[:size], left[size:]
        left += [batch[int(message.removeprefix("message-"))] for message in take(again, *batch).again]
    assert end(again) == end(once)


@given(st.lists(starts, min_size=3, max_size=3), st.lists(events, max_size=8))
def test_states_rise_to_the_highest_of_all_events(
    given_entries: list[RecipientState], result: list[dict[str, Any]]
) -> None:
    """Attempts stay as claimed. The rank is the highest of the stored state and of the events of this attempt."""
    feedback = world(*given_entries)
    for event in result:
        before = entries(feedback)
        take(feedback, event)
        for one, other in zip(before, entries(feedback), strict=True):
            assert other.attempt == one.attempt
            assert other.state.rank >= one.state.rank
    read = [read_event(json.dumps(event), configuration_set=SET) for event in result]
    for place, (start, entry) in enumerate(zip(given_entries, entries(feedback), strict=True)):
        ranks = [
            event.state.rank
            for event in read
            if isinstance(event, MailEvent)
            and (event.chunk, event.recipient, event.attempt) == (REF, PEOPLE[place].id, start.attempt)
        ]
        assert entry.state.rank == max([start.state.rank, *ranks])


@given(st.lists(starts, min_size=3, max_size=3), st.lists(events, max_size=8))
def test_only_permanent_bounces_and_complaints_suppress(
    given_entries: list[RecipientState], result: list[dict[str, Any]]
) -> None:
    """Delays, full mailboxes, automatic replies and refusals leave the subscriber's status as it was."""
    feedback = world(*given_entries)
    mild = [event for event in result if not {"bounce", "complaint"} & event["detail"].keys()]
    take(
        feedback,
        *mild,
        event_about("full"),
        event_about("away", 1),
        event_about("unclear", 2),
        event_about("not-spam", 1),
    )
    assert {row.status for row in feedback.subscribers.rows.values()} == {SubscriberStatus.CONFIRMED}
    assert feedback.ledger.chunk_items.keys() == {(ID, REF), (ID, "0-00002")}
