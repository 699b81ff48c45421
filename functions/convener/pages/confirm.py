"""The page to confirm that somebody subscribes, or that an address changes: one button, and the result."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus

from convener.links import Links
from convener.pages.context import PageContext
from convener.pages.form import NotAForm, read_form
from convener.pages.request import Request, read_token
from convener.pages.responses import Response
from convener.subscribers.address import masked
from convener.subscribers.confirmation_request import RequestType
from convener.subscribers.confirmation_result import ConfirmationResult
from convener.subscribers.confirming import ConfirmationState, confirm, look_up
from convener.subscribers.mailing_choices import in_words


def confirm_page(request: Request, context: PageContext) -> Response:
    """Show the request that the link names; a POST confirms it.

    Any form confirms, because the link already says what is confirmed. Other POST requests change nothing. Raises
    NotALink, Unavailable and LostAnswer; the reader may press the button again then.
    """
    links, unit_of_work, requests = context.links(), context.unit_of_work, context.requests
    request_id = read_token(request.token, links.tokens.read_confirm)
    if request.reads:
        state = look_up(request_id, unit_of_work=unit_of_work, requests=requests, now=context.now)
        return _state_page(state, links, context)
    try:
        read_form(request)
    except NotAForm as error:
        state = look_up(request_id, unit_of_work=unit_of_work, requests=requests, now=context.now)
        return replace(_state_page(state, links, context), status=error.status)
    state = confirm(
        request_id, unit_of_work=unit_of_work, requests=requests, mail_requests=context.mail_requests, now=context.now
    )
    return _state_page(state, links, context)


def _state_page(state: ConfirmationState, links: Links, context: PageContext) -> Response:
    request, renderer = state.request, context.renderer
    view: dict[str, object] = {"verdict": str(state.plan) if isinstance(state.plan, ConfirmationResult) else ""}
    if request is None:
        return renderer.page("unconfirmed", {**view, "move": False}, status=HTTPStatus.GONE)
    view |= {
        "move": request.wish == RequestType.MOVE,
        "address": masked(request.address),
        "kinds": in_words(request.kinds, context.series.coverage.of(request.wording)),
        "preferences_url": links.preferences_url(request.subscriber),
    }
    if not view["verdict"]:
        return renderer.page("confirm", view)
    confirmed = state.plan in (ConfirmationResult.DONE, ConfirmationResult.ALREADY)
    return renderer.page("confirmed" if confirmed else "unconfirmed", view)
