"""The page to subscribe by: the form, and the answer to a posted form.

A posted form costs one counter and one queue message, whatever address it holds. The page never looks an address up.
So neither the answer nor its time tells whether an address is on the list.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from math import ceil

from convener.pages.context import PageContext
from convener.pages.form import Form, NotAForm, read_form
from convener.pages.joining_form import JoiningForm
from convener.pages.page_renderer import PageRenderer
from convener.pages.request import Request
from convener.pages.responses import Response
from convener.pages.zones import areas
from convener.sessions.series import Series
from convener.subscribers.address import parse_address
from convener.subscribers.first_names import typed_first_name
from convener.subscribers.mail_requests import JoinRequested

MAX_VISITS_PER_HOUR = 40
"""Posted forms that one network may send in an hour. A ward full of computers stays below it; a program that makes us
mail strangers does not."""

_NOT_A_FORM: Mapping[HTTPStatus, str] = {
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "There was far more in it than this form asks for. Please fill it in here.",
}


def subscribe_page(request: Request, context: PageContext) -> Response:
    """Show the form, or queue the request of a posted form.

    Raises Unavailable and LostAnswer; the form may be posted again then.
    """
    renderer, now, untouched = context.renderer, context.now, JoiningForm.untouched(context.series)
    if request.reads:
        return _form_page(untouched, {}, renderer, fresh=True)
    try:
        form = read_form(request)
    except NotAForm as error:
        message = _NOT_A_FORM.get(error.status, "What reached us was not this form. Please fill it in here.")
        return _form_page(untouched, {"": message}, renderer, fresh=True, status=error.status)
    filled_in = JoiningForm.from_post(form)
    if errors := filled_in.errors(context.series):
        fresh = filled_in == untouched
        return _form_page(filled_in, errors, renderer, fresh=fresh, status=HTTPStatus.BAD_REQUEST)
    if not filled_in.trapped:
        network = context.links().tokens.mark(request.network)
        if context.requests.visit(network, now=now) > MAX_VISITS_PER_HOUR:
            return _too_many_page(form, renderer, now)
        context.mail_requests().send(_mail_request(filled_in, context.series, now))
    return renderer.page("asked", {"address": filled_in.address})


def _mail_request(filled_in: JoiningForm, series: Series, now: datetime) -> JoinRequested:
    return JoinRequested(
        mark=uuid.uuid4().hex,
        at=now,
        address=parse_address(filled_in.address).typed,
        first_name=typed_first_name(filled_in.first_name),
        zone=filled_in.zone,
        kinds=filled_in.chosen(series),
        wording=filled_in.wording,
        by=filled_in.form,
    )


def _form_page(
    filled_in: JoiningForm,
    errors: Mapping[str, str],
    renderer: PageRenderer,
    *,
    fresh: bool,
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    """Show the form with the posted values, but without the tick of consent: nobody shall agree by mistake.

    A browser suggests a time zone only in a fresh form: a reader may have left the zone empty on purpose.
    """
    view = {"typed": filled_in, "errors": errors, "areas": areas(), "fresh": fresh}
    return renderer.page("subscribe", view, status=status, scripted=fresh)


def _too_many_page(form: Form, renderer: PageRenderer, now: datetime) -> Response:
    """Say that too many forms came from this network, and when the next hour begins, with a new count."""
    next_hour = (now + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
    seconds = ceil((next_hour - now).total_seconds())
    view = {"minutes": ceil(seconds / 60), "again": form.fields}
    headers = {"retry-after": str(seconds)}
    return renderer.page("many", view, status=HTTPStatus.TOO_MANY_REQUESTS, headers=headers)
