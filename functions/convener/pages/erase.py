"""Erasing, by a fresh link: what goes, what stays, one button. What broke off is finished by pressing again."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus

from convener.links import Links
from convener.pages.form import NotAForm, read_form
from convener.pages.one_time_links import open_link, read_one_time_link, stale, using
from convener.pages.page_renderer import PageRenderer
from convener.pages.request import Request
from convener.pages.responses import Response
from convener.subscribers.erasing import erase, unfinished
from convener.subscribers.leaving import masked
from convener.subscribers.mail_requests import Purpose
from convener.subscribers.models import SubscriberStatus
from convener.subscribers.unit_of_work import ConsentRecord, RequestStore, UnitOfWork

ERASE = "erase"


def erase_page(
    request: Request,
    *,
    links: Links,
    register: UnitOfWork,
    consents: ConsentRecord,
    requests: RequestStore,
    paper: PageRenderer,
    now: datetime,
) -> Response:
    """The page of a link to erase. Raises NotALink, and what the ports raise: then it goes on by pressing again."""
    fresh = read_one_time_link(request, Purpose.ERASE, links)
    row = register.get(ids=[fresh.subscriber]).get(fresh.subscriber)
    # Half an hour is for beginning: what was begun may be finished at any time, since nothing but that is left to do.
    begun = row is not None and row.status is SubscriberStatus.ERASED and unfinished(row, consents=consents)
    if not begun:
        found = open_link(fresh, rows=register, paper=paper, now=now)
        if isinstance(found, Response):
            return found
    if request.reads or not _pressed(request):
        wrong = not request.reads
        view = {"address": masked(row.address) if row else "", "wrong": wrong, "begun": begun}
        return paper.page("erase", view, status=HTTPStatus.BAD_REQUEST if wrong else HTTPStatus.OK)
    used = using(fresh, ERASE)
    done = erase(fresh.subscriber, register=register, consents=consents, requests=requests, used=used, now=now)
    if done is None:
        return paper.page("nothing", {})
    if done.status is not SubscriberStatus.ERASED:
        return stale("moved" if done.status is SubscriberStatus.MOVED else "used", paper)
    return paper.page("erased", {})


def _pressed(request: Request) -> bool:
    try:
        return read_form(request).get("action") == ERASE
    except NotAForm:
        return False
