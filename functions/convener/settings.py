"""The only reader of the environment: what each function is told by `template.yaml`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import timedelta
from typing import Any, TypeVar

from convener.errors import Misconfigured


@dataclass(frozen=True)
class TickSettings:
    """For `tick`."""

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
    """For `fanout`."""

    subscribers_table: str
    ledger_table: str
    fanout_queue_url: str
    deliver_queue_url: str


@dataclass(frozen=True)
class DeliverSettings:
    """For `deliver`."""

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
    """For `feedback`."""

    subscribers_table: str
    ledger_table: str
    configuration_set: str


@dataclass(frozen=True)
class IngestSettings:
    """For `ingest`."""

    sessions_table: str
    uploads_bucket: str


@dataclass(frozen=True)
class PublicSettings:
    """For `public`."""

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
    """For `transactional`."""

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
ENVIRONMENT_NAMES = frozenset(field.name.upper() for kind in FUNCTIONS.values() for field in fields(kind))

Kind = TypeVar("Kind")

LONGEST_LEASE = 43_200
"""Seconds: a lease is shorter than a message may stay invisible, which is 12 hours at most."""


def parse(kind: type[Kind], environment: Mapping[str, str]) -> Kind:
    """Settings of one function. Raises Misconfigured, which names every variable that is missing or empty.

    A setting with a default may be empty.
    """
    known: Any = kind
    values = {field.name: environment.get(field.name.upper(), "").strip() for field in fields(known)}
    wanted = {field.name for field in fields(known) if field.default is MISSING}
    missing = sorted(name.upper() for name, value in values.items() if not value and name in wanted)
    if missing:
        raise Misconfigured(f"Not set in the environment: {', '.join(missing)}")
    return known(**values)  # type: ignore[no-any-return]


def part(name: str, value: str) -> float:
    """A part of a whole, more than 0 and at most 1. Raises Misconfigured, which names the variable."""
    try:
        number = float(value)
    except ValueError:
        number = 0.0
    if not 0 < number <= 1:
        raise Misconfigured(f"{name} must be a number above 0 and at most 1, not {value!r}")
    return number


def lease(seconds: str) -> timedelta:
    """How long a claim holds. Raises Misconfigured."""
    if not (seconds.isdecimal() and 0 < int(seconds) <= LONGEST_LEASE):
        raise Misconfigured(f"CLAIM_LEASE_SECONDS is no whole number from 1 to {LONGEST_LEASE}.")
    return timedelta(seconds=int(seconds))


def environment() -> Mapping[str, str]:
    """The variables of this process."""
    return os.environ
