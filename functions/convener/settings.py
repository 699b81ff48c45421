"""The settings of each function, read from the environment variables that `template.yaml` sets.

No other module reads the environment. A field has the name of its variable, in lower case.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import timedelta
from typing import Any, TypeVar

from convener.errors import Misconfigured


@dataclass(frozen=True)
class TickSettings:
    """The settings of the function `tick`."""

    sessions_table: str
    ledger_table: str
    editions_bucket: str
    fanout_queue_url: str
    deliver_queue_url: str
    signing_keys_secret: str
    public_base_url: str
    sender_address: str
    claim_lease_seconds: str
    reply_to_address: str = ""


@dataclass(frozen=True)
class FanoutSettings:
    """The settings of the function `fanout`."""

    subscribers_table: str
    ledger_table: str
    fanout_queue_url: str
    deliver_queue_url: str


@dataclass(frozen=True)
class DeliverSettings:
    """The settings of the function `deliver`."""

    subscribers_table: str
    ledger_table: str
    editions_bucket: str
    deliver_queue_url: str
    signing_keys_secret: str
    configuration_set: str
    public_base_url: str
    send_rate_share: str


@dataclass(frozen=True)
class FeedbackSettings:
    """The settings of the function `feedback`."""

    subscribers_table: str
    ledger_table: str
    configuration_set: str


@dataclass(frozen=True)
class IngestSettings:
    """The settings of the function `ingest`."""

    sessions_table: str
    uploads_bucket: str


@dataclass(frozen=True)
class PublicSettings:
    """The settings of the function `public`."""

    sessions_table: str
    subscribers_table: str
    ledger_table: str
    editions_bucket: str
    signing_keys_secret: str
    public_base_url: str
    consents_table: str
    requests_table: str
    transactional_queue_url: str


@dataclass(frozen=True)
class TransactionalSettings:
    """The settings of the function `transactional`."""

    sessions_table: str
    subscribers_table: str
    ledger_table: str
    requests_table: str
    editions_bucket: str
    signing_keys_secret: str
    identity_key_secret: str
    configuration_set: str
    public_base_url: str
    sender_address: str
    send_rate_share: str
    claim_lease_seconds: str
    reply_to_address: str = ""


FUNCTIONS = {
    "tick": TickSettings,
    "fanout": FanoutSettings,
    "deliver": DeliverSettings,
    "feedback": FeedbackSettings,
    "ingest": IngestSettings,
    "public": PublicSettings,
    "transactional": TransactionalSettings,
}
ENVIRONMENT_NAMES = frozenset(field.name.upper() for one in FUNCTIONS.values() for field in fields(one))

SettingsType = TypeVar("SettingsType")

MAX_LEASE_SECONDS = 43_200
"""The longest lease of a claim: SQS keeps a message invisible for 12 hours at most."""


def parse(settings_type: type[SettingsType], environment: Mapping[str, str]) -> SettingsType:
    """Return the settings of one function. A setting with a default may be empty.

    Raises:
        Misconfigured: A variable is missing or empty. The message names all of them.
    """
    known: Any = settings_type
    values = {field.name: environment.get(field.name.upper(), "").strip() for field in fields(known)}
    wanted = {field.name for field in fields(known) if field.default is MISSING}
    missing = sorted(name.upper() for name, value in values.items() if not value and name in wanted)
    if missing:
        raise Misconfigured(f"Not set in the environment: {', '.join(missing)}")
    return known(**values)  # type: ignore[no-any-return]


def part(name: str, value: str) -> float:
    """Return the variable `name` as a share above 0 and at most 1. Raises Misconfigured for any other value."""
    try:
        number = float(value)
    except ValueError:
        number = 0.0
    if not 0 < number <= 1:
        raise Misconfigured(f"{name} must be a number above 0 and at most 1, not {value!r}")
    return number


def lease(seconds: str) -> timedelta:
    """Return for how long a claim is valid. Raises Misconfigured for no whole number of seconds within the limits."""
    if not (seconds.isdecimal() and 0 < int(seconds) <= MAX_LEASE_SECONDS):
        raise Misconfigured(f"CLAIM_LEASE_SECONDS is no whole number from 1 to {MAX_LEASE_SECONDS}.")
    return timedelta(seconds=int(seconds))


def environment() -> Mapping[str, str]:
    """Return the environment variables of this process."""
    return os.environ
