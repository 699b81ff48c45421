"""A new signing key takes over while functions run: no link that a mail has may be refused meanwhile."""

from __future__ import annotations

import json
from typing import Any

import pytest

from convener.container import MAX_KEY_AGE_SECONDS, Container
from convener.errors import BadInput, Misconfigured
from convener.links import Links

ID = "a" * 32
OLD, NEW = {"active": "k1", "k1": "o" * 32}, {"active": "k2", "k1": "o" * 32, "k2": "n" * 32}


class Vault:
    """A session whose one secret is what it is set to, and that counts how often it was read."""

    def __init__(self) -> None:
        self.secret: dict[str, str] | None = OLD
        self.reads = 0

    def client(self, _service: str, **_: Any) -> Any:
        """Secrets Manager."""
        return self

    def get_secret_value(self, **_: Any) -> dict[str, str]:
        """The secret."""
        self.reads += 1
        return {"SecretString": json.dumps(self.secret) if self.secret else "damaged"}


@pytest.fixture
def vault() -> Vault:
    return Vault()


class Function:
    """One that stays warm."""

    def __init__(self, vault: Vault) -> None:
        self.second = 1_000.0
        session: Any = vault
        self.here = Container(session=lambda: session, monotonic=lambda: self.second)

    def links(self) -> Links:
        """Its links as they are now."""
        return self.here.links("keys", "https://c.example")


def test_a_new_key_is_known_before_long(vault: Vault) -> None:
    """A warm function refuses the new key's links at most as long as it keeps its keys, and never the old key's."""
    warm, fresh = Function(vault), Function(vault)
    old = warm.links().tokens.leave(ID)
    vault.secret = NEW
    new = fresh.links().tokens.leave(ID)
    warm.second += MAX_KEY_AGE_SECONDS
    with pytest.raises(BadInput):
        warm.links().tokens.read_leave(new)
    warm.second += 1
    for token in (old, new):
        assert warm.links().tokens.read_leave(token) == ID


def test_keys_are_not_read_for_every_link(vault: Vault) -> None:
    """Once in ten minutes."""
    warm = Function(vault)
    for _ in range(5):
        warm.links()
    assert vault.reads == 1


def test_keys_that_cant_be_read_again_stay_as_they_are(vault: Vault) -> None:
    """Old links go on working, and the next look is ten minutes later; a function that never had keys says so."""
    warm = Function(vault)
    token = warm.links().tokens.leave(ID)
    vault.secret = None
    warm.second += MAX_KEY_AGE_SECONDS + 1
    for _ in range(3):
        assert warm.links().tokens.read_leave(token) == ID
    assert vault.reads == 2
    with pytest.raises(Misconfigured):
        Function(vault).links()
