"""The links in events/public-*.json: of reader 26, of April 2024 and of its invite, signed with a key of their own."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from convener.subscribers.confirmation_request import ConfirmationRequest, RequestType
from convener.subscribers.identity import key_of, subscriber_id
from convener.subscribers.signing_keys import SigningKeys
from convener.subscribers.tokens import FRESH_FOR, OneTimeLink, Tokens
from local.stack import LocalStack
from tests.support.people import subscriber

KEYS = {"active": "k1", "k1": "a key for event files, known to all of us"}
IDENTITY = "an identity key for event files, known to all of us"
TOKENS = Tokens(SigningKeys.parse(json.dumps(KEYS)))
READER = subscriber(0x1A)
LEAVE, JOIN, VIEW = TOKENS.leave(READER.id), TOKENS.join("2024-04"), TOKENS.view("2024-04/invite")

# What a form asks for, when the others' invite has been opened: the request's link, and who asks.
ASKED_AT = datetime(2024, 4, 4, 8, tzinfo=UTC)
NEWCOMER = "mika@example.org"
REQUEST = "c0" * 16
CONFIRM = TOKENS.confirm(REQUEST)

_FRESH = OneTimeLink(subscriber=READER.id, expires=ASKED_AT + FRESH_FOR, nonce="5e" * 8)
DATA, ERASE, ADDRESS = (TOKENS.fresh(purpose, _FRESH) for purpose in ("data", "erase", "address"))


def id_of(address: str) -> str:
    """The id of a normalised address, by the identity key of the event files."""
    return subscriber_id(address, key=key_of(IDENTITY))


def waiting() -> ConfirmationRequest:
    """The request that the link CONFIRM is for, which a reader who isn't on the list asked for."""
    return ConfirmationRequest(
        id=REQUEST,
        wish=RequestType.JOIN,
        subscriber=id_of(NEWCOMER),
        address=NEWCOMER,
        asked_at=ASKED_AT,
        first_name="Mika",
        zone="Europe/Paris",
        wording="1",
        by="page",
    )


def use_keys(stack: LocalStack) -> None:
    """Let this stack sign, read, and make ids with the keys of the event files."""
    told, secrets = stack.environment("transactional"), stack.session.client("secretsmanager")
    secrets.put_secret_value(SecretId=told["SIGNING_KEYS_SECRET"], SecretString=json.dumps(KEYS))
    secrets.put_secret_value(SecretId=told["IDENTITY_KEY_SECRET"], SecretString=IDENTITY)
