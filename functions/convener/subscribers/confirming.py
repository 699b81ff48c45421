"""Confirming by the button in a mail: joining, or a change of address. Whoever only looks changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from convener.errors import Unavailable
from convener.retry import retry_on_conflict
from convener.subscribers.confirmation_request import ConfirmationRequest, RequestType
from convener.subscribers.confirmation_result import ConfirmationResult, Plan, fulfilled
from convener.subscribers.joining import plan_join
from convener.subscribers.mail_requests import JoinConfirmed, MailRequestQueue
from convener.subscribers.moving import plan_move
from convener.subscribers.row_updates import BUSY, MAX_ATTEMPTS
from convener.subscribers.unit_of_work import RequestStore, UnitOfWork

WELCOME_DELAY = 5
"""Seconds: the welcome is queued before the row is written, and should not come to look before it."""

_PLANS = {RequestType.JOIN: plan_join, RequestType.MOVE: plan_move}


@dataclass(frozen=True, kw_only=True)
class ConfirmationState:
    """A request as it stands: what its button would write, or why it writes nothing. No request: it is GONE."""

    plan: Plan
    request: ConfirmationRequest | None = None


def look_up(request_id: str, *, register: UnitOfWork, requests: RequestStore, now: datetime) -> ConfirmationState:
    """What the button would do. Raises Unavailable, LostAnswer."""
    request = requests.find(request_id)
    if request is None or (request.done_at is None and now >= request.expires_at):
        return ConfirmationState(plan=ConfirmationResult.GONE)
    rows = register.get(ids=sorted({request.subscriber, request.moving} - {""}))
    if request.done_at is not None:
        return ConfirmationState(plan=fulfilled(rows.get(request.subscriber)), request=request)
    return ConfirmationState(plan=_PLANS[request.wish](request, rows, now=now), request=request)


def confirm(
    request_id: str,
    *,
    register: UnitOfWork,
    requests: RequestStore,
    letters: Callable[[], MailRequestQueue],
    now: datetime,
) -> ConfirmationState:
    """Press the button: its verdict, DONE where this very press wrote it.

    The welcome is queued first. If that fails, nothing is written; if the writing fails, the welcome finds no request
    that was done, and is dropped. Raises Unavailable and LostAnswer, after which pressing again does no harm.
    """
    told = False

    def attempt() -> ConfirmationState:
        nonlocal told
        seen = look_up(request_id, register=register, requests=requests, now=now)
        if isinstance(seen.plan, ConfirmationResult):
            return seen
        if seen.request and seen.request.wish == RequestType.JOIN and not told:
            letters().send(JoinConfirmed(mark=request_id, at=now), delay=WELCOME_DELAY)
            told = True
        register.commit(seen.plan)  # a Conflict may come from the same button in another tab
        return replace(seen, plan=ConfirmationResult.DONE)

    return retry_on_conflict(attempt, max_attempts=MAX_ATTEMPTS, error=Unavailable(BUSY))
