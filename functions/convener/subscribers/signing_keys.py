"""The keys that sign links: several at a time, so that a new one can take over while old links still work."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from convener.errors import Misconfigured

SHORTEST = 32  # bytes

_KEY_ID = re.compile(r"[a-z0-9]{1,12}")


@dataclass(frozen=True, slots=True)
class SigningKeys:
    """`active` names the key that signs; every key in `keys` verifies.

    To rotate, add a key, wait until every function has read it (`surroundings.KEYS_KEPT`), then make it active.
    Take an old key out only when no mail signed with it needs its links any more: years later. Raises Misconfigured
    when a key is short or oddly named; the message names the key and never shows it.
    """

    active: str
    keys: Mapping[str, bytes] = field(repr=False)

    def __post_init__(self) -> None:
        """Check the keys while the secret is at hand, not when a reader presses a link."""
        if self.active not in self.keys:
            raise Misconfigured(f'The signing keys have no key called {self.active!r}, which "active" names.')
        for key_id, key in self.keys.items():
            if not _KEY_ID.fullmatch(key_id) or key_id == "active":
                raise Misconfigured(f"{key_id!r} can't name a signing key: 1 to 12 of a–z and 0–9, such as k1.")
            if len(key) < SHORTEST:
                raise Misconfigured(f"The signing key {key_id} has {len(key)} bytes; it needs {SHORTEST} or more.")

    @classmethod
    def parse(cls, secret: str) -> SigningKeys:
        """Read the secret, `{"active": "k1", "k1": "…", "k2": "…"}`. Raises Misconfigured."""
        try:
            entries = json.loads(secret)
        except ValueError:
            # Not chained: the error would carry the secret into a traceback.
            raise Misconfigured("The signing keys are not readable as JSON.") from None
        if not isinstance(entries, dict) or not all(isinstance(value, str) for value in entries.values()):
            raise Misconfigured('The signing keys must look like {"active": "k1", "k1": "…"}.')
        active = entries.pop("active", "")
        return cls(active, {key_id: value.encode() for key_id, value in entries.items()})
