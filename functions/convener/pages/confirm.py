"""The page that a mail leads to before somebody joins, or an address changes: one button, and what it did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus

from convener.links import Links
from convener.pages.form import NotAForm, read_form
from convener.pages.page_renderer import PageRenderer
from convener.pages.request import Request, read_token
from convener.pages.responses import Response
from convener.subscribers.confirmation_request import RequestType
from convener.subscribers.confirmation_result import ConfirmationResult
from convener.subscribers.confirming import ConfirmationState, confirm, look_up
from convener.subscribers.leaving import masked
from convener.subscribers.mail_requests import MailRequestQueue
from convener.subscribers.mailing_choices import in_words
from convener.subscribers.unit_of_work import RequestStore, UnitOfWork


def confirm_page(
    request: Request,
    *,
    links: Links,
    register: UnitOfWork,
    requests: RequestStore,
    letters: Callable[[], MailRequestQueue],
    paper: PageRenderer,
    now: datetime,
) -> Response:
    """The page of a link to confirm. Any form is the button: the link says what for. Other posts change nothing.

    Raises NotALink, Unavailable, LostAnswer.
    """
    wanted = read_token(request.token, links.tokens.read_confirm)
    if request.reads:
        return _shown(look_up(wanted, register=register, requests=requests, now=now), links, paper)
    try:
        read_form(request)
    except NotAForm as reason:
        seen = look_up(wanted, register=register, requests=requests, now=now)
        return replace(_shown(seen, links, paper), status=reason.status)
    seen = confirm(wanted, register=register, requests=requests, letters=letters, now=now)
    return _shown(seen, links, paper)


def _shown(seen: ConfirmationState, links: Links, paper: PageRenderer) -> Response:
    request = seen.request
    view: dict[str, object] = {"verdict": str(seen.plan) if isinstance(seen.plan, ConfirmationResult) else ""}
    if request is None:
        return paper.page("unconfirmed", {**view, "move": False}, status=HTTPStatus.GONE)
    view |= {
        "move": request.wish == RequestType.MOVE,
        "address": masked(request.address),
        "kinds": in_words(request.kinds),
        "preferences_url": links.preferences_url(request.subscriber),
    }
    if not view["verdict"]:
        return paper.page("confirm", view)
    return paper.page(
        "confirmed" if seen.plan in (ConfirmationResult.DONE, ConfirmationResult.ALREADY) else "unconfirmed", view
    )
