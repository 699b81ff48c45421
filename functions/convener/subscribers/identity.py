"""The identity of subscribers: the id is a keyed hash of the normalised address, so ids may appear in logs and tags.

The computation is frozen as v1: stored rows, links and SES tags contain the ids.
"""

from __future__ import annotations

import hashlib
import hmac

from convener.errors import Conflict, Misconfigured
from convener.subscribers.ports import FingerprintStore

MIN_KEY_BYTES = 32
"""The length of the hash, which RFC 2104 §3 recommends as the least length of a key."""

_SUBSCRIBER_PREFIX = b"convener/subscriber/v1\x00"
_FINGERPRINT_PREFIX = b"convener/identity-fingerprint/v1\x00"


def key_of(secret: str) -> bytes:
    """Return the identity key: the UTF-8 bytes of the whole secret. Frozen as v1, like the ids."""
    return secret.encode()


def subscriber_id(normalised: str, *, key: bytes) -> str:
    """Return the id of a normalised address: the first 32 hex digits of HMAC-SHA256.

    Raises Misconfigured when the key has fewer than MIN_KEY_BYTES bytes.
    """
    return _keyed_hash(_SUBSCRIBER_PREFIX + normalised.encode(), key)[:32]


def fingerprint(key: bytes) -> str:
    """Return 16 hex digits that distinguish identity keys and reveal nothing about the key.

    Raises Misconfigured when the key has fewer than MIN_KEY_BYTES bytes.
    """
    return _keyed_hash(_FINGERPRINT_PREFIX, key)[:16]


def check_identity(store: FingerprintStore, *, key: bytes) -> None:
    """Check that the ids in the store were computed with this key. A new store keeps the fingerprint of the key.

    Raises Misconfigured when the store has the fingerprint of another key, or when the key is too short.
    """
    current = fingerprint(key)
    kept = store.fingerprint()
    if kept is None:
        try:
            store.keep_fingerprint(current)
            return
        except Conflict:
            kept = store.fingerprint()
    if kept != current:
        raise Misconfigured(
            f"The identity key (fingerprint {current}) is not the one that this list was made with "
            f"(fingerprint {kept}). "
            "Everybody would get a second row, and those who left would be written to. Put the first key back."
        )


def _keyed_hash(message: bytes, key: bytes) -> str:
    if len(key) < MIN_KEY_BYTES:
        raise Misconfigured(f"The identity key has {len(key)} bytes; it needs {MIN_KEY_BYTES} or more.")
    return hmac.new(key, message, hashlib.sha256).hexdigest()
