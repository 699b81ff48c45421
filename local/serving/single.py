"""One local stack at a time: who holds the folder, and how the other commands find it."""

from __future__ import annotations

import fcntl
import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from convener.errors import BadInput

HOST = "127.0.0.1"


@contextmanager
def only_one(folder: Path) -> Iterator[Callable[[str], None]]:
    """Hold the folder, and say by what is yielded under which address.

    Raises BadInput, which names the one that holds it already. A killed process holds nothing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "serve.lock").open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise BadInput(
                f"A local stack runs already: {lock.read().strip() or 'it is just starting'}. Use that one, or end it "
                "with Ctrl-C in its window."
            ) from None

        def name(url: str) -> None:
            lock.truncate(0)
            lock.write(f"{url}/_inbox, process {os.getpid()}")
            lock.flush()

        name("http://127.0.0.1 (just starting)")
        yield name


@contextmanager
def announced(file: Path, *, url: str, endpoint_url: str, outputs: dict[str, str]) -> Iterator[None]:
    """Tell the commands with --local where the stack is, for as long as it runs."""
    found = {"endpoint_url": endpoint_url, "outputs": outputs, "url": url, "pid": os.getpid()}
    unfinished = file.with_suffix(".part")
    unfinished.write_text(json.dumps(found), "utf-8")
    unfinished.replace(file)
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def listen(port: int) -> socket.socket:
    """A socket at 127.0.0.1 and nowhere else; port 0 takes a free one. Raises BadInput where the port is taken."""
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((HOST, port))
        found.listen(64)
    except OSError as error:
        found.close()
        raise BadInput(
            f"Port {port} can’t be used ({error.strerror}): another program may have it. Choose another, such as "
            f"make serve PORT={port + 1 if port < 65535 else 8025}"
        ) from error
    return found
