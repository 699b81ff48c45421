"""The only reader of the environment: what each function is told by `template.yaml`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from convener.errors import Misconfigured


@dataclass(frozen=True)
class TickSettings:
    """For `tick`."""

    sessions_table: str
    ledger_table: str
    editions_bucket: str
    fanout_queue_url: str
    signing_keys_secret: str
    public_base_url: str
    sender_identity: str


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


FUNCTIONS = {"tick": TickSettings, "fanout": FanoutSettings, "deliver": DeliverSettings}
ENVIRONMENT_NAMES = frozenset(field.name.upper() for kind in FUNCTIONS.values() for field in fields(kind))

Kind = TypeVar("Kind", TickSettings, FanoutSettings, DeliverSettings)


def parse(kind: type[Kind], environment: Mapping[str, str]) -> Kind:
    """Settings of one function. Raises Misconfigured, which names every variable that is missing or empty."""
    values: dict[str, Any] = {field.name: environment.get(field.name.upper(), "").strip() for field in fields(kind)}
    missing = sorted(name.upper() for name, value in values.items() if not value)
    if missing:
        raise Misconfigured(f"Not set in the environment: {', '.join(missing)}")
    return kind(**values)


def environment() -> Mapping[str, str]:
    """The variables of this process."""
    return os.environ
