"""The page with one button, and what the button does. Whoever only looks changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus

from convener.pages.answers import Answer
from convener.pages.form import NotAForm, read_form
from convener.pages.paper import Paper
from convener.pages.request import Request, read_token
from convener.subscribers.leaving import CAN_LEAVE, Rows, find, leave, masked
from convener.subscribers.models import Subscriber


def leave_page(
    request: Request, *, read_leave: Callable[[str], str], rows: Rows, paper: Paper, now: datetime
) -> Answer:
    """The page of a link to leave. Raises NotALink, and what `rows` raises.

    A POST that is RFC 8058's one-click acts at once: no redirect, no question. Any other shows the button again.
    """
    reader = read_token(request.token, read_leave)
    wrong = None if request.reads else _wrong(request)
    if request.reads or wrong:
        return _asked(find(reader, rows=rows), paper, wrong)
    return _gone(leave(reader, rows=rows, now=now), paper)


def _wrong(request: Request) -> HTTPStatus | None:
    """None where it asks to leave; else why it doesn't, as a status."""
    try:
        return None if read_form(request).one_click else HTTPStatus.BAD_REQUEST
    except NotAForm as reason:
        return reason.status


def _asked(row: Subscriber | None, paper: Paper, wrong: HTTPStatus | None) -> Answer:
    """The button, for those who get mail or might; the others have left already, or were never there."""
    if row is None or row.standing not in CAN_LEAVE:
        return _gone(row, paper, status=wrong)
    view = {"address": masked(row.address), "wrong": bool(wrong)}
    return paper.page("leave", view, status=wrong or HTTPStatus.OK)


def _gone(row: Subscriber | None, paper: Paper, *, status: HTTPStatus | None = None) -> Answer:
    return paper.page("left", {"address": masked(row.address) if row else ""}, status=status or HTTPStatus.OK)
