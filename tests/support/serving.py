"""A local stack that is kept running for a test, and ways to ask it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

from local.serving.run import Plan, Serving, serving
from local.timeline.moments import TimelineEvent
from tests.support.people import SERIES_FOLDER

EXAMPLES = Path(__file__).parents[2] / "local" / "examples"
SESSION = """\
month: {month}
title: Kindness when the ward is full
summary: How do we stay kind when there is no time?
join_url: https://meet.example.org/abc
"""


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        """A redirect is an answer like any other."""


@cache
def _opener() -> OpenerDirector:
    """One for all requests: each would read the certificates of the machine again."""
    return build_opener(_Stay)


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()


@dataclass(frozen=True)
class Served:
    """A running stack. `told` is what the terminal would show."""

    running: Serving
    folder: Path
    told: list[TimelineEvent]

    def ask(self, path: str, form: dict[str, str] | None = None, *, method: str = "", **headers: str) -> Answer:
        """One request, by path or whole address; with a form it is a POST."""
        data = urlencode(form).encode() if form is not None else None
        url = path if path.startswith("http") else self.running.url + path
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = Request(url, data=data, headers=named, method=method or None)  # noqa: S310 - ours, at 127.0.0.1
        try:
            with _opener().open(request, timeout=60) as found:
                return Answer(found.status, dict(found.headers), found.read())
        except HTTPError as error:
            return Answer(error.code, dict(error.headers), error.read())

    def inbox(self) -> list[dict[str, Any]]:
        """`/_inbox.json`."""
        return list(json.loads(self.ask("/_inbox.json").body))

    def move(self, **wish: str) -> Answer:
        """The form that moves the clock."""
        return self.ask("/_clock", wish)

    def drop(self, name: str, text: str) -> Path:
        """A file into the watched folder; where its report will be."""
        (self.folder / "uploads" / "inbox" / name).write_text(text, "utf-8")
        return self.folder / "uploads" / "reports" / f"{name}.txt"


@contextmanager
def served(folder: Path, *, port: int = 0, demo: bool = False) -> Iterator[Served]:
    """Serve from a folder of the test's own, at a free port."""
    told: list[TimelineEvent] = []
    plan = Plan(folder=folder, port=port, series_folder=SERIES_FOLDER, examples=EXAMPLES if demo else None)
    with serving(plan, tell=told.append) as running:
        yield Served(running, folder, told)


def eventually(there: Callable[[], Any], *, seconds: float = 20) -> Any:
    """What `there` gives, once it gives something."""
    until = time.monotonic() + seconds
    while not (found := there()):
        assert time.monotonic() < until, "it did not come in time"
        time.sleep(0.05)
    return found
