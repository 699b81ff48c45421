"""How much is tried: a little in `make test`, ten thousand files in `make fuzz`."""

from __future__ import annotations

from collections import Counter
from typing import Any


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say how many files of each kind were tried, and what came of them."""
    rows = [
        (dict(report.user_properties), report.outcome)
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, [])
        if any(name == "damaged" for name, _ in report.user_properties)
    ]
    if not rows:
        return
    terminalreporter.section("damaged uploads")
    total: Counter[str] = Counter()
    for told, outcome in sorted(rows, key=lambda row: row[0]["damaged"]):
        counts = {name: told[name] for name in ("files", "refused", "read")}
        total.update(counts)
        words = ", ".join(f"{number:6,} {name}" for name, number in counts.items())
        terminalreporter.write_line(f"{told['damaged']:<16} {words}, slowest {told['slowest']:.2f} s  {outcome}")
    terminalreporter.write_line(f"{'all':<16} " + ", ".join(f"{number:6,} {name}" for name, number in total.items()))
