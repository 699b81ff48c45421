"""The identity key, as functions and commands read it: held against its fingerprint before it makes an id."""

from __future__ import annotations

from typing import Any

import pytest

from convener.container import Container
from convener.errors import LostAnswer, Misconfigured
from convener.subscribers.identity import fingerprint, subscriber_id
from local.stack_context import StackContext
from tests.support.fake_unit_of_work import FakeUnitOfWork

SECRET = "an identity key of thirty-two by"
ADDRESS, ID = "anna@example.org", "2eb81c055f51de3bf9144c505287f81b"


class Vault:
    """A session whose one secret is the identity key; `reads` counts how often it is asked for."""

    def __init__(self, secret: str = SECRET) -> None:
        self.secret, self.reads = secret, 0

    def client(self, service: str, **_: Any) -> Vault:
        """Itself."""
        assert service == "secretsmanager"
        return self

    def get_secret_value(self, **_: Any) -> Any:
        """The key."""
        self.reads += 1
        return {"SecretString": self.secret}


def surroundings(vault: Vault) -> Container:
    """Those of a function that finds this vault."""
    session: Any = vault
    return Container(session=lambda: session)


def test_the_key_is_read_and_checked_once() -> None:
    """Whoever comes later in the same process has what makes ids, and asks nobody."""
    vault, store = Vault(), FakeUnitOfWork()
    here = surroundings(vault)
    for _ in range(3):
        assert here.identity("key", store)(ADDRESS) == ID
    assert (vault.reads, store.kept_fingerprint) == (1, fingerprint(SECRET.encode()))
    store.kept_fingerprint = "another one"
    assert here.identity("key", store)(ADDRESS) == ID


def test_another_key_makes_no_id_however_often_one_asks() -> None:
    """The function does nothing until the first key is back; then it goes on without a restart."""
    vault, store = Vault("another identity key of 32 bytes"), FakeUnitOfWork(fingerprint=fingerprint(SECRET.encode()))
    here = surroundings(vault)
    for _ in range(2):
        with pytest.raises(Misconfigured, match=fingerprint(vault.secret.encode())) as raised:
            here.identity("key", store)
        assert vault.secret not in str(raised.value)
    vault.secret = SECRET
    assert here.identity("key", store)(ADDRESS) == ID


def test_a_short_key_makes_no_id() -> None:
    """And keeps no fingerprint, by which the true one would be refused."""
    store = FakeUnitOfWork()
    with pytest.raises(Misconfigured, match="32 or more"):
        surroundings(Vault("short")).identity("key", store)
    assert store.kept_fingerprint is None


class OutOfReach(FakeUnitOfWork):
    """Whose fingerprint nobody can read."""

    def fingerprint(self) -> str | None:
        """The answer is lost."""
        raise LostAnswer("the connection ended without an answer")


def test_a_key_that_cant_be_checked_makes_no_id() -> None:
    """It is checked when the table can be read again."""
    here = surroundings(Vault())
    with pytest.raises(LostAnswer):
        here.identity("key", OutOfReach())
    assert here.identity("key", FakeUnitOfWork())(ADDRESS) == ID


def test_commands_read_the_same_key_as_functions() -> None:
    """An import and a form make one id of one address, whatever bytes the secret has around it."""
    vault = Vault(f" {SECRET}ü\n")
    place: Any = StackContext()
    place.__dict__["_found"] = (vault, {"IdentityKeySecret": "key"})
    assert place.identity_key() == f" {SECRET}\N{LATIN SMALL LETTER U WITH DIAERESIS}\n".encode()
    by_hand = subscriber_id(ADDRESS, key=place.identity_key())
    assert surroundings(vault).identity("key", FakeUnitOfWork())(ADDRESS) == by_hand
