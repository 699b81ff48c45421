"""A reader at the pages that are hers: her links, her buttons, and parts that fail at any call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from convener.errors import LostAnswer, Unavailable
from convener.pages.responses import Response
from convener.subscribers.mail_requests import Purpose
from convener.subscribers.tokens import OneTimeLink
from tests.support.event_links import TOKENS
from tests.support.people import OPENED
from tests.support.visiting import FORM, READER, Visit

TOKEN = TOKENS.leave(READER.id)
ALL_KINDS = "kinds=invite&kinds=reminder&kinds=recap"
SAVE = f"action=save&{ALL_KINDS}&pause=none&zone=Pacific/Auckland&first_name=Aroha&calendar=file"
"""The form of READER as it stands, posted unchanged."""


def fresh(purpose: Purpose | str, *, nonce: int = 1, at: datetime = OPENED, reader: str = READER.id) -> str:
    """The token of a fresh link that was made at that moment."""
    its = OneTimeLink(subscriber=reader, expires=at + timedelta(minutes=30), nonce=f"{nonce:016x}")
    return TOKENS.fresh(purpose, its)


def press(visit: Visit, page: str, body: str, token: str = "") -> Response:
    """A button of hers. Without a token it is the page's own for READER."""
    its = token or (TOKEN if page in ("leave", "preferences") else fresh(page))
    return visit.ask(page, its, "POST", headers=FORM, body=body)


def kept(visit: Visit) -> tuple[Mapping[str, Any], list[tuple[Any, ...]], set[tuple[str, str]]]:
    """All that is written down, but for what differs from one run to the next: marks of entries."""
    entries = [(e.subscriber, e.at, e.what, e.by, e.kinds, e.note) for e in visit.consents.entries]
    return dict(visit.rows.rows), sorted(entries, key=str), set(visit.requests.gone)


class Failing:
    """A part that fails at one of its calls, counted over all parts that share a plan: before its effect or after."""

    def __init__(self, part: Any, plan: Plan) -> None:
        self._part, self._plan = part, plan

    def __getattr__(self, name: str) -> Any:
        real: Callable[..., Any] = getattr(self._part, name)

        def call(*args: Any, **more: Any) -> Any:
            self._plan.calls += 1
            mine = self._plan.calls == self._plan.fails_at
            if mine and not self._plan.late:
                raise Unavailable("out of reach")
            done = real(*args, **more)
            if mine:
                raise LostAnswer("no answer")
            return done

        return call


class Plan:
    """At which call something fails; 0 is never. `late`: it was done, and only its answer is lost."""

    def __init__(self, fails_at: int = 0, *, late: bool = False) -> None:
        self.fails_at, self.late, self.calls = fails_at, late, 0


def failing(visit: Visit, plan: Plan) -> None:
    """From now on its parts follow the plan."""
    parts = {"unit_of_work": visit.rows, "consents": visit.consents, "requests": visit.requests}
    failing_parts: dict[str, Any] = {name: Failing(part, plan) for name, part in parts.items()}
    visit.change(**failing_parts, mail_requests=lambda: Failing(visit.letters, plan))


def mended(visit: Visit) -> None:
    """All parts work again."""
    failing(visit, Plan())
