"""Many runs on all processors, counted as they come."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from tests.faults.kinds import Calm
from tests.faults.prepare import prepare

console = Console(highlight=False)
Job = tuple[str, tuple[Any, ...]]

LEAST = 3
"""Chunks of a run that counts. Now and then a list is left with fewer, since people leave before anything begins."""

SPARE = 50
"""One seed more for so many, in place of those."""


@dataclass(kw_only=True)
class Sum:
    """What many runs came to. `failures`: broken promises by seed; `few`: runs of less than 3 chunks beside them."""

    runs: int = 0
    calls: int = 0
    seconds: float = 0.0
    mails: int = 0
    few: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    failures: dict[str, list[str]] = field(default_factory=dict)

    def add(self, result: Any) -> None:
        """One more."""
        self.runs += result.chunks >= LEAST
        self.few += result.chunks < LEAST
        self.calls += result.calls
        self.mails += result.mails
        self.seconds += result.seconds
        self.counts.update(result.counts)
        if result.broken:
            self.failures[result.seed] = result.broken


def carry_out(job: Job) -> Any:
    """In a process of its own."""
    from tests.faults import run  # noqa: PLC0415 - after `prepare`

    name, args = job
    began = time.process_time()
    result = getattr(run, name)(*args)
    result.seconds = time.process_time() - began
    return result


def together(title: str, jobs: Sequence[Job], *, until: str = "", wanted: int | None = None) -> Sum:
    """Carry out all of them, or until `wanted` count, or until a promise that begins with `until` is broken."""
    total = Sum()
    columns = (TextColumn(title), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    context = multiprocessing.get_context("spawn")
    with (
        context.Pool(min(os.cpu_count() or 2, 8), initializer=prepare) as pool,
        Progress(*columns, TextColumn("{task.fields[broken]}"), console=console) as progress,
    ):
        bar = progress.add_task(title, total=wanted or len(jobs), broken="")
        for result in pool.imap_unordered(carry_out, jobs, chunksize=8):
            total.add(result)
            progress.update(bar, completed=total.runs, broken=f"{len(total.failures)} broken" if total.failures else "")
            if until and any(one.startswith(until) for one in result.broken):
                break
            if total.runs == wanted:
                break
        pool.terminate()
    return total


def random_jobs(first: int, number: int) -> list[Job]:
    """Seeds in a row, with some to spare."""
    return [("random_run", (seed,)) for seed in range(first, first + number + number // SPARE + 1)]


def single_jobs() -> list[Job]:
    """Each fault at each place of the reference run."""
    prepare()
    from tests.faults import run  # noqa: PLC0415 - after `prepare`

    calm = Calm()
    result = run.reference(calm, "calm")
    if result.broken:
        raise SystemExit(f"The reference run is broken without any fault: {result.broken}")
    return [("single", (place, kind)) for place, (_, kinds) in enumerate(calm.places) for kind in kinds]


def seeds(failures: Iterable[str]) -> Iterator[str]:
    """The first few."""
    yield from sorted(failures, key=lambda seed: (len(seed), seed))[:20]


Trace = Callable[[str], None]
