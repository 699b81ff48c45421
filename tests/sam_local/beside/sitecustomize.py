"""Lies beside the shipped code in the emulator's container (PYTHONPATH), and nowhere else: Python runs it as it starts.

Three things that neither the emulator nor the shipped code can do: the clock begins at PLAYED_AT, since the files of
`events/` are of April 2024; what goes to the local stack's address at 127.0.0.1 gets there (see passage.py); and the
time until the handler is imported is written to the log, since the emulator counts it as part of the first invocation
and says "Init Duration: 0.05 ms".
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit


def seconds_since_start() -> float:
    """Since this process was started; Linux counts it in hundredths."""
    ticks = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19])
    return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")


def start_clock(module: ModuleType) -> None:
    """From PLAYED_AT on, at the speed of the real one."""
    shift = datetime.fromisoformat(os.environ["PLAYED_AT"]) - datetime.now(UTC)
    module.SystemClock.now = lambda _self: datetime.now(UTC) + shift


def open_passage() -> None:
    """From AWS_ENDPOINT_URL, which is this container's own 127.0.0.1, through the socket file that lies here."""
    import passage  # type: ignore[import-not-found]  # noqa: PLC0415 - lies beside this file

    place = urlsplit(os.environ["AWS_ENDPOINT_URL"])
    file = str(Path(__file__).with_name(os.environ["PLAYED_DOOR"]))
    listener = socket.socket()
    with contextlib.suppress(OSError):  # taken: then this is the machine's own 127.0.0.1, and nothing is needed
        listener.bind((str(place.hostname), int(place.port or 80)))
        listener.listen(64)
        passage.lead(listener, lambda: passage.file_socket(file))


def say_init(_module: ModuleType) -> None:
    """One line of the log: tests/support/sam_invoke.py looks for it."""
    print(f"PLAYED init {seconds_since_start() * 1000:.0f} ms", flush=True)  # noqa: T201 - a log line is what it is


class After:
    """A finder that finds what Python finds, and does something once that is imported."""

    def __init__(self, then: dict[str, Callable[[ModuleType], None]]) -> None:
        self._then = then

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Python's own answer, with our step added."""
        then = self._then.pop(name, None)
        spec = PathFinder.find_spec(name, path, target) if then else None
        if spec is None or spec.loader is None or then is None:
            return None
        execute = spec.loader.exec_module

        def executed(module: ModuleType) -> None:
            execute(module)
            then(module)

        spec.loader.exec_module = executed  # type: ignore[method-assign]
        return spec


if os.environ.get("PLAYED_AT"):
    open_passage()
    handler = os.environ.get("_HANDLER", "").partition(".")[0]
    sys.meta_path.insert(0, After({"convener.clock": start_clock, handler: say_init}))
