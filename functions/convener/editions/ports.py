"""The storage interface of editions, for all packages that store or read editions."""

from __future__ import annotations

from typing import Protocol

from convener.editions.models import Edition


class EditionStore(Protocol):
    """The store of the frozen editions."""

    def put(self, edition: Edition) -> str:
        """Store an edition under its digest and return the digest. Repeating it changes nothing."""

    def get(self, digest: str) -> Edition:
        """Read the edition with that digest."""
