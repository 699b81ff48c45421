"""Another address, by a fresh link to the one that is: it must be confirmed at the new one before anything moves."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from http import HTTPStatus

from convener.errors import BadInput, LostAnswer
from convener.links import Links
from convener.pages.form import NotAForm, read_form
from convener.pages.one_time_links import OpenedLink, open_link, read_one_time_link, stale
from convener.pages.page_renderer import PageRenderer
from convener.pages.request import Request
from convener.pages.responses import Response
from convener.subscribers.address import Address, parse_address
from convener.subscribers.leaving import masked
from convener.subscribers.mail_requests import MailRequestQueue, MoveRequested, Purpose
from convener.subscribers.models import SubscriberStatus
from convener.subscribers.unit_of_work import RequestStore, UnitOfWork

ADDRESS = "address"
NOT_READ = "What reached us was not this form. Please fill it in here."


def address_page(
    request: Request,
    *,
    links: Links,
    register: UnitOfWork,
    requests: RequestStore,
    letters: Callable[[], MailRequestQueue],
    paper: PageRenderer,
    now: datetime,
) -> Response:
    """The page of a link to change her address. Raises NotALink, and what the ports raise; the link works on then."""
    found = open_link(read_one_time_link(request, Purpose.ADDRESS, links), rows=register, paper=paper, now=now)
    if isinstance(found, Response):
        return found
    if found.row.status is not SubscriberStatus.CONFIRMED:
        return stale("left", paper)
    if request.reads:
        return _form(found, "", "", paper)
    typed = ""
    try:
        typed = read_form(request).get("address")
        new = _another(typed, found.row.address)
    except BadInput as error:
        status = error.status if isinstance(error, NotAForm) else HTTPStatus.BAD_REQUEST
        words = NOT_READ if isinstance(error, NotAForm) else str(error)
        return _form(found, typed, words, paper, status)
    return _ask(found, new, requests=requests, letters=letters, paper=paper, now=now)


def _ask(
    found: OpenedLink,
    new: Address,
    *,
    requests: RequestStore,
    letters: Callable[[], MailRequestQueue],
    paper: PageRenderer,
    now: datetime,
) -> Response:
    """Queued before the link is used up: if either breaks off, pressing again asks for the same by the same mark."""
    if requests.used(found.fresh.nonce, ADDRESS):
        return stale("asked", paper)
    letters().send(MoveRequested(mark=_mark(found, new), at=now, subscriber=found.row.id, address=new.typed))
    with suppress(LostAnswer):  # queued it is; whether the link is used up nobody knows, and she need not
        requests.use(found.using(ADDRESS))
    return paper.page("moving", {"address": new.typed, "old": masked(found.row.address)})


def _another(typed: str, known: str) -> Address:
    """The new address. Raises BadInput where it is none, or the one that is."""
    new = parse_address(typed)
    if new.normalised == parse_address(known).normalised:
        raise BadInput("That is the address we write to already. Give the one that we should write to from now on.")
    return new


def _mark(found: OpenedLink, new: Address) -> str:
    """The same for one link and one address, however often the button is pressed: one request comes of it."""
    return hashlib.sha256(f"{found.fresh.nonce}/{new.normalised}".encode()).hexdigest()[:32]


def _form(
    found: OpenedLink, typed: str, error: str, paper: PageRenderer, status: HTTPStatus = HTTPStatus.OK
) -> Response:
    view = {"address": masked(found.row.address), "typed": typed, "error": error}
    return paper.page("address", view, status=status)
