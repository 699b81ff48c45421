"""The links in events/public-*.json, signed with keys of their own.

They are those of reader 26, of the session of April 2024, and of its invite.
"""

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

# The request to subscribe, made when the invite is open already: its time, its address, its id and its link.
ASKED_AT = datetime(2024, 4, 4, 8, tzinfo=UTC)
NEWCOMER = "mika@example.org"
REQUEST = "c0" * 16
CONFIRM = TOKENS.confirm(REQUEST)

_FRESH = OneTimeLink(subscriber=READER.id, expires=ASKED_AT + FRESH_FOR, nonce="5e" * 8)
DATA, ERASE, ADDRESS = (TOKENS.fresh(purpose, _FRESH) for purpose in ("data", "erase", "address"))


def id_of(address: str) -> str:
    """Return the id of a normalised address, by the identity key of the event files."""
    return subscriber_id(address, key=key_of(IDENTITY))


def waiting_request() -> ConfirmationRequest:
    """Return the request that the link CONFIRM confirms, of somebody who is not on the list."""
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
    """Make a stack use the keys of the event files."""
    environment, secrets = stack.environment("transactional"), stack.session.client("secretsmanager")
    secrets.put_secret_value(SecretId=environment["SIGNING_KEYS_SECRET"], SecretString=json.dumps(KEYS))
    secrets.put_secret_value(SecretId=environment["IDENTITY_KEY_SECRET"], SecretString=IDENTITY)
