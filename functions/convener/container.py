"""What surrounds the use cases: this process's environment, boto3's session and the real clock.

A test or the rehearsal puts others in their place with `using`. Handlers and use cases never see this; `wiring` does.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import boto3

from convener import settings
from convener.adapters import Adapters
from convener.aws.client_config import BACKGROUND, INTERACTIVE
from convener.clock import Clock, SystemClock
from convener.errors import ConvenerError
from convener.links import Links
from convener.subscribers.identity import FingerprintStore, check_identity, key_of, subscriber_id
from convener.subscribers.signing_keys import SigningKeys
from convener.subscribers.tokens import Tokens

if TYPE_CHECKING:
    from botocore.config import Config

    from convener.sessions.series import Series

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
Made = TypeVar("Made")

KEYS_KEPT = 600.0
"""Seconds for which signing keys are not read again: after twice as long, a new key may be made the active one."""


class Context(Protocol):
    """What we use of the Lambda context."""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until this invocation is ended."""


@dataclass(frozen=True, kw_only=True)
class Container(Adapters):
    """Where the parts live. What costs time to make (clients, keys, templates) is made once and kept."""

    environment: Callable[[str], Mapping[str, str]] = lambda _function: settings.environment()
    session: Callable[[], boto3.Session] = boto3.Session
    clock: Callable[[Context], Clock] = lambda context: SystemClock(context.get_remaining_time_in_millis)
    templates: Path = TEMPLATES
    config: Config | None = BACKGROUND
    ticks: Callable[[], float] = time.monotonic
    _made: dict[Hashable, Any] = field(default_factory=dict)

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What `make` makes, the first time; the same one ever after."""
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]  # type: ignore[no-any-return]

    def client(self, service: str) -> Any:
        """A client that repeats requests by itself, as boto3 does by default: never for sending mail."""
        make: Any = self.aws.client
        return self.once(("client", service), lambda: make(service, config=self.config))

    @property
    def hurried(self) -> Container:
        """The same with clients that give up in time to say so, for a function whose answer somebody waits for."""
        return self.once("hurried", lambda: replace(self, config=INTERACTIVE, _made={}))

    @property
    def aws(self) -> boto3.Session:
        """The session that clients are made with."""
        return self.once("session", self.session)

    @property
    def series(self) -> Series:
        """The series, as `series.toml` has it."""
        from convener.sessions.series import read_series  # noqa: PLC0415 - pydantic, for those who need it

        return self.once("series", lambda: read_series(self.templates / "series.toml"))

    def links(self, secret: str, base_url: str) -> Links:
        """Links signed with the installation's keys, which are read again after a while.

        So a key that was added is known everywhere before long, and may then be made the active one. Keys that can't be
        read again stay as they are: links must go on working.
        """
        read_at, links = self._made.get("links", (0.0, None))
        if links is None or self.ticks() - read_at > KEYS_KEPT:
            try:
                links = Links(base_url=base_url, tokens=Tokens(self._signing_keys(secret)))
            except ConvenerError:
                if links is None:
                    raise
            self._made["links"] = (self.ticks(), links)
        return links  # type: ignore[no-any-return]

    def identity(self, secret: str, store: FingerprintStore) -> Callable[[str], str]:
        """What makes the id of a normalised address, with the installation's identity key.

        The key is read once and held against the fingerprint in the store first. Raises Misconfigured where it is
        another one, each time anew: whoever asked must do nothing.
        """
        return self.once(("identity", secret), lambda: _identity(key_of(self.secret(secret)), store))

    def _signing_keys(self, secret: str) -> SigningKeys:
        return SigningKeys.parse(self.secret(secret))


def _identity(key: bytes, store: FingerprintStore) -> Callable[[str], str]:
    check_identity(store, key=key)
    return partial(subscriber_id, key=key)


_stack: list[Container] = [Container()]


@contextmanager
def using(other: Container) -> Iterator[Container]:
    """Put other surroundings in place of the present ones for a while."""
    _stack.append(other)
    try:
        yield other
    finally:
        _stack.remove(other)


def current() -> Container:
    """Those that hold now."""
    return _stack[-1]
