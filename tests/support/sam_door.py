"""Doors from a container to the local stack, which stays on 127.0.0.1: a socket file beside the function's code."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.support.sam_engine import ROOT

PASSAGE = ROOT / "tests" / "sam_local" / "beside" / "passage.py"


def _passage() -> Any:
    """The module that also runs inside the container."""
    spec = importlib.util.spec_from_file_location("passage", PASSAGE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@contextlib.contextmanager
def door(folder: Path, to: str) -> Iterator[str]:
    """While it is open, the file in `folder` whose name is given leads to what the URL `to` names."""
    inside = urlsplit(to)
    place = (str(inside.hostname), int(inside.port or 80))
    name = f"{os.getpid()}-{place[1]}.sock"
    here = os.open(folder, os.O_DIRECTORY)
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(f"/proc/self/fd/{here}/{name}")  # a socket's own path may have 107 characters
            (folder / name).chmod(0o666)  # the function may run as another user
            listener.listen(64)
            _passage().lead(listener, lambda: socket.create_connection(place))
            yield name
    finally:
        (folder / name).unlink(missing_ok=True)
        os.close(here)
