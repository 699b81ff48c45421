"""Asking the running local stack for its clock, at `/_clock`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import click

from convener.clock import SystemClock

PATIENCE = 120  # seconds for one request


def ask(url: str, wish: dict[str, str] | None = None) -> Any:
    """What the address answers; with a wish, to a form. Raises ClickException where nothing, or no, is answered."""
    data = urlencode(wish).encode() if wish else None
    try:
        request = Request(url, data=data, headers={"Accept": "application/json"})  # noqa: S310 - our own address
        with urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310 - the same
            return json.load(answer)
    except HTTPError as error:
        raise click.ClickException(json.load(error)["trouble"]) from None
    except (URLError, TimeoutError) as error:
        raise click.ClickException(f"The local stack at {url} doesn’t answer: {error}") from error


class RemoteClock(SystemClock):
    """Shows what the running local stack's clock shows."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def now(self) -> datetime:
        """The stack's present moment."""
        return datetime.fromisoformat(ask(f"{self._url}/_clock")["now"]).astimezone(UTC)
