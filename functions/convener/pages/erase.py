"""The page to erase one's data, which a one-time link opens: what is erased, what stays, and one button.

If erasing was interrupted, pressing the button again finishes it.
"""

from __future__ import annotations

from http import HTTPStatus

from convener.pages.context import PageContext
from convener.pages.form import NotAForm, read_form
from convener.pages.one_time_links import open_link, read_one_time_link, stale_link_page, used_link
from convener.pages.request import Request
from convener.pages.responses import Response
from convener.subscribers.address import masked
from convener.subscribers.erasing import LinkUse, erase, unfinished
from convener.subscribers.mail_requests import Purpose
from convener.subscribers.models import SubscriberStatus

ERASE = "erase"
"""The action of the link, and what the button posts."""


def erase_page(request: Request, context: PageContext) -> Response:
    """Show the button, or erase the data of the subscriber.

    Raises NotALink, and what the stores raise; the reader may press the button again then.
    """
    renderer = context.renderer
    link = read_one_time_link(request, Purpose.ERASE, context)
    subscriber = context.unit_of_work.get(ids=[link.subscriber]).get(link.subscriber)
    # The half hour limits when erasing begins. Erasing that has begun may be finished at any time, because the link
    # can do nothing else then.
    begun = (
        subscriber is not None
        and subscriber.status is SubscriberStatus.ERASED
        and unfinished(subscriber, consents=context.consents)
    )
    if not begun:
        opened = open_link(link, context)
        if isinstance(opened, Response):
            return opened
    if request.reads or not _is_pressed(request):
        wrong = not request.reads
        view = {"address": masked(subscriber.address) if subscriber else "", "wrong": wrong, "begun": begun}
        return renderer.page("erase", view, status=HTTPStatus.BAD_REQUEST if wrong else HTTPStatus.OK)
    erased = erase(
        link.subscriber,
        unit_of_work=context.unit_of_work,
        consents=context.consents,
        link=LinkUse(requests=context.requests, used=used_link(link, ERASE)),
        mail_requests=context.mail_requests,
        now=context.now,
    )
    if erased is None:
        return renderer.page("nothing", {})
    if erased.status is not SubscriberStatus.ERASED:
        return stale_link_page("moved" if erased.status is SubscriberStatus.MOVED else "used", renderer)
    return renderer.page("erased", {})


def _is_pressed(request: Request) -> bool:
    try:
        return read_form(request).get("action") == ERASE
    except NotAForm:
        return False
