"""Feedback: what SES tells about mails reaches the ledger and the subscribers. Standard library only.

Events come early, late, twice, out of order or never, and a batch may hold some of many chunks. So nothing here depends
on order, and hearing anything twice changes nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from convener.delivery.chunks import Chunk, tally
from convener.delivery.events import SUPPRESSING, MailEvent, TransactionalMailEvent, read_event
from convener.delivery.ports import DeliveryLedger, SubscriberStore
from convener.delivery.states import DeliveryState, RecipientState
from convener.delivery.stopping import is_suspicious, stop_if_bad
from convener.delivery.suppress import suppress
from convener.errors import BadInput, Conflict, ConvenerError
from convener.subscribers.models import SubscriberStatus

MAX_ATTEMPTS = 8
"""How often a chunk is merged anew because somebody else wrote it first. Each time, that other one did get on."""


@dataclass(kw_only=True)
class FeedbackResult:
    """What became of a batch. `parked` and `again` give the reason by message; both must be handed back to the queue.

    Parked is what no repetition mends: it ends in the dead-letter queue. `risen` counts entries by the state that this
    batch brought them to, `remarked` those that got a remark; `letters` are events about letters, which no
    ledger holds; `foreign` those about mails that aren't ours.
    `suspects` are campaigns to which much has come back in some chunk; `stopped` gives the numbers of those that this
    batch stopped, `unchecked` those it could not look into, and why.
    """

    foreign: int = 0
    letters: int = 0
    remarked: int = 0
    new_states: Counter[DeliveryState] = field(default_factory=Counter)
    parked: dict[str, str] = field(default_factory=dict)
    again: dict[str, str] = field(default_factory=dict)
    stopped: dict[str, str] = field(default_factory=dict)
    unchecked: dict[str, str] = field(default_factory=dict)
    suspects: set[str] = field(default_factory=set)

    @contextmanager
    def handing_back(self, *messages: str) -> Iterator[None]:
        """What fails in here fails for these messages and for no others."""
        try:
            yield
        except BadInput as reason:
            self.parked |= dict.fromkeys(messages, str(reason))
        except ConvenerError as reason:
            self.again |= dict.fromkeys(messages, f"{type(reason).__name__}: {reason}")


@dataclass(frozen=True, kw_only=True)
class Feedback:
    """Everything that feedback takes."""

    ledger: DeliveryLedger
    subscribers: SubscriberStore
    configuration_set: str

    def take(self, bodies: Mapping[str, str]) -> FeedbackResult:
        """Carry out a batch: the bodies of queue messages by their ids. Each chunk is read and written once.

        A campaign to which too much has come back stops by itself.
        """
        heard, opened = FeedbackResult(), dict[str, datetime]()
        told: defaultdict[tuple[str, str], dict[str, MailEvent]] = defaultdict(dict)
        for message, body in bodies.items():
            with heard.handing_back(message):
                event = read_event(body, configuration_set=self.configuration_set)
                if event is None:
                    heard.foreign += 1
                elif isinstance(event, TransactionalMailEvent):
                    heard.letters += 1
                    self._suppress(event.recipient, event.status, event.at)
                else:
                    told[event.campaign, event.chunk][message] = event
        for (campaign, ref), events in told.items():
            with heard.handing_back(*events):
                if campaign not in opened:
                    opened[campaign] = self._opened_at(campaign)
                self._hear(self._chunk(campaign, ref), opened[campaign], events, heard)
        for campaign in sorted(heard.suspects):
            self._stop(campaign, heard)
        return heard

    def _hear(self, chunk: Chunk, opened_at: datetime, events: Mapping[str, MailEvent], heard: FeedbackResult) -> None:
        """All events of one chunk: suppress first, then write the ledger.

        By the ledger a repeated event is known. Were it written first, an end in between would leave a reader
        unsuppressed for good; this way the event comes again and finds half of its work done.
        """
        sound: dict[str, MailEvent] = {}
        for message, event in events.items():
            with heard.handing_back(message):
                known = chunk.entries[_place(chunk, event)].state  # of any attempt: it was written after suppressing
                if known.rank < event.state.rank:
                    self._suppress(event.reader or event.recipient, SUPPRESSING.get(event.state), event.at)
                sound[message] = event
        with heard.handing_back(*sound):
            self._merge(chunk, opened_at, list(sound.values()), heard)

    def _suppress(self, reader: str, status: SubscriberStatus | None, at: datetime) -> None:
        if status:
            suppress(self.subscribers, recipient=reader, status=status, at=at)

    def _merge(self, chunk: Chunk, opened_at: datetime, events: Sequence[MailEvent], heard: FeedbackResult) -> None:
        """One conditional write for all of them, and none where they tell nothing new."""
        for _ in range(MAX_ATTEMPTS):
            changed, messages = _news(chunk, opened_at, events)
            if not changed and not messages:
                return
            after = chunk.with_entries(changed)
            try:
                self.ledger.save(after, messages=messages)
            except Conflict:
                chunk = self._chunk(chunk.campaign, chunk.ref)
                continue
            if any(entry.state in SUPPRESSING for entry in changed.values()) and is_suspicious(tally([after.entries])):
                heard.suspects.add(chunk.campaign)
            pairs = [(chunk.entries[place], entry) for place, entry in changed.items()]
            heard.new_states.update(now.state for before, now in pairs if now.state != before.state)
            heard.remarked += sum(now.remarks != before.remarks for before, now in pairs)
            return
        raise Conflict(f"others kept writing chunk {chunk.ref} of {chunk.campaign}")

    def _stop(self, campaign: str, heard: FeedbackResult) -> None:
        """Where this fails the events stay heard: the tick looks into every campaign too."""
        try:
            words = stop_if_bad(self.ledger, campaign)
        except ConvenerError as reason:
            heard.unchecked[campaign] = f"{type(reason).__name__}: {reason}"
        else:
            heard.stopped |= {campaign: words} if words else {}

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
    """Where the event's recipient stands. A mail was claimed before it left, so its attempt is known by now."""
    if event.recipient not in chunk.recipients:
        raise BadInput(f"The recipient is not in chunk {chunk.ref} of {chunk.campaign}.")
    place = chunk.recipients.index(event.recipient)
    if event.attempt > chunk.entries[place].attempt:
        raise BadInput(f"The ledger knows no such attempt for the recipient, in chunk {chunk.ref} of {chunk.campaign}.")
    return place


def _news(
    chunk: Chunk, opened_at: datetime, events: Sequence[MailEvent]
) -> tuple[Mapping[int, RecipientState], Mapping[int, str]]:
    """What the events change: entries, and message ids of mails whose answer never reached us. By position."""
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
