"""Feedback: carry SES's events about mails into the ledger and into the subscribers' rows.

Events come late, twice, in any order, or never, and a batch may hold events of many chunks. So nothing here depends on
their order, and a repeated event changes nothing. Standard library only.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from convener.delivery.chunks import Chunk, tally
from convener.delivery.events import SUPPRESSING, MailEvent, TransactionalMailEvent, read_event
from convener.delivery.ports import DeliveryLedger
from convener.delivery.states import DeliveryState, RecipientState
from convener.delivery.stopping import is_suspicious, stop_if_bad
from convener.delivery.suppress import suppress
from convener.errors import BadInput, Conflict, ConvenerError
from convener.retry import retry_on_conflict
from convener.subscribers.models import SubscriberStatus
from convener.subscribers.ports import SubscriberStore

MAX_ATTEMPTS = 8
"""The number of times that a chunk is read and written before its events are handed back to the queue."""


@dataclass(kw_only=True)
class FeedbackResult:
    """The result of a batch of events.

    Attributes:
        foreign: The number of events about mails that Convener did not send.
        transactional: The number of events about transactional mails, which are in no ledger.
        remarked: The number of entries that got a remark.
        new_states: The number of entries that came into a state, by that state.
        parked: Messages that no repetition can carry out, with the reason. They go to the dead-letter queue.
        again: Messages that should be tried again, with the reason.
        stopped: Campaigns that this batch stopped, with their numbers.
        unchecked: Campaigns whose rates could not be checked, with the reason.
        suspects: Campaigns with a high rate in some chunk.
    """

    foreign: int = 0
    transactional: int = 0
    remarked: int = 0
    new_states: Counter[DeliveryState] = field(default_factory=Counter)
    parked: dict[str, str] = field(default_factory=dict)
    again: dict[str, str] = field(default_factory=dict)
    stopped: dict[str, str] = field(default_factory=dict)
    unchecked: dict[str, str] = field(default_factory=dict)
    suspects: set[str] = field(default_factory=set)

    @contextmanager
    def handing_back(self, *messages: str) -> Iterator[None]:
        """Hand these messages back to the queue where the block raises an error."""
        try:
            yield
        except BadInput as reason:
            self.parked |= dict.fromkeys(messages, str(reason))
        except ConvenerError as reason:
            self.again |= dict.fromkeys(messages, f"{type(reason).__name__}: {reason}")


@dataclass(frozen=True, kw_only=True)
class Feedback:
    """The use case of the feedback function. `configuration_set` is the one that Convener's mails are sent with."""

    ledger: DeliveryLedger
    subscribers: SubscriberStore
    configuration_set: str

    def take(self, bodies: Mapping[str, str]) -> FeedbackResult:
        """Carry out a batch of events. Each chunk is read and written once.

        A campaign whose rates of bounces or complaints are too high is stopped.

        Args:
            bodies: The bodies of the queue messages by message id.
        """
        result, opened = FeedbackResult(), dict[str, datetime]()
        by_chunk: defaultdict[tuple[str, str], dict[str, MailEvent]] = defaultdict(dict)
        for message, body in bodies.items():
            with result.handing_back(message):
                event = read_event(body, configuration_set=self.configuration_set)
                if event is None:
                    result.foreign += 1
                elif isinstance(event, TransactionalMailEvent):
                    result.transactional += 1
                    self._suppress(event.recipient, event.status, event.at)
                else:
                    by_chunk[event.campaign, event.chunk][message] = event
        for (campaign, ref), events in by_chunk.items():
            with result.handing_back(*events):
                if campaign not in opened:
                    opened[campaign] = self._opened_at(campaign)
                self._take_chunk(self._chunk(campaign, ref), opened[campaign], events, result)
        for campaign in sorted(result.suspects):
            self._stop(campaign, result)
        return result

    def _take_chunk(
        self, chunk: Chunk, opened_at: datetime, events: Mapping[str, MailEvent], result: FeedbackResult
    ) -> None:
        """Carry out the events of one chunk: suppress subscribers first, then write the ledger.

        The ledger is what identifies a repeated event. If the ledger were written first, a process that died in between
        would leave the subscriber unsuppressed for good. In this order the event comes again and is completed.
        """
        valid: dict[str, MailEvent] = {}
        for message, event in events.items():
            with result.handing_back(message):
                known = chunk.entries[_place(chunk, event)].state  # of any attempt: it was written after suppressing
                if known.rank < event.state.rank:
                    self._suppress(event.reader or event.recipient, SUPPRESSING.get(event.state), event.at)
                valid[message] = event
        with result.handing_back(*valid):
            self._merge(chunk, opened_at, list(valid.values()), result)

    def _suppress(self, subscriber: str, status: SubscriberStatus | None, at: datetime) -> None:
        if status:
            suppress(self.subscribers, recipient=subscriber, status=status, at=at)

    def _merge(self, chunk: Chunk, opened_at: datetime, events: Sequence[MailEvent], result: FeedbackResult) -> None:
        """Write all events of a chunk in one conditional write. Nothing is written where they bring nothing new."""
        known: Chunk | None = chunk

        def attempt() -> None:
            nonlocal known
            before, known = known or self._chunk(chunk.campaign, chunk.ref), None
            changed, messages = _changes(before, opened_at, events)
            if not changed and not messages:
                return
            after = before.with_entries(changed)
            self.ledger.save(after, messages=messages)
            if any(entry.state in SUPPRESSING for entry in changed.values()) and is_suspicious(tally([after.entries])):
                result.suspects.add(chunk.campaign)
            pairs = [(before.entries[place], entry) for place, entry in changed.items()]
            result.new_states.update(new.state for old, new in pairs if new.state != old.state)
            result.remarked += sum(new.remarks != old.remarks for old, new in pairs)

        error = Conflict(f"others kept writing chunk {chunk.ref} of {chunk.campaign}")
        retry_on_conflict(attempt, max_attempts=MAX_ATTEMPTS, error=error)

    def _stop(self, campaign: str, result: FeedbackResult) -> None:
        """Stop the campaign where its rates require it. After an error the tick does the same."""
        try:
            words = stop_if_bad(self.ledger, campaign)
        except ConvenerError as reason:
            result.unchecked[campaign] = f"{type(reason).__name__}: {reason}"
        else:
            result.stopped |= {campaign: words} if words else {}

    def _opened_at(self, campaign: str) -> datetime:
        known = self.ledger.campaign(campaign)
        if known is None:
            raise BadInput(f"There is no campaign {campaign} in the ledger.")
        return known.opened_at

    def _chunk(self, campaign: str, ref: str) -> Chunk:
        chunk = self.ledger.chunk(campaign, ref)
        if chunk is None:
            raise BadInput(f"There is no chunk {ref} of {campaign} in the ledger.")
        return chunk


def _place(chunk: Chunk, event: MailEvent) -> int:
    """Return the position of the event's recipient.

    Raises BadInput where the chunk does not hold the recipient or the attempt, which is written before a mail leaves.
    """
    if event.recipient not in chunk.recipients:
        raise BadInput(f"The recipient is not in chunk {chunk.ref} of {chunk.campaign}.")
    place = chunk.recipients.index(event.recipient)
    if event.attempt > chunk.entries[place].attempt:
        raise BadInput(f"The ledger knows no such attempt for the recipient, in chunk {chunk.ref} of {chunk.campaign}.")
    return place


def _changes(
    chunk: Chunk, opened_at: datetime, events: Sequence[MailEvent]
) -> tuple[Mapping[int, RecipientState], Mapping[int, str]]:
    """Return by position the entries that the events change, and the message ids of mails whose answer was lost."""
    changed, messages = dict[int, RecipientState](), dict[int, str]()
    for event in events:
        place = _place(chunk, event)
        before = changed.get(place, chunk.entries[place])
        elapsed = max(0, int((event.at - opened_at).total_seconds()))
        after = before.merged(RecipientState(event.state, event.attempt, elapsed, event.note))
        if after != before:
            changed[place] = after
        if after.attempt == event.attempt and place not in chunk.messages:
            messages[place] = event.message_id
    return changed, messages
