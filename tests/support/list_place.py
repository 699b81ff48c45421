"""A stack with people in memory, for the commands on lists."""

from __future__ import annotations

from local.virtual_clock import VirtualClock
from tests.support.fake_imports import FakeImports
from tests.support.fake_register import FakeConsents
from tests.support.lists import KEY, NOW


class FakePlace:
    """What a command knows of it."""

    line = "convener --local"

    def __init__(self, store: FakeImports) -> None:
        self.store, self.time = store, VirtualClock(NOW)

    def register(self) -> FakeImports:
        return self.store

    def imports(self) -> FakeImports:
        return self.store

    def consents(self) -> FakeConsents:
        return self.store.consents

    def identity_key(self) -> bytes:
        return KEY

    def clock(self) -> VirtualClock:
        return self.time
