"""The links in events/public-*.json: of reader 26, of April 2024 and of its invite, signed with a key of their own."""

from __future__ import annotations

import json

from convener.subscribers.signing_keys import SigningKeys
from convener.subscribers.tokens import Tokens
from local.stack import LocalStack
from tests.support.people import subscriber

KEYS = {"active": "k1", "k1": "a key for event files, known to all of us"}
TOKENS = Tokens(SigningKeys.parse(json.dumps(KEYS)))
READER = subscriber(0x1A)
LEAVE, JOIN, VIEW = TOKENS.leave(READER.id), TOKENS.join("2024-04"), TOKENS.view("2024-04/invite")


def use_keys(stack: LocalStack) -> None:
    """Let this stack sign, and read, with the key of the event files."""
    secret = stack.environment("public")["SIGNING_KEYS_SECRET"]
    stack.session.client("secretsmanager").put_secret_value(SecretId=secret, SecretString=json.dumps(KEYS))
