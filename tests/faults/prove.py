"""`make faults-prove`: the suite can fail. Each safeguard is taken out, one at a time, and must be missed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping

from tests.faults import many
from tests.faults.many import Job, console
from tests.faults.without import VARIABLE

RUNS = 1500
"""The most that a safeguard may take to be missed."""

FAVOURED: Mapping[str, tuple[str, ...]] = {
    "claim": ("message-doubled", "received-twice", "slow"),
    "unknown": ("ses-dropped-after", "ses-500-after", "ses-hangs-after"),
    "cursor": ("message-doubled", "received-twice", "slow", "tick-doubled"),
    "look": ("leaves", "slow", "message-late"),
    "lease": ("dies-after", "ses-hangs-after", "event-lost"),
}
"""What makes the worst of it likelier."""

BREAKS = {"claim": "twice", "unknown": "twice", "cursor": "overwritten", "look": "left", "lease": "twice"}
"""How the promise begins that is to be broken."""

WORDS = {
    "claim": "The claim's condition in the use case",
    "aws-claim": "The claim's condition in aws/",
    "unknown": "UNKNOWN for lost answers",
    "cursor": "The cursor's condition, in the fake",
    "aws-cursor": "The cursor's condition in aws/",
    "look": "The second look at the recipient",
    "lease": "UNKNOWN for claims whose lease is over",
}


def main() -> int:
    """Exit code 0 where each was missed."""
    asked = sys.argv[1:] or list(WORDS)
    missed = {name: _without(name) for name in asked}
    for name, by in missed.items():
        console.print(f"{WORDS[name]}: " + (f"[green]caught[/] by {by}" if by else "[bold red]not caught[/]"))
    return 0 if all(missed.values()) else 1


def _without(name: str) -> str:
    """By what it was missed; empty where nothing broke."""
    began = time.monotonic()
    os.environ[VARIABLE] = name  # for the processes that are started from here
    try:
        found = _in_runs(name) if name in FAVOURED else _in_aws(name)
    finally:
        del os.environ[VARIABLE]
    console.print(f"[dim]{WORDS[name]}: {time.monotonic() - began:.0f} s[/]")
    return found


def _in_runs(name: str) -> str:
    jobs: list[Job] = [("favoured_run", (seed, FAVOURED[name])) for seed in range(1, RUNS + 1)]
    total = many.together(f"Without {name}", jobs, until=BREAKS[name])
    for seed, broken in total.failures.items():
        for one in broken:
            if one.startswith(BREAKS[name]):
                return f"seed {seed} (of {total.runs} runs): {one}"
    return ""


def _in_aws(name: str) -> str:
    """By the contract suite on moto; a claim's also by real processes."""
    found = [_contract()]
    if name == "aws-claim":
        found.append(_killed())
    return "; ".join(found) if all(found) else ""


def _contract() -> str:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "tests/adapters",
        "-p",
        "tests.faults.without",
        "-n0",
        "-q",
        "--no-header",
    ]
    done = subprocess.run(  # noqa: S603 - our own interpreter and words
        [*command, "-x", "-k", "ledger_contract and moto"], capture_output=True, text=True, check=False, timeout=300
    )
    failed = [line for line in done.stdout.splitlines() if line.startswith("FAILED")]
    return f"the contract suite: {failed[0].split(' - ')[0].removeprefix('FAILED ')}" if failed else ""


def _killed() -> str:
    from tests.faults.killed import broken_without  # noqa: PLC0415 - moto, for those who want it

    return broken_without()


if __name__ == "__main__":
    sys.exit(main())
