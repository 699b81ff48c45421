"""Reading the secret with the signing keys."""

from __future__ import annotations

import json

import pytest

from convener.errors import Misconfigured
from convener.subscribers.signing_keys import SigningKeys

SECRET = "qX7-of-the-secret-32-bytes-or-so"


def test_the_secret_names_the_active_key() -> None:
    """Every entry but "active" is a key."""
    keys = SigningKeys.parse(json.dumps({"active": "k2", "k1": SECRET, "k2": SECRET[::-1]}))
    assert keys.active == "k2"
    assert keys.keys == {"k1": SECRET.encode(), "k2": SECRET[::-1].encode()}


@pytest.mark.parametrize(
    ("secret", "reason"),
    [
        (f"{SECRET}{{", "not readable as JSON"),
        (json.dumps([SECRET]), "must look like"),
        (json.dumps({"active": "k1", "k1": 7}), "must look like"),
        (json.dumps({"k1": SECRET}), '"active" names'),
        (json.dumps({"active": "k2", "k1": SECRET}), "'k2'"),
        (json.dumps({"active": "active"}), "'active'"),
        (json.dumps({"active": "k.1", "k.1": SECRET}), "'k.1' can't name"),
        (json.dumps({"active": "k1", "k1": SECRET[:31]}), "k1 has 31 bytes"),
    ],
)
def test_a_wrong_secret_is_named_and_never_shown(secret: str, reason: str) -> None:
    """The message says which key and what is wrong, without a byte of it."""
    with pytest.raises(Misconfigured) as refusal:
        SigningKeys.parse(secret)
    assert reason in str(refusal.value)
    assert SECRET[:10] not in str(refusal.value)
    assert refusal.value.__cause__ is None


def test_keys_do_not_show_in_a_repr() -> None:
    """A log or a traceback that shows the object shows no key."""
    assert SECRET not in repr(SigningKeys("k1", {"k1": SECRET.encode()}))
