"""Helpers of the commands on sessions: reading the bytes of a file, and errors as messages."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from convener.errors import BadInput, ConvenerError
from convener.intake.sessions.reading import MAX_UPLOAD_BYTES
from convener.sessions.series import Series, read_series
from local.series_folder import chosen

STANDARD_INPUT = "standard input"

series_option = click.option(
    "--series",
    "series_file",
    type=click.Path(path_type=Path),
    help="Use this series.toml instead of the one in your own folder (SERIES).",
)
name_option = click.option(
    "--name", default="", metavar="NAME", help="The name of the file; its ending says which format the file has."
)


def series_of(series_file: Path | None) -> Series:
    """Return the series in that file, or in the community's folder. Raises Misconfigured."""
    return read_series(series_file) if series_file else chosen().series


class Unreadable(click.ClickException):
    """Ends the command with status 2 and its message on standard error."""

    exit_code = 2


def read_bytes(file: str, name: str = "") -> tuple[str, bytes]:
    """Return the name of a file and its bytes. “-” is standard input. Raises BadInput where nothing can be read."""
    if file == "-":
        return name or STANDARD_INPUT, sys.stdin.buffer.read(MAX_UPLOAD_BYTES + 1)
    return name or file, bytes_of(Path(file))


def bytes_of(path: Path) -> bytes:
    """Return the bytes of a file, at most one more than the largest upload. Raises BadInput."""
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_UPLOAD_BYTES + 1)
    except FileNotFoundError as error:
        raise BadInput(f"{path}: there is no such file.") from error
    except IsADirectoryError as error:
        raise BadInput(f"{path}: this is a folder; give the file in it.") from error
    except (OSError, ValueError) as error:
        raise BadInput(f"{path}: can't be read: {getattr(error, 'strerror', None) or error}.") from error


@contextmanager
def errors_as_messages() -> Iterator[None]:
    """Show errors of Convener as a message, without a traceback."""
    try:
        yield
    except ConvenerError as error:
        raise Unreadable(str(error)) from error
    except FileNotFoundError as error:
        raise Unreadable(f"{error.filename}: there is no such file.") from error
