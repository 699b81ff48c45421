"""Helpers of the commands on lists: progress, and text without control characters."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import Progress

STEP = 10_000
"""Number of lines between two progress messages where there is no terminal for a progress bar."""
MIN_LINES_FOR_BAR = 1_000
"""Shorter lists are done before a person can read a progress bar."""


@contextmanager
def progress(doing: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """Show progress on standard error, and yield a function that takes the number of the line.

    A terminal gets a bar, a log some lines.
    """
    if not sys.stderr.isatty():
        yield _plainly(doing, total)
        return
    hidden = total is not None and total < MIN_LINES_FOR_BAR
    with Progress(console=Console(stderr=True), transient=True, disable=hidden) as bar:
        task = bar.add_task(doing, total=total)
        yield lambda line: bar.update(task, completed=line)


def _plainly(doing: str, total: int | None) -> Callable[[int], None]:
    told = 0
    of = f" of {total:,}" if total is not None else ""

    def tell(line: int) -> None:
        nonlocal told
        if line // STEP > told:
            told = line // STEP
            click.echo(f"{doing}: {line:,}{of}", err=True)

    return tell


def printable(text: str) -> str:
    """Return the text without control characters, because a stranger's file could otherwise control the terminal."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
