"""A few runs of `make faults`, in a process of their own: the suite patches what is dear."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(*words: str, module: str = "tests.faults") -> subprocess.CompletedProcess[str]:
    """The suite as a program."""
    return subprocess.run(  # noqa: S603 - our own interpreter and words
        [sys.executable, "-m", module, *words], cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )


def test_a_seed_is_played_again_as_it_was() -> None:
    """Twice the same seed is twice the same trace, to the microsecond."""
    one, other = run("--seed", "12"), run("--seed", "12")
    assert one.returncode == 0, one.stdout[-500:] + one.stderr
    assert one.stdout.endswith("All promises held.\n")
    assert len(one.stdout.splitlines()) > 100
    assert one.stdout == other.stdout


def test_a_missing_safeguard_is_missed() -> None:
    """Without the second look somebody gets a mail after leaving, and the seed of it is told."""
    done = run("look", module="tests.faults.prove")
    assert done.returncode == 0, done.stdout[-500:] + done.stderr
    assert "caught by seed" in done.stdout
    assert "left: " in done.stdout


def test_one_fault_at_one_place_can_be_played() -> None:
    """As the list of single faults names it."""
    done = run("--at", "10:lost-after")
    assert done.returncode == 0, done.stdout[-500:] + done.stderr
    assert "← lost-after" in done.stdout
