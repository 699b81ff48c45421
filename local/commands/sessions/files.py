"""What the commands on sessions share: a file's bytes, our errors as messages, and what they know of a stack."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import click

from convener.errors import BadInput, ConvenerError
from convener.intake.sessions.loading import SessionStore
from convener.intake.sessions.reading import LARGEST

SERIES = Path(__file__).parents[3] / "templates" / "series.toml"
STANDARD_INPUT = "standard input"

series_option = click.option(
    "--series", "series_file", type=click.Path(path_type=Path), default=SERIES, help="Another series.toml."
)
name_option = click.option(
    "--name", default="", metavar="NAME", help="Call the file so: the ending of its name says which kind it is."
)


class Place(Protocol):
    """What the command line knows of the stack it works on."""

    def sessions(self) -> SessionStore:
        """Its session records."""

    def by(self) -> str:
        """Who works on it."""


class Unreadable(click.ClickException):
    """Ends the command with status 2 and its message on standard error."""

    exit_code = 2


def read_bytes(file: str, name: str = "") -> tuple[str, bytes]:
    """What a file is called, and its bytes; “-” is standard input. Raises BadInput where there is nothing to read."""
    if file == "-":
        return name or STANDARD_INPUT, sys.stdin.buffer.read(LARGEST + 1)
    return name or file, bytes_of(Path(file))


def bytes_of(path: Path) -> bytes:
    """A file's bytes, one more than are read where it is too large. Raises BadInput."""
    try:
        with path.open("rb") as stream:
            return stream.read(LARGEST + 1)
    except FileNotFoundError as error:
        raise BadInput(f"{path}: there is no such file.") from error
    except IsADirectoryError as error:
        raise BadInput(f"{path}: this is a folder; give the file in it.") from error
    except (OSError, ValueError) as error:
        raise BadInput(f"{path}: can't be read: {getattr(error, 'strerror', None) or error}.") from error


@contextmanager
def told() -> Iterator[None]:
    """Our own errors as a message, without a traceback."""
    try:
        yield
    except ConvenerError as error:
        raise Unreadable(str(error)) from error
    except FileNotFoundError as error:
        raise Unreadable(f"{error.filename}: there is no such file.") from error
