"""How many examples are tried, and the summary at the end of a run.

`make test` tries a few; `make fuzz` tries ten thousand files and twenty thousand requests.
"""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.fuzz_counts import Counted

FILES = ("files", "refused", "read")
REQUESTS: tuple[str, ...] = (
    "requests",
    "GET",
    "HEAD",
    "POST",
    "other",
    "2xx",
    "3xx",
    "4xx",
    "5xx",
    "changed",
    "bad link",
    "failing",
)
REQUESTS += ("not saved", "mail requests", "mails")


@pytest.fixture(autouse=True)
def _names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "test")
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Convener")
    metrics = importlib.import_module("transactional").metrics  # it may have been imported without a namespace
    monkeypatch.setattr(metrics.provider, "namespace", "Convener")


@pytest.fixture
def counted(request: pytest.FixtureRequest, record_property: Callable[[str, Any], None]) -> Counted:
    """Return the counts that are printed at the end of the run."""
    counts = Counted()
    record_property("requests", request.node.name.removeprefix("test_").replace("_", " "))
    record_property("counts", counts.counts)
    return counts


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print how many files of each type and how many requests to each page were tried, with their results."""
    reports = [
        (dict(report.user_properties), report.outcome)
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, [])
        if report.user_properties
    ]
    files = [(row["damaged"], {name: row[name] for name in FILES}, end) for row, end in reports if "damaged" in row]
    requests = [(row["requests"], row["counts"], end) for row, end in reports if "requests" in row]
    _print(terminalreporter, "damaged uploads", files, FILES)
    _print(terminalreporter, "requests", requests, REQUESTS)


def _print(reporter: Any, title: str, rows: list[tuple[str, dict[str, int], str]], names: tuple[str, ...]) -> None:
    if not rows:
        return
    reporter.section(title)
    total: Counter[str] = Counter()
    width = max(len(row[0]) for row in rows)
    for name, counts, outcome in sorted(rows):
        total.update(counts)
        reporter.write_line(f"{name:<{width}} {_words(counts, names)}  {outcome}")
    reporter.write_line(f"{'all':<{width}} {_words(total, names)}")


def _words(counts: dict[str, int], names: tuple[str, ...]) -> str:
    return ", ".join(f"{counts[name]:6,} {name}" for name in names if counts.get(name))
