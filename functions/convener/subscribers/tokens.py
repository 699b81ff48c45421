"""Links in mails: signed, most of them reusable and valid for years. Standard library and itsdangerous only.

A token is `key id . what it stands for . signature`, about 70 characters of A–Z a–z 0–9 - _ and two dots. There is
no sign in it that quoted-printable or a URL would have to escape, and it never ends in one that mail programs leave
out of a link. The reader's id in it is a keyed hash; the address can't be had from it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsdangerous import Signer

from convener.errors import BadInput
from convener.subscribers.signing_keys import SigningKeys

_SUBSCRIBER = re.compile(r"[0-9a-f]{32}")
_FRESH = re.compile(r"[0-9a-f]{56}")
_SESSION = re.compile(r"\d{4}-(0[1-9]|1[0-2])[b-z]?", re.ASCII)
_CAMPAIGN = re.compile(rf"{_SESSION.pattern}/[a-z-]{{1,20}}(/[1-9]\d?)?", re.ASCII)
_LONGEST = 128  # characters; no token of ours comes near, and nothing longer is worth hashing


FRESH_FOR = timedelta(minutes=30)
"""How long a fresh link works."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OneTimeLink:
    """What a fresh link says: whose it is, until when it works (a whole second), and what tells it from all others.

    It may have expired, and its action may have been used: whoever reads it looks.
    """

    subscriber: str
    expires: datetime
    nonce: str


class Tokens:
    """Makes and reads the tokens of one installation. Each purpose has its own salt: none passes for another."""

    def __init__(self, keys: SigningKeys) -> None:
        """Sign with the active key, read with any."""
        self._keys = keys

    def leave(self, subscriber_id: str) -> str:
        """The token that lets its holder leave, undo, and choose kinds and pauses; always the same under one key."""
        return self._token("leave", subscriber_id, self._keys.active)

    def read_leave(self, token: str) -> str:
        """The subscriber's id. Raises BadInput when the token isn't whole or isn't ours."""
        return self._read("leave", token)

    def join(self, session_id: str) -> str:
        """The token of a session's redirect, the same for every reader: it says nothing about who presses it."""
        return self._token("join", session_id, self._keys.active)

    def read_join(self, token: str) -> str:
        """The session's id. Raises BadInput when the token isn't whole or isn't ours."""
        return self._read("join", token)

    def view(self, campaign: str) -> str:
        """The token of a mailing in the browser, the same for every reader: it says nothing about who opens it."""
        return self._token("view", campaign, self._keys.active)

    def read_view(self, token: str) -> str:
        """The campaign's id. Raises BadInput when the token isn't whole or isn't ours."""
        return self._read("view", token)

    def confirm(self, request_id: str) -> str:
        """The token of a request that waits for its button. How long it waits stands with the request."""
        return self._token("confirm", request_id, self._keys.active)

    def read_confirm(self, token: str) -> str:
        """The request's id. Raises BadInput when the token isn't whole or isn't ours."""
        return self._read("confirm", token)

    def fresh(self, purpose: str, fresh: OneTimeLink) -> str:
        """The token of a fresh link (`letters.Purpose`): 16 hex digits are its nonce."""
        value = f"{fresh.subscriber}{int(fresh.expires.timestamp()):08x}{fresh.nonce}"
        return self._token(purpose, value, self._keys.active)

    def read_fresh(self, purpose: str, token: str) -> OneTimeLink:
        """What it says. Raises BadInput when the token isn't whole, isn't ours, or is for another purpose."""
        value = self._read(purpose, token)
        expires = datetime.fromtimestamp(int(value[32:40], 16), UTC)
        return OneTimeLink(subscriber=value[:32], expires=expires, nonce=value[40:])

    def mark(self, text: str) -> str:
        """16 hex digits that stand for a text, such as who asked from where, and can't be turned back without a key."""
        key = self._keys.keys[self._keys.active]
        return hmac.new(key, b"convener/mark/v1\x00" + text.encode(), hashlib.sha256).hexdigest()[:16]

    def _token(self, purpose: str, value: str, key_id: str) -> str:
        payload = base64.urlsafe_b64encode(_PACK[purpose](value)).rstrip(b"=").decode()
        signer = Signer(
            self._keys.keys[key_id],
            salt=f"convener/{purpose}/v1",
            key_derivation="hmac",
            digest_method=hashlib.sha256,
        )
        return signer.sign(f"{key_id}.{payload}").decode()

    def _read(self, purpose: str, token: str) -> str:
        key_id, _, rest = token.partition(".")
        payload, _, _ = rest.partition(".")
        if len(token) > _LONGEST or not token.isascii() or key_id not in self._keys.keys:
            raise _unreadable()
        try:
            value = _UNPACK[purpose](
                base64.b64decode(payload + "=" * (-len(payload) % 4), altchars=b"-_", validate=True)
            )
            # Made anew and compared whole: there is one spelling of each token, so none but ours is ever accepted.
            expected = self._token(purpose, value, key_id)
        except (ValueError, binascii.Error) as error:
            raise _unreadable() from error
        if not hmac.compare_digest(expected, token):
            raise _unreadable()
        return value


def _unreadable() -> BadInput:
    return BadInput(
        "This link is not complete, or not one of ours. Open it from the mail again, or copy the whole of it."
    )


def _pack_id(value: str) -> bytes:
    if not _SUBSCRIBER.fullmatch(value):
        raise ValueError("an id has 32 lower-case hex digits")
    return bytes.fromhex(value)


def _pack_session(value: str) -> bytes:
    if not _SESSION.fullmatch(value):
        raise ValueError("a session's id looks like 2024-04 or 2024-04b")
    return value.encode()


def _pack_campaign(value: str) -> bytes:
    if not _CAMPAIGN.fullmatch(value):
        raise ValueError("a campaign's id looks like 2024-04/invite or 2024-04/update/2")
    return value.encode()


def _text(packed: bytes) -> str:
    return packed.decode("ascii")


def _pack_fresh(value: str) -> bytes:
    if not _FRESH.fullmatch(value):
        raise ValueError("a fresh link has a subscriber's id, eight digits of time and sixteen of its own")
    return bytes.fromhex(value)


_PACK: dict[str, Callable[[str], bytes]] = {
    "leave": _pack_id,
    "join": _pack_session,
    "view": _pack_campaign,
    "confirm": _pack_id,
    "data": _pack_fresh,
    "erase": _pack_fresh,
    "address": _pack_fresh,
}
_UNPACK: dict[str, Callable[[bytes], str]] = {
    "leave": bytes.hex,
    "join": _text,
    "view": _text,
    "confirm": bytes.hex,
    "data": bytes.hex,
    "erase": bytes.hex,
    "address": bytes.hex,
}
