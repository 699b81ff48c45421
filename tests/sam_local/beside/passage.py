"""A passage between two sockets. A container's 127.0.0.1 is its own, and SAM hands no host network on.

So one end listens at the container's 127.0.0.1 and leads to a socket file, which lies beside the code; the other end
takes what comes through that file on to the local stack, at this machine's 127.0.0.1. Nothing listens on a network.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable


def lead(listener: socket.socket, reach: Callable[[], socket.socket]) -> None:
    """From now on, whoever comes to `listener` talks to what `reach` connects to. Ends when `listener` is closed."""
    threading.Thread(target=_admit, args=(listener, reach), daemon=True).start()


def _admit(listener: socket.socket, reach: Callable[[], socket.socket]) -> None:
    with contextlib.suppress(OSError):
        while True:
            visitor, _ = listener.accept()
            threading.Thread(target=_join, args=(visitor, reach), daemon=True).start()


def _join(visitor: socket.socket, reach: Callable[[], socket.socket]) -> None:
    with visitor, reach() as inside:
        back = threading.Thread(target=_pour, args=(inside, visitor), daemon=True)
        back.start()
        _pour(visitor, inside)
        back.join()


def _pour(source: socket.socket, into: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := source.recv(65536):
            into.sendall(piece)
    with contextlib.suppress(OSError):
        into.shutdown(socket.SHUT_WR)


def file_socket(path: str) -> socket.socket:
    """Connected to the socket file at `path`."""
    found = socket.socket(socket.AF_UNIX)
    found.connect(path)
    return found
