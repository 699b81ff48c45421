"""Counts of requests and responses, for the summary at the end of a run."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, Phase, settings

from tests.support.fuzz_events import SentRequest

PHASES = (Phase.generate,) if os.environ.get("FUZZ_QUICKLY") else (Phase.generate, Phase.shrink)
KNOWN = ("GET", "HEAD", "POST")


@dataclass
class Counted:
    """Counts by name, in the order in which they are printed."""

    counts: dict[str, int] = field(default_factory=dict)

    def add(self, sent: SentRequest, answer: Mapping[str, Any], *, changed: bool, failing: bool = False) -> None:
        """Count one more request."""
        status = answer["statusCode"]
        method = sent.method if sent.method in KNOWN else "other"
        bad = not sent.token.good
        self.add_names("requests", method, f"{status // 100}xx", *["changed"] * changed, *["bad link"] * bad)
        self.add_names(*["failing"] * failing, *["not saved"] * (status == 503))

    def add_names(self, *names: str) -> None:
        """Count one more of each name."""
        for name in names:
            self.counts[name] = self.counts.get(name, 0) + 1


def trying(times: int) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Return settings for so many examples. A slow machine is no failure, and nothing is kept for the next run."""
    quiet = [
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.large_base_example,
        HealthCheck.filter_too_much,
    ]
    return settings(max_examples=times, deadline=None, database=None, phases=PHASES, suppress_health_check=quiet)
