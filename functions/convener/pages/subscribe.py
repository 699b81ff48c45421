"""The form to join by, and what posting it does: one count, one message, and the same answer for everybody.

This function never looks an address up. So neither the answer nor its work or time says who is on the list.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from math import ceil

from convener.links import Links
from convener.pages.form import Form, NotAForm, read_form
from convener.pages.joining_form import Typed
from convener.pages.page_renderer import PageRenderer
from convener.pages.request import Request
from convener.pages.responses import Response, public_for
from convener.pages.zones import areas
from convener.sessions.series import Series
from convener.subscribers.address import parse_address
from convener.subscribers.first_names import typed_first_name
from convener.subscribers.mail_requests import JoinRequested, MailRequestQueue
from convener.subscribers.mailing_choices import chosen
from convener.subscribers.unit_of_work import RequestStore

SECONDS = 300
"""How long anybody may keep the empty form: it has nothing of anybody's, and other words show within five minutes."""

MOST_VISITS = 40
"""Forms of one network in an hour: a ward at its computers may pass, a program that lets us mail strangers may not."""

_NOT_READ: Mapping[HTTPStatus, str] = {
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "There was far more in it than this form asks for. Please fill it in here.",
}


def subscribe_page(
    request: Request,
    *,
    links: Callable[[], Links],
    requests: RequestStore,
    letters: Callable[[], MailRequestQueue],
    series: Series,
    paper: PageRenderer,
    now: datetime,
) -> Response:
    """The form, or what came of it. Raises Unavailable and LostAnswer: then posting it again does no harm."""
    if request.reads:
        return _form(Typed(), {}, paper)
    try:
        form = read_form(request)
    except NotAForm as reason:
        told = _NOT_READ.get(reason.status, "What reached us was not this form. Please fill it in here.")
        return _form(Typed(), {"": told}, paper, status=reason.status)
    typed = Typed.of(form)
    if errors := typed.errors(series):
        return _form(typed, errors, paper, status=HTTPStatus.BAD_REQUEST)
    if not typed.trapped:
        if requests.visit(links().tokens.mark(request.network), now=now) > MOST_VISITS:
            return _too_many(form, paper, now)
        letters().send(_asked(typed, now))
    return paper.page("asked", {"address": typed.address})


def _asked(typed: Typed, now: datetime) -> JoinRequested:
    return JoinRequested(
        mark=uuid.uuid4().hex,
        at=now,
        address=parse_address(typed.address).typed,
        first_name=typed_first_name(typed.first_name),
        zone=typed.zone,
        kinds=chosen(typed.kinds),
        wording=typed.wording,
        by=typed.form,
    )


def _form(
    typed: Typed, errors: Mapping[str, str], paper: PageRenderer, *, status: HTTPStatus = HTTPStatus.OK
) -> Response:
    """The form with what was typed, but for the tick: nobody agrees by mistake."""
    fresh = typed == Typed()
    headers = public_for(SECONDS) if status == HTTPStatus.OK else {}
    # A zone that somebody left open on purpose stays open: only an untouched form is suggested one.
    view = {"typed": typed, "errors": errors, "areas": areas(), "fresh": fresh}
    return paper.page("subscribe", view, status=status, headers=headers, scripted=fresh)


def _too_many(form: Form, paper: PageRenderer, now: datetime) -> Response:
    """Not saved: visits are counted by the hour, so the next one begins anew."""
    ahead = (now + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0) - now
    seconds = ceil(ahead.total_seconds())
    view = {"minutes": ceil(seconds / 60), "again": form.fields}
    headers = {"retry-after": str(seconds)}
    return paper.page("many", view, status=HTTPStatus.TOO_MANY_REQUESTS, headers=headers)
