"""The page to change one's address, which a one-time link opens.

The page only queues a request. The address changes when the reader confirms it at the new address.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from http import HTTPStatus

from convener.errors import BadInput, LostAnswer
from convener.pages.context import PageContext
from convener.pages.form import NotAForm, read_form
from convener.pages.one_time_links import OpenedLink, open_link, read_one_time_link, stale_link_page
from convener.pages.page_renderer import PageRenderer
from convener.pages.request import Request
from convener.pages.responses import Response
from convener.subscribers.address import Address, masked, parse_address
from convener.subscribers.mail_requests import MoveRequested, Purpose
from convener.subscribers.models import SubscriberStatus

ADDRESS = "address"
"""The action of the link."""

_NOT_A_FORM = "What reached us was not this form. Please fill it in here."


def address_page(request: Request, context: PageContext) -> Response:
    """Show the form for a new address, or queue the request of a posted form.

    Raises NotALink, and what the stores and the queue raise; the link still works then.
    """
    opened = open_link(read_one_time_link(request, Purpose.ADDRESS, context), context)
    if isinstance(opened, Response):
        return opened
    if opened.subscriber.status is not SubscriberStatus.CONFIRMED:
        return stale_link_page("left", context.renderer)
    if request.reads:
        return _form_page(opened, "", "", context.renderer)
    typed = ""
    try:
        typed = read_form(request).get("address")
        new = _new_address(typed, opened.subscriber.address)
    except BadInput as error:
        status = error.status if isinstance(error, NotAForm) else HTTPStatus.BAD_REQUEST
        message = _NOT_A_FORM if isinstance(error, NotAForm) else str(error)
        return _form_page(opened, typed, message, context.renderer, status)
    return _request_move(opened, new, context)


def _request_move(opened: OpenedLink, new: Address, context: PageContext) -> Response:
    """Queue the request, then use the link up. If either fails, the next try queues the same request with one mark."""
    subscriber = opened.subscriber
    if context.requests.used(opened.link.nonce, ADDRESS):
        return stale_link_page("asked", context.renderer)
    context.mail_requests().send(
        MoveRequested(mark=_mark(opened, new), at=context.now, subscriber=subscriber.id, address=new.typed)
    )
    with suppress(LostAnswer):  # the request is queued; whether the link is used up makes no difference to the reader
        context.requests.use(opened.used_for(ADDRESS))
    return context.renderer.page("moving", {"address": new.typed, "old": masked(subscriber.address)})


def _new_address(typed: str, known: str) -> Address:
    """Return the new address. Raises BadInput if it is not an address, or is the known address."""
    new = parse_address(typed)
    if new.normalised == parse_address(known).normalised:
        raise BadInput("That is the address we write to already. Give the one that we should write to from now on.")
    return new


def _mark(opened: OpenedLink, new: Address) -> str:
    """Return the id of the request: always the same for one link and one address, so that it is handled once."""
    return hashlib.sha256(f"{opened.link.nonce}/{new.normalised}".encode()).hexdigest()[:32]


def _form_page(
    opened: OpenedLink, typed: str, error: str, renderer: PageRenderer, status: HTTPStatus = HTTPStatus.OK
) -> Response:
    view = {"address": masked(opened.subscriber.address), "typed": typed, "error": error}
    return renderer.page("address", view, status=status)
