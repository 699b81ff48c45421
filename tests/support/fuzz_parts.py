"""Collaborators that fail at one of their calls, or from one call on: before its effect or after it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from convener.errors import Conflict, LostAnswer, Throttled, Unavailable

FAILURES: dict[str, tuple[Exception, bool]] = {
    "away": (Unavailable("out of reach"), False),
    "slower": (Throttled("too fast"), False),
    "lost before": (LostAnswer("no answer"), False),
    "lost after": (LostAnswer("no answer, and done"), True),
    "conflict": (Conflict("somebody else was first"), False),
}
"""Each failure, and whether the call has its effect before it. Only conditional writes can raise Conflict."""

CONDITIONAL = ("commit", "update")
TABLES = frozenset({"rows", "consents", "requests", "sessions", "ledger", "slots", "recipient_lookup"})
SERVICES = {
    "DynamoDB": TABLES,
    "SQS": frozenset({"mail_requests"}),
    "SES": frozenset({"mailer", "account", "suppression"}),
    "S3": frozenset({"editions"}),
    "Secrets Manager": frozenset({"secret"}),
}


@dataclass
class FailurePlan:
    """From the `at`-th call to that service on (0: never), calls fail: one of them, or all of them."""

    service: str = "DynamoDB"
    at: int = 0
    failure: str = "away"
    lasting: bool = False
    calls: int = 0
    hits: int = 0
    done: list[str] = field(default_factory=list)

    def fails(self, part: str, name: str) -> bool:
        """Count a call, and return whether it fails."""
        if part not in SERVICES[self.service]:
            return False
        self.calls += 1
        due = self.calls >= self.at if self.lasting else self.calls == self.at
        if not (self.at and due) or (self.failure == "conflict" and name not in CONDITIONAL):
            return False
        self.hits += 1
        return True


class FailingPart:
    """Passes calls on, unless the plan says otherwise."""

    def __init__(self, name: str, real: Any, plan: Callable[[], FailurePlan]) -> None:
        self._name, self._real, self._plan = name, real, plan

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)
        return self._wrapped(name, found) if callable(found) else found

    def _wrapped(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **more: Any) -> Any:
            plan = self._plan()
            if not plan.fails(self._name, name):
                return real(*args, **more)
            error, late = FAILURES[plan.failure]
            if late:
                real(*args, **more)
            raise error

        return call
