"""Ids and the identity key."""

from __future__ import annotations

import pytest

from convener.errors import Conflict, Misconfigured
from convener.subscribers.identity import check_identity, fingerprint, subscriber_id
from tests.support.fake_subscribers import FakeSubscribers

KEY = b"an identity key of thirty-two by"


@pytest.mark.parametrize(
    ("normalised", "identity"),
    [
        ("anna@example.org", "2eb81c055f51de3bf9144c505287f81b"),
        ("anna+news@example.org", "19bd00bce57159065ae17b975a54e2cb"),
        ("lena@xn--bcher-kva.example", "c198c3bd8006f9db47b7ae3d52545bbd"),
    ],
)
def test_v1_of_the_id_is_frozen(normalised: str, identity: str) -> None:
    """These ids never change: rows, ledgers and links of years rest on them."""
    assert subscriber_id(normalised, key=KEY) == identity


def test_the_id_depends_on_the_key() -> None:
    """Without the key nobody can make the id of an address."""
    assert subscriber_id("anna@example.org", key=KEY) != subscriber_id("anna@example.org", key=KEY[::-1])


def test_the_fingerprint_is_frozen_and_no_id() -> None:
    """A kept fingerprint is recognised for ever, and is no subscriber's id."""
    assert fingerprint(KEY) == "64b85767fe573f38"
    assert not subscriber_id("", key=KEY).startswith(fingerprint(KEY))


@pytest.mark.parametrize("key", [b"", b"short"])
def test_a_short_key_is_refused(key: bytes) -> None:
    """An empty or guessable identity key stops everything, in words."""
    with pytest.raises(Misconfigured, match="needs 32 or more"):
        subscriber_id("anna@example.org", key=key)


def test_a_new_installation_keeps_the_fingerprint() -> None:
    """The first check writes it down, the second finds it."""
    store = FakeSubscribers()
    check_identity(store, key=KEY)
    check_identity(store, key=KEY)
    assert store.kept_fingerprint == fingerprint(KEY)


def test_another_key_stops_everything() -> None:
    """A mismatch names both fingerprints and keeps the old one."""
    store = FakeSubscribers(fingerprint="0123456789abcdef")
    with pytest.raises(Misconfigured, match="0123456789abcdef"):
        check_identity(store, key=KEY)
    assert store.kept_fingerprint == "0123456789abcdef"


class Raced(FakeSubscribers):
    """A store in which somebody else keeps a fingerprint between our read and our write."""

    def __init__(self, theirs: str) -> None:
        super().__init__()
        self.theirs = theirs

    def keep_fingerprint(self, value: str) -> None:  # noqa: ARG002 - theirs is kept, ours is not
        """Too late."""
        self.kept_fingerprint = self.theirs
        raise Conflict("there is a fingerprint already")


def test_two_first_starts_agree_on_one_fingerprint() -> None:
    """Whoever loses the race compares with the winner."""
    check_identity(Raced(fingerprint(KEY)), key=KEY)
    with pytest.raises(Misconfigured):
        check_identity(Raced("0123456789abcdef"), key=KEY)
