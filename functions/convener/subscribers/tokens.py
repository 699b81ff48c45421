"""Signed tokens for links in mails. Most tokens are reusable and valid for years.

Standard library and itsdangerous only.

A token is `key id . payload . signature`: about 70 characters of A–Z a–z 0–9 - _ and two dots. Neither quoted-printable
nor a URL needs to escape these characters, and a token never ends with a character that mail programs leave out of a
link. The subscriber's id in the payload is a keyed hash, so a token does not reveal the address.
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

_SUBSCRIBER_ID = re.compile(r"[0-9a-f]{32}")
_ONE_TIME = re.compile(r"[0-9a-f]{56}")
_SESSION_ID = re.compile(r"\d{4}-(0[1-9]|1[0-2])[b-z]?", re.ASCII)
_CAMPAIGN_ID = re.compile(rf"{_SESSION_ID.pattern}/[a-z-]{{1,20}}(/[1-9]\d?)?", re.ASCII)
_MAX_TOKEN_CHARACTERS = 128  # every valid token is shorter; a longer text is refused before it is hashed

FRESH_FOR = timedelta(minutes=30)
"""The lifetime of a one-time link."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OneTimeLink:
    """The content of a one-time link.

    A readable link may have expired, and its action may be used up already. The caller must check both.

    Attributes:
        subscriber: The id of the subscriber.
        expires: The time at which the link stops working, in whole seconds.
        nonce: 16 random hex digits that distinguish the link from all others.
    """

    subscriber: str
    expires: datetime
    nonce: str


class Tokens:
    """Creates and verifies the tokens of one installation.

    Each purpose has a salt of its own, so a token for one purpose is not valid for another.
    """

    def __init__(self, keys: SigningKeys) -> None:
        """Create tokens that the active key signs. Tokens that any of the keys signed can be read."""
        self._keys = keys

    def leave(self, subscriber_id: str) -> str:
        """Return the token to leave, undo leaving, and change preferences. One key always gives the same token."""
        return self._token("leave", subscriber_id, self._keys.active)

    def read_leave(self, token: str) -> str:
        """Return the subscriber's id. Raises BadInput when the token is incomplete or not signed by one of the keys."""
        return self._read("leave", token)

    def join(self, session_id: str) -> str:
        """Return the token to join a session: the same for every reader, so the token identifies no reader."""
        return self._token("join", session_id, self._keys.active)

    def read_join(self, token: str) -> str:
        """Return the session's id. Raises BadInput when the token is incomplete or not signed by one of the keys."""
        return self._read("join", token)

    def view(self, campaign: str) -> str:
        """Return the token to read a mailing in the browser: the same for every reader, so it identifies no reader."""
        return self._token("view", campaign, self._keys.active)

    def read_view(self, token: str) -> str:
        """Return the campaign's id. Raises BadInput when the token is incomplete or not signed by one of the keys."""
        return self._read("view", token)

    def confirm(self, request_id: str) -> str:
        """Return the token to confirm a request. The stored request says when the token stops working."""
        return self._token("confirm", request_id, self._keys.active)

    def read_confirm(self, token: str) -> str:
        """Return the request's id. Raises BadInput when the token is incomplete or not signed by one of the keys."""
        return self._read("confirm", token)

    def fresh(self, purpose: str, link: OneTimeLink) -> str:
        """Return the token of a one-time link for one `Purpose` of `mail_requests`."""
        value = f"{link.subscriber}{int(link.expires.timestamp()):08x}{link.nonce}"
        return self._token(purpose, value, self._keys.active)

    def read_fresh(self, purpose: str, token: str) -> OneTimeLink:
        """Return the content of a one-time link.

        Raises BadInput when the token is incomplete, not signed by one of the keys, or for another purpose.
        """
        value = self._read(purpose, token)
        expires = datetime.fromtimestamp(int(value[32:40], 16), UTC)
        return OneTimeLink(subscriber=value[:32], expires=expires, nonce=value[40:])

    def mark(self, text: str) -> str:
        """Return 16 hex digits of a keyed hash of a text, such as the network of a visitor.

        Nobody without the key can find out the text. The same text gives the same digits while the active key stays.
        """
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
        if len(token) > _MAX_TOKEN_CHARACTERS or not token.isascii() or key_id not in self._keys.keys:
            raise _unreadable()
        try:
            value = _UNPACK[purpose](
                base64.b64decode(payload + "=" * (-len(payload) % 4), altchars=b"-_", validate=True)
            )
            # The token is created again and compared as a whole, so each token has only one valid spelling.
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
    if not _SUBSCRIBER_ID.fullmatch(value):
        raise ValueError("an id has 32 lower-case hex digits")
    return bytes.fromhex(value)


def _pack_session(value: str) -> bytes:
    if not _SESSION_ID.fullmatch(value):
        raise ValueError("a session's id looks like 2024-04 or 2024-04b")
    return value.encode()


def _pack_campaign(value: str) -> bytes:
    if not _CAMPAIGN_ID.fullmatch(value):
        raise ValueError("a campaign's id looks like 2024-04/invite or 2024-04/update/2")
    return value.encode()


def _text(packed: bytes) -> str:
    return packed.decode("ascii")


def _pack_one_time(value: str) -> bytes:
    if not _ONE_TIME.fullmatch(value):
        raise ValueError("a one-time link has 32 hex digits of the subscriber's id, 8 of the time and 16 of the nonce")
    return bytes.fromhex(value)


_PACK: dict[str, Callable[[str], bytes]] = {
    "leave": _pack_id,
    "join": _pack_session,
    "view": _pack_campaign,
    "confirm": _pack_id,
    "data": _pack_one_time,
    "erase": _pack_one_time,
    "address": _pack_one_time,
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
