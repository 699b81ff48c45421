"""A stack in memory for the commands on campaigns: two shards of one invite, with people in many states."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import click
from click.testing import CliRunner, Result

from convener.campaigns import Campaign
from convener.delivery.campaign_control import CampaignControl
from convener.delivery.chunks import Cursor, new_chunk
from convener.delivery.states import DeliveryState, RecipientState
from convener.sessions.series import Series
from convener.subscribers.identity import fingerprint
from convener.subscribers.models import SHARDS
from local.virtual_clock import VirtualClock
from tests.support.fake_unit_of_work import FakeConsentRecord, FakeUnitOfWork
from tests.support.fakes import FakeLedger
from tests.support.people import OPENED, campaign, series, subscriber

ID = "2024-04/invite"
KEY = b"an identity key of thirty-two by"
HOUR = timedelta(hours=1)

DELIVERED = RecipientState(DeliveryState.DELIVERED, 1, 70)
LOST = RecipientState(DeliveryState.UNKNOWN, 1, 60, "answer-lost+delayed")
YOUNG = RecipientState(DeliveryState.UNKNOWN, 1, 3000, "lease-over")
LEFT = RecipientState(DeliveryState.SKIPPED, 0, 61, "left")
MANY = (
    DELIVERED,
    RecipientState(DeliveryState.ACCEPTED, 1, 60),
    LEFT,
    LOST,
    RecipientState(),
    RecipientState(DeliveryState.COMPLAINED, 2, 90, "earlier"),
)


def place_entries(ledger: FakeLedger, shard: str, entries: Sequence[RecipientState], *, of: str = ID) -> list[str]:
    """A chunk with those entries, whose recipients are that shard's first people. Their ids."""
    ids = [subscriber(int(shard, 16) + 16 * number).id for number in range(1, len(entries) + 1)]
    chunk = new_chunk(of, shard, 1, ids).with_entries(dict(enumerate(entries)))
    ledger.chunk_items[of, chunk.ref] = chunk
    return ids


class FakePlace:
    """A stack with one campaign, an hour after it was opened."""

    def __init__(self, **changes: Any) -> None:
        self.kept, self.time = FakeLedger(), VirtualClock(OPENED + HOUR)
        self.kept.campaigns[ID] = campaign(**changes)
        ids = [*place_entries(self.kept, "0", MANY), *place_entries(self.kept, "a", [YOUNG])]
        self.people = FakeUnitOfWork([subscriber(int(one[1:], 16)) for one in ids], fingerprint=fingerprint(KEY))
        for shard in SHARDS:
            self.kept.cursor_items[ID, shard] = Cursor(shard=shard, finished=True)

    def ledger(self) -> FakeLedger:
        return self.kept

    def subscribers(self) -> FakeUnitOfWork:
        return self.people

    def register(self) -> FakeUnitOfWork:
        return self.people

    def consents(self) -> FakeConsentRecord:
        return self.people.consents

    def identity_key(self) -> bytes:
        return KEY

    def clock(self) -> VirtualClock:
        return self.time

    def series(self) -> Series:
        return series()

    @property
    def campaign(self) -> Campaign:
        """The one that there is."""
        return self.kept.campaigns[ID]

    @property
    def steering(self) -> CampaignControl:
        """A hand on it."""
        return CampaignControl(ledger=self.kept, clock=self.time)

    def entries(self, ref: str = "0-00001") -> tuple[RecipientState, ...]:
        """The entries of a chunk."""
        return self.kept.chunk_items[ID, ref].entries


def run(group: click.Group, place: object, *words: str) -> Result:
    """The command on that stack; nobody is at a terminal."""
    return CliRunner().invoke(group, list(words), obj=place)
