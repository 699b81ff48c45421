"""`make faults`: whatever fails, nobody has a mailing twice and nobody is missed.

Three parts: every single fault at every position of a small run; many random runs; real processes that are killed.
`--seed N` plays one random run again, `--at PLACE:KIND` one with a single fault, both with every call told.
"""

from __future__ import annotations

import argparse
import sys
import time

from rich.table import Table

from tests.faults import many
from tests.faults.kinds import ALL
from tests.faults.many import Sum, console
from tests.faults.prepare import prepare

FIRST_SEED = 1


def main() -> int:
    """Exit code 0 where all held, 1 where a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000, help="random runs (10000)")
    parser.add_argument("--first", type=int, default=FIRST_SEED, help="the first seed (1)")
    parser.add_argument("--only", choices=("single", "random", "killed"), help="one part")
    parser.add_argument("--seed", type=int, help="play one random run again")
    parser.add_argument("--at", help="play the reference run with one fault again, such as 17:lost-after")
    asked = parser.parse_args()
    if asked.seed is not None or asked.at:
        return _again(asked.seed, asked.at)
    held = True
    if asked.only in (None, "single"):
        jobs = many.single_jobs()
        held &= _part("Every single fault at every position", jobs, every=False)
    if asked.only in (None, "random"):
        jobs = many.random_jobs(asked.first, asked.runs)
        title = f"Random runs from seed {asked.first} on"
        held &= _part(title, jobs, every=asked.runs >= 1000, wanted=asked.runs)
    if asked.only in (None, "killed"):
        from tests.faults.killed import killed_run  # noqa: PLC0415 - moto, for those who want it

        held &= killed_run()
    console.print("[bold green]All promises held.[/]" if held else "[bold red]A promise was broken.[/]")
    return 0 if held else 1


def _part(title: str, jobs: list[many.Job], *, every: bool, wanted: int | None = None) -> bool:
    began = time.monotonic()
    total = many.together(title, jobs, wanted=wanted)
    seconds = time.monotonic() - began
    console.print(
        f"{title}: [bold]{total.runs:,}[/] runs in {seconds:.0f} s, {total.calls:,} steps, {total.mails:,} mails, "
        f"{1000 * total.seconds / max(1, total.runs):.0f} ms of a processor each, "
        f"{sum(total.counts.values()):,} faults and events, each of three chunks or more"
        f"{f'; {total.few} smaller ones beside them' if total.few else ''}"
    )
    _told(total)
    missing = [kind for kind in ALL if not total.counts[kind]] if every else []
    if missing:
        console.print(f"[red]Never came: {', '.join(missing)}[/]")
    for seed in many.seeds(total.failures):
        console.print(f"[red]seed {seed}:[/] {'; '.join(total.failures[seed][:3])}")
    if len(total.failures):
        console.print(f"[red]{len(total.failures)} runs broke a promise.[/] Play one again with --seed or --at.")
    return not total.failures and not missing and total.runs >= (wanted or 0)


def _told(total: Sum) -> None:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    cells = [f"{kind} [bold]{number:,}[/]" for kind, number in sorted(total.counts.items())]
    for start in range(0, len(cells), 5):
        table.add_row(*cells[start : start + 5])
    console.print(table)


def _again(seed: int | None, at: str | None) -> int:
    prepare()
    from tests.faults import run  # noqa: PLC0415 - after `prepare`

    if at:
        place, _, kind = at.partition(":")
        result = run.single(int(place), kind, print)
    else:
        result = run.random_run(seed or 0, print)
    print(*(result.broken or ["All promises held."]), sep="\n")  # noqa: T201 - a program
    return 1 if result.broken else 0


if __name__ == "__main__":
    sys.exit(main())
