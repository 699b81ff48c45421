"""What the commands on lists share: the stack, progress, and text that can't steer the terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

import click
from rich.console import Console
from rich.progress import Progress

from convener.aws.consents import DynamoConsents
from convener.aws.imports import DynamoImports
from convener.aws.unit_of_work import DynamoUnitOfWork
from convener.clock import Clock

STEP = 10_000
"""Lines after which a log, which has no bar, is told how far it has come."""
SHORT = 1_000
"""Lines below which it is over before a bar can be read."""


class Place(Protocol):
    """What the command line knows of the stack it works on."""

    @property
    def line(self) -> str:
        """What a command on it begins with."""

    def register(self) -> DynamoUnitOfWork:
        """Its people."""

    def imports(self) -> DynamoImports:
        """What imports wrote down."""

    def consents(self) -> DynamoConsents:
        """The record of consent."""

    def identity_key(self) -> bytes:
        """The key that makes their ids."""

    def clock(self) -> Clock:
        """Its clock."""


@contextmanager
def progress(doing: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """Tells how far something has come, on standard error: a bar on a terminal, a line now and then elsewhere."""
    if not sys.stderr.isatty():
        yield _plainly(doing, total)
        return
    hidden = total is not None and total < SHORT
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
    """Without what could steer the terminal: the file is somebody else's."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
