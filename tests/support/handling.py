"""The handlers of tick, fan-out and feedback, called as Lambda calls them, on fakes."""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from convener.container import Container, using
from local.virtual_clock import VirtualClock
from tests.support.fake_subscribers import FakeSubscribers
from tests.support.fakes import FakeEditions, FakeLedger, FakeQueues, FakeSessions
from tests.support.people import OPENED, SERIES_FOLDER
from tests.support.ses_events import SET

NAMES = "SESSIONS_TABLE SUBSCRIBERS_TABLE LEDGER_TABLE EDITIONS_BUCKET FANOUT_QUEUE_URL DELIVER_QUEUE_URL"
ENVIRONMENT = {
    **dict.fromkeys([*NAMES.split(), "SIGNING_KEYS_SECRET"], "x"),
    "CLAIM_LEASE_SECONDS": "900",
    "CONFIGURATION_SET": SET,
    "PUBLIC_BASE_URL": "https://c.example",
    "SENDER_ADDRESS": "talk@mail.kindness.example",
}
KEYS = {"active": "k1", "k1": "a-signing-key-of-at-least-thirty-two-bytes"}
CONTEXT = SimpleNamespace(
    function_name="f",
    memory_limit_in_mb=256,
    invoked_function_arn="arn:aws:lambda:eu-west-2:123456789012:function:f",
    aws_request_id="0",
)


@dataclass(frozen=True, kw_only=True)
class Hands(Container):
    """Fakes, and any setting changed."""

    settings: Mapping[str, str] = field(default_factory=dict)
    fakes: Any = field(
        default_factory=lambda: SimpleNamespace(
            ledger=FakeLedger(),
            subscribers=FakeSubscribers(),
            queues=FakeQueues(),
            sessions=FakeSessions(),
            editions=FakeEditions(),
        )
    )

    def ledger(self, table: str) -> Any:  # noqa: ARG002
        """The fake one; so are the others."""
        return self.fakes.ledger

    def subscribers(self, table: str) -> Any:  # noqa: ARG002
        return self.fakes.subscribers

    def sessions(self, table: str) -> Any:  # noqa: ARG002
        return self.fakes.sessions

    def editions(self, bucket: str) -> Any:  # noqa: ARG002
        return self.fakes.editions

    def queues(self, *, fanout: str = "", deliver: str = "") -> Any:  # noqa: ARG002
        return self.fakes.queues

    def secret(self, name: str) -> str:  # noqa: ARG002
        return json.dumps(KEYS)


def hands(**settings: str) -> Hands:
    """Fakes in which nothing is yet."""
    environment = ENVIRONMENT | settings
    clock = VirtualClock(OPENED)
    return Hands(environment=lambda _function: environment, clock=lambda _context: clock, series_folder=SERIES_FOLDER)


def invoke(function: str, event: Mapping[str, Any], here: Container) -> Any:
    """What the handler answers."""
    with using(here):
        return importlib.import_module(function).handler(dict(event), CONTEXT)


def batch(*bodies: Any) -> dict[str, Any]:
    """An SQS event; a body that isn't text becomes JSON. Messages are named by their places."""
    texts = [body if isinstance(body, str) else json.dumps(body) for body in bodies]
    return {
        "Records": [
            {"messageId": f"message-{place}", "body": text, "eventSource": "aws:sqs", "attributes": {}}
            for place, text in enumerate(texts)
        ]
    }


def failed(answer: Mapping[str, Any]) -> list[str]:
    """The messages that an answer names."""
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def metrics(logged: str) -> dict[str, float]:
    """What the embedded metrics of a log sum up to, by name."""
    sums: dict[str, float] = {}
    for line in logged.splitlines():
        told: Any = json.loads(line) if line.startswith("{") else {}
        for one in told.get("_aws", {}).get("CloudWatchMetrics", []):
            for metric in one["Metrics"]:
                values = told[metric["Name"]]
                sums[metric["Name"]] = sums.get(metric["Name"], 0) + sum(
                    values if isinstance(values, list) else [values]
                )
    return sums
