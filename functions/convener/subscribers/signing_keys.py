"""The keys that sign links. There are several keys, so that old links still work after a new key takes over."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from convener.errors import Misconfigured

MIN_KEY_BYTES = 32

_KEY_ID = re.compile(r"[a-z0-9]{1,12}")


@dataclass(frozen=True, slots=True)
class SigningKeys:
    """The signing keys of one installation: `active` names the key that signs, and every key in `keys` verifies.

    To rotate the keys, add a key, wait until every function has read the new secret (`KEYS_KEPT` in
    `convener.container`), then make the new key active. Remove an old key only when nobody needs the links in mails
    that were signed with the key any more: years later.

    Raises:
        Misconfigured: A key is too short, or the name of a key is not allowed. The message contains the name of the
            key, never the key.
    """

    active: str
    keys: Mapping[str, bytes] = field(repr=False)

    def __post_init__(self) -> None:
        """Check the keys when the secret is read, so that a mistake appears before a reader opens a link."""
        if self.active not in self.keys:
            raise Misconfigured(f'The signing keys have no key called {self.active!r}, which "active" names.')
        for key_id, key in self.keys.items():
            if not _KEY_ID.fullmatch(key_id) or key_id == "active":
                raise Misconfigured(f"{key_id!r} can't name a signing key: 1 to 12 of a–z and 0–9, such as k1.")
            if len(key) < MIN_KEY_BYTES:
                raise Misconfigured(f"The signing key {key_id} has {len(key)} bytes; it needs {MIN_KEY_BYTES} or more.")

    @classmethod
    def parse(cls, secret: str) -> SigningKeys:
        """Parse the secret, which looks like `{"active": "k1", "k1": "…", "k2": "…"}`.

        Raises Misconfigured when the secret has another form or a key is not allowed.
        """
        try:
            entries = json.loads(secret)
        except ValueError:
            # The error is not chained, because the original error contains the secret and a traceback would show it.
            raise Misconfigured("The signing keys are not readable as JSON.") from None
        if not isinstance(entries, dict) or not all(isinstance(value, str) for value in entries.values()):
            raise Misconfigured('The signing keys must look like {"active": "k1", "k1": "…"}.')
        active = entries.pop("active", "")
        return cls(active, {key_id: value.encode() for key_id, value in entries.items()})
