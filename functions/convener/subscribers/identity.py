"""Who is who: a subscriber's id is a keyed hash of the address, so ids may stand in logs and tags. Frozen as v1."""

from __future__ import annotations

import hashlib
import hmac
from typing import Protocol

from convener.errors import Conflict, Misconfigured

SHORTEST_KEY = 32  # bytes; the length of the hash, RFC 2104 §3

_SUBSCRIBER = b"convener/subscriber/v1\x00"
_FINGERPRINT = b"convener/identity-fingerprint/v1\x00"


class FingerprintStore(Protocol):
    """Where the identity key's fingerprint lies: beside the ids that were made with the key."""

    def fingerprint(self) -> str | None:
        """The kept fingerprint, or None in a new installation."""

    def keep_fingerprint(self, value: str) -> None:
        """Keep it for ever. Raises Conflict if there is another one already."""


def key_of(secret: str) -> bytes:
    """The identity key: the bytes of its secret's whole text. Functions and commands all read it so; frozen as v1."""
    return secret.encode()


def subscriber_id(normalised: str, *, key: bytes) -> str:
    """The id of a normalised address: 32 hex digits of HMAC-SHA256. Raises Misconfigured when the key is too short."""
    return _keyed(_SUBSCRIBER + normalised.encode(), key)[:32]


def fingerprint(key: bytes) -> str:
    """16 hex digits that tell identity keys apart and say nothing about them. Raises Misconfigured."""
    return _keyed(_FINGERPRINT, key)[:16]


def check_identity(store: FingerprintStore, *, key: bytes) -> None:
    """Make sure that this key made the ids in the store; a new store keeps its fingerprint. Raises Misconfigured."""
    ours = fingerprint(key)
    kept = store.fingerprint()
    if kept is None:
        try:
            store.keep_fingerprint(ours)
            return
        except Conflict:
            kept = store.fingerprint()
    if kept != ours:
        raise Misconfigured(
            f"The identity key (fingerprint {ours}) is not the one that this list was made with (fingerprint {kept}). "
            "Everybody would get a second row, and those who left would be written to. Put the first key back."
        )


def _keyed(message: bytes, key: bytes) -> str:
    if len(key) < SHORTEST_KEY:
        raise Misconfigured(f"The identity key has {len(key)} bytes; it needs {SHORTEST_KEY} or more.")
    return hmac.new(key, message, hashlib.sha256).hexdigest()
