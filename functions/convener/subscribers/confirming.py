"""Confirmation of a request to join or to change an address, by the button on the page that the mail links to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from convener.errors import Unavailable
from convener.retry import retry_on_conflict
from convener.subscribers.confirmation_request import ConfirmationRequest, RequestType
from convener.subscribers.confirmation_result import ConfirmationResult, Plan, fulfilled
from convener.subscribers.joining import plan_join
from convener.subscribers.mail_requests import JoinConfirmed
from convener.subscribers.moving import plan_move, rows_between
from convener.subscribers.ports import MailRequestQueue, RequestStore, UnitOfWork
from convener.subscribers.row_updates import BUSY, MAX_ATTEMPTS

WELCOME_DELAY_SECONDS = 5
"""The delay of the welcome's message, which is queued before the row is written and must arrive after that."""

_PLANS = {RequestType.JOIN: plan_join, RequestType.MOVE: plan_move}


@dataclass(frozen=True, kw_only=True)
class ConfirmationState:
    """A request and the plan for it: the transaction that confirming writes, or the reason why nothing is written.

    `request` is None where the plan is GONE.
    """

    plan: Plan
    request: ConfirmationRequest | None = None


def look_up(request_id: str, *, unit_of_work: UnitOfWork, requests: RequestStore, now: datetime) -> ConfirmationState:
    """Return the state of a request, without changing anything. Raises Unavailable and LostAnswer."""
    request = requests.find(request_id)
    if request is None or (request.done_at is None and now >= request.expires_at):
        return ConfirmationState(plan=ConfirmationResult.GONE)
    rows = unit_of_work.get(ids=sorted({request.subscriber, request.moving} - {""}))
    if request.done_at is not None:
        return ConfirmationState(plan=fulfilled(rows.get(request.subscriber)), request=request)
    if further := rows_between(rows, request):
        rows = {**unit_of_work.get(ids=sorted(further)), **rows}
    return ConfirmationState(plan=_PLANS[request.wish](request, rows, now=now), request=request)


def confirm(
    request_id: str,
    *,
    unit_of_work: UnitOfWork,
    requests: RequestStore,
    mail_requests: Callable[[], MailRequestQueue],
    now: datetime,
) -> ConfirmationState:
    """Confirm a request.

    For a join request the message for the welcome mail is queued first. If queueing fails, nothing is written. If the
    write fails, `transactional` finds no fulfilled request and drops the message.

    Args:
        request_id: The id of the request.
        unit_of_work: The store of the rows.
        requests: The store of the requests.
        mail_requests: Returns the queue; called only when the welcome is due.
        now: The present time.

    Returns:
        The state of the request. The plan is DONE where this call wrote the transaction.

    Raises:
        Unavailable, LostAnswer: The call may be repeated.
    """
    welcome_queued = False

    def attempt() -> ConfirmationState:
        nonlocal welcome_queued
        state = look_up(request_id, unit_of_work=unit_of_work, requests=requests, now=now)
        if isinstance(state.plan, ConfirmationResult):
            return state
        if state.request and state.request.wish == RequestType.JOIN and not welcome_queued:
            mail_requests().send(JoinConfirmed(mark=request_id, at=now), delay=WELCOME_DELAY_SECONDS)
            welcome_queued = True
        unit_of_work.commit(state.plan)  # a Conflict may come from the same button in another tab
        return replace(state, plan=ConfirmationResult.DONE)

    return retry_on_conflict(attempt, max_attempts=MAX_ATTEMPTS, error=Unavailable(BUSY))
