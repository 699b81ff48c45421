"""Actions of a reader on the pages, and calls of the pages that fail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from convener.errors import LostAnswer, Unavailable
from convener.pages.responses import Response
from convener.subscribers.mail_requests import Purpose
from convener.subscribers.mailing_choices import boxes
from convener.subscribers.tokens import OneTimeLink
from tests.support.event_links import TOKENS
from tests.support.people import OPENED
from tests.support.visiting import FORM, READER, Visit

TOKEN = TOKENS.leave(READER.id)
ALL_KINDS = "&".join(f"kinds={box}" for box in boxes())
SAVE = f"action=save&{ALL_KINDS}&pause=none&zone=Pacific/Auckland&first_name=Aroha&calendar=file"
"""The preferences form of READER, posted unchanged."""


def one_time_token(purpose: Purpose | str, *, nonce: int = 1, at: datetime = OPENED, reader: str = READER.id) -> str:
    """Return the token of a one-time link that was made at that time."""
    link = OneTimeLink(subscriber=reader, expires=at + timedelta(minutes=30), nonce=f"{nonce:016x}")
    return TOKENS.fresh(purpose, link)


def press(visit: Visit, page: str, body: str, token: str = "") -> Response:
    """Press a button of a page. Without a token, it is the page of READER."""
    own_token = token or (TOKEN if page in ("leave", "preferences") else one_time_token(page))
    return visit.ask(page, own_token, "POST", headers=FORM, body=body)


def stored_state(visit: Visit) -> tuple[Mapping[str, Any], list[tuple[Any, ...]], set[tuple[str, str]]]:
    """Return everything stored, without what differs from one run to the next, such as the marks of entries."""
    entries = [
        (entry.subscriber, entry.at, entry.what, entry.by, entry.kinds, entry.note) for entry in visit.consents.entries
    ]
    return dict(visit.rows.rows), sorted(entries, key=str), set(visit.requests.gone)


class FailingPart:
    """A collaborator that raises an error at one of its calls, before the call or after it.

    Calls are counted over all parts that share a plan.
    """

    def __init__(self, part: Any, plan: Plan) -> None:
        self._part, self._plan = part, plan

    def __getattr__(self, name: str) -> Any:
        real: Callable[..., Any] = getattr(self._part, name)

        def call(*args: Any, **more: Any) -> Any:
            self._plan.calls += 1
            fails = self._plan.calls == self._plan.fails_at
            if fails and not self._plan.late:
                raise Unavailable("out of reach")
            done = real(*args, **more)
            if fails:
                raise LostAnswer("no answer")
            return done

        return call


class Plan:
    """At which call a part fails; 0 means never. If `late`, the call is done, and only its answer is lost."""

    def __init__(self, fails_at: int = 0, *, late: bool = False) -> None:
        self.fails_at, self.late, self.calls = fails_at, late, 0


def fail_by(visit: Visit, plan: Plan) -> None:
    """From now on, the collaborators of the visit follow the plan."""
    parts = {"unit_of_work": visit.rows, "consents": visit.consents, "requests": visit.requests}
    failing_parts: dict[str, Any] = {name: FailingPart(part, plan) for name, part in parts.items()}
    visit.change(**failing_parts, mail_requests=lambda: FailingPart(visit.mail_requests, plan))


def repair(visit: Visit) -> None:
    """From now on, all collaborators work."""
    fail_by(visit, Plan())
