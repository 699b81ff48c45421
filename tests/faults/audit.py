"""What must hold at every moment: looked at as each write takes effect."""

from __future__ import annotations

from collections import Counter
from typing import Any

from convener.campaigns import Campaign, Stage, WaitReason
from convener.delivery.chunks import Chunk
from convener.delivery.states import RESEND, DeliveryState, RecipientState
from convener.subscribers.models import Subscriber, SubscriberStatus
from tests.faults.loop import LAST_CALLS, Loop

BY_HAND = (WaitReason.PAUSED, WaitReason.SERIES)
"""What holds late additions up too: they have a part of the quota for themselves, and no night."""


class Audit:
    """Listens to every call that took effect, and writes down what must not be.

    `resends` counts, by campaign and recipient, how often an operator asked for a mail to be sent again.
    """

    def __init__(self, loop: Loop, subscribers: Any) -> None:
        self.loop = loop
        self.broken: list[str] = []
        self.resends: Counter[tuple[str, str]] = Counter()
        self.gone_since: dict[str, float] = {
            row.id: -1.0 for row in subscribers.rows.values() if row.status is not SubscriberStatus.CONFIRMED
        }
        self.ever_gone = set(self.gone_since)
        self.ever_paused: set[str] = set()
        self.rows = subscribers.rows
        self._persons: dict[str, str] = {}
        self.at_rest_since: dict[str, float] = {}
        self.by_hand_since: dict[str, float] = {}
        self.series_since: float | None = None
        self._known: dict[tuple[str, str], tuple[RecipientState, ...]] = {}

    def hear(self, where: str, args: tuple[Any, ...], named: dict[str, Any]) -> None:
        """One call took effect."""
        match where:
            case "ledger.save":
                self._saved(args[0])
            case "ledger.add":
                self._added(args[0])
            case "ledger.move" if named["chunk"]:
                self._written_new(args[0], named["chunk"])
            case "ledger.turn":
                self._turned(args[0])
            case "ledger.pause":
                self.series_since = self.series_since or self.loop.time
            case "ledger.resume":
                self.series_since = None
            case "subscribers.add" | "subscribers.update":
                self._written(args[0])
            case "subscribers.commit":
                for change in args[0].changes:
                    self._written(change.row)

    def _written_new(self, campaign: str, chunk: Chunk) -> None:
        if (campaign, chunk.ref) in self._known:
            self._break(f"overwritten: chunk {chunk.ref} of {campaign} was there already")
        self._known[campaign, chunk.ref] = chunk.entries

    def _added(self, chunk: Chunk) -> None:
        """Before a late addition come a look, and a reading of each shard that she was in."""
        self._written_new(chunk.campaign, chunk)
        self._claimed(chunk.campaign, chunk.recipients[0], calls=LAST_CALLS)

    def _saved(self, chunk: Chunk) -> None:
        before = self._known.get((chunk.campaign, chunk.ref), (RecipientState(),) * len(chunk.entries))
        self._known[chunk.campaign, chunk.ref] = chunk.entries
        for recipient, old, new in zip(chunk.recipients, before, chunk.entries, strict=True):
            if new is old or new == old:
                continue
            if (new.attempt, new.state.rank) < (old.attempt, old.state.rank):
                self._break(f"{recipient[-4:]} fell from {old.encode()} to {new.encode()}")
            if new.state is DeliveryState.UNKNOWN and new.reason == RESEND and old.reason != RESEND:
                self.resends[chunk.campaign, recipient] += 1
            if new.state is DeliveryState.SENDING and new.attempt > old.attempt:
                self._claimed(chunk.campaign, recipient)

    def _claimed(self, campaign: str, recipient: str, *, calls: int = 2) -> None:
        """The call before a claim is the second look: what was so before that look began must have been seen."""
        task = self.loop.current
        if task and task.name.startswith("is-welcomed"):
            calls = LAST_CALLS
        looked = list(task.began)[-calls:][0] if task and len(task.began) > 1 else self.loop.time
        since = self.gone_since.get(self._end(recipient))
        if since is not None and since < looked:
            self._break(f"left: {recipient[-4:]} was claimed {self.loop.time - since:.2f} s after leaving")
        since = (self.by_hand_since if calls == LAST_CALLS else self.at_rest_since).get(campaign)
        if since is not None and since < looked:
            self._break(f"rest: {campaign} was claimed from {self.loop.time - since:.2f} s after it was to wait")
        if self.series_since is not None and self.series_since < looked:
            self._break(f"rest: {campaign} was claimed from {self.loop.time - self.series_since:.2f} s into the pause")

    def _turned(self, campaign: Campaign) -> None:
        resting = campaign.stage is Stage.STOPPED or campaign.stage is Stage.WAITING
        if resting and campaign.why is not WaitReason.LOST_ANSWERS:  # a probe may still be claimed then
            self.at_rest_since.setdefault(campaign.id, self.loop.time)
        else:
            self.at_rest_since.pop(campaign.id, None)

        if campaign.stage is Stage.STOPPED or (resting and campaign.why in BY_HAND):
            self.by_hand_since.setdefault(campaign.id, self.loop.time)
        else:
            self.by_hand_since.pop(campaign.id, None)

    def _written(self, row: Subscriber) -> None:
        for one in row.moved_from:
            self._persons[self.person(one)] = self.person(row.id)
        if row.paused_until:
            self.ever_paused.add(row.id)
        if row.status is SubscriberStatus.CONFIRMED:
            self.gone_since.pop(row.id, None)
        elif row.status is not SubscriberStatus.MOVED:  # who moves is as much on the list as before
            self.ever_gone.add(row.id)
            self.gone_since.setdefault(row.id, self.loop.time)

    def person(self, one: str) -> str:
        """Who this is: one id for all rows that somebody has had."""
        while (other := self._persons.get(one, one)) != one:
            one = other
        return one

    def _end(self, one: str) -> str:
        """The row that a mail for this one goes to."""
        for _ in range(50):
            row = self.rows.get(one)
            if row is None or row.status is not SubscriberStatus.MOVED:
                break
            one = row.moved_to
        return one

    def _break(self, what: str) -> None:
        task = self.loop.current
        self.broken.append(f"{what} ({task.name if task else ''} at {self.loop.now():%d %H:%M:%S})")
