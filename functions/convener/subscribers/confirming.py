"""Confirming by the button in a mail: joining, or a change of address. Whoever only looks changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from convener.errors import Conflict, Unavailable
from convener.subscribers.confirmation_request import Pending, Wish
from convener.subscribers.confirmation_result import Plan, Verdict, fulfilled
from convener.subscribers.joining import plan_join
from convener.subscribers.mail_requests import Confirmed, Letters
from convener.subscribers.moving import plan_move
from convener.subscribers.unit_of_work import Register, Requests

TRIES = 5
"""How often everything is read again because somebody else wrote first."""

WELCOME_DELAY = 5
"""Seconds: the welcome is queued before the row is written, and should not come to look before it."""

_PLANS = {Wish.JOIN: plan_join, Wish.MOVE: plan_move}


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A request as it stands: what its button would write, or why it writes nothing. No request: it is GONE."""

    plan: Plan
    request: Pending | None = None


def look(request_id: str, *, register: Register, requests: Requests, now: datetime) -> Seen:
    """What the button would do. Raises Unavailable, LostAnswer."""
    request = requests.find(request_id)
    if request is None or (request.done_at is None and now >= request.expires_at):
        return Seen(plan=Verdict.GONE)
    rows = register.get(ids=sorted({request.subscriber, request.moving} - {""}))
    if request.done_at is not None:
        return Seen(plan=fulfilled(rows.get(request.subscriber)), request=request)
    return Seen(plan=_PLANS[request.wish](request, rows, now=now), request=request)


def confirm(
    request_id: str, *, register: Register, requests: Requests, letters: Callable[[], Letters], now: datetime
) -> Seen:
    """Press the button: its verdict, DONE where this very press wrote it.

    The welcome is queued first. If that fails, nothing is written; if the writing fails, the welcome finds no request
    that was done, and is dropped. Raises Unavailable and LostAnswer, after which pressing again does no harm.
    """
    told = False
    for _ in range(TRIES):
        seen = look(request_id, register=register, requests=requests, now=now)
        if isinstance(seen.plan, Verdict):
            return seen
        if seen.request and seen.request.wish == Wish.JOIN and not told:
            letters().send(Confirmed(mark=request_id, at=now), delay=WELCOME_DELAY)
            told = True
        try:
            register.commit(seen.plan)
        except Conflict:  # somebody wrote first, perhaps this very button in another tab: decide anew
            continue
        return replace(seen, plan=Verdict.DONE)
    raise Unavailable("somebody else wrote first, every time")
