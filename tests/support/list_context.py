"""A stack with people in memory, for the commands on lists."""

from __future__ import annotations

from convener.sessions.series import Series
from local.virtual_clock import VirtualClock
from tests.support.fake_unit_of_work import FakeConsentRecord, FakeImportStore, FakeUnitOfWork
from tests.support.lists import KEY, NOW
from tests.support.people import series


class FakePlace:
    """What a command knows of it."""

    line = "convener --local"

    def __init__(self, store: FakeUnitOfWork) -> None:
        self.store, self.time = store, VirtualClock(NOW)

    def register(self) -> FakeUnitOfWork:
        return self.store

    def imports(self) -> FakeImportStore:
        return self.store.imports

    def consents(self) -> FakeConsentRecord:
        return self.store.consents

    def identity_key(self) -> bytes:
        return KEY

    def series(self) -> Series:
        return series()

    def clock(self) -> VirtualClock:
        return self.time
