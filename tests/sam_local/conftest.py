"""An engine to play in, and what it all took, printed at the end."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.sam_engine import missing
from tests.support.sam_invoke import BUNDLE

HEAD = ("event", "result", "init ms", "duration ms", "peak MB", "limit MB")
FOOT = (
    "init: from the process's start to the imported handler. duration: the rest of sam's, which counts init in.",
    "peak: the function's process (VmHWM). limit: MemorySize, which the engine enforces. On this machine, not in AWS.",
)


@pytest.fixture(autouse=True)
def _told_as_the_template_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """What handlers in this process want, which prepare a scene."""
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Convener")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "test")


@pytest.fixture(scope="session")
def engine() -> None:
    """Skips where nothing can be played."""
    if reason := missing():
        pytest.skip(reason)
    assert (BUNDLE / "template.yaml").exists(), f"{BUNDLE} isn't there: run `make sam-local`"


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """A line for each event that was played."""
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, [])]
    rows = sorted(
        (event, "failed" if report.failed else error or "answered", *map(_number, numbers))
        for report in reports
        for name, (event, error, *numbers) in report.user_properties
        if name == "played" and report.when in ("call", "teardown")
    )
    if rows:
        terminalreporter.section("sam local invoke")
        widths = [max(len(row[column]) for row in [HEAD, *rows]) for column in range(len(HEAD))]
        for row in [HEAD, *rows]:
            first = [cell.ljust(width) for cell, width in zip(row[:2], widths, strict=False)]
            terminalreporter.line("  ".join([*first, *(c.rjust(w) for c, w in zip(row[2:], widths[2:], strict=True))]))
        for line in FOOT:
            terminalreporter.line(line)


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}"
