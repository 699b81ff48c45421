"""A client for the clock of the running local stack, at `/_clock`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import click

from convener.clock import SystemClock

MAX_ANSWER_SECONDS = 120


def ask(url: str, fields: dict[str, str] | None = None) -> Any:
    """Return the JSON answer of a URL. With `fields`, post them as a form.

    Raises:
        ClickException: The server does not answer, or answers with an error.
    """
    data = urlencode(fields).encode() if fields else None
    try:
        request = Request(url, data=data, headers={"Accept": "application/json"})  # noqa: S310 - our own address
        with urlopen(request, timeout=MAX_ANSWER_SECONDS) as answer:  # noqa: S310 - the same
            return json.load(answer)
    except HTTPError as error:
        raise click.ClickException(json.load(error)["trouble"]) from None
    except (URLError, TimeoutError) as error:
        raise click.ClickException(f"The local stack at {url} doesn’t answer: {error}") from error


class RemoteClock(SystemClock):
    """A clock that shows the time of the running local stack."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def now(self) -> datetime:
        """Return the present moment of the local stack, in UTC."""
        return datetime.fromisoformat(ask(f"{self._url}/_clock")["now"]).astimezone(UTC)
