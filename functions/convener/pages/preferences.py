"""The page to choose by: kinds, pause, zone, name, calendar. From here come fresh links to her data and her address."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from dateutil.relativedelta import relativedelta

from convener.links import Links
from convener.pages.choices_form import Choices
from convener.pages.form import Form, NotAForm, read_form
from convener.pages.page_renderer import PageRenderer
from convener.pages.request import Request, read_token
from convener.pages.responses import Response
from convener.pages.subscriber_summary import chosen_words, gone_page, pause_words, zone_of
from convener.sessions.series import Series
from convener.subscribers.choosing import choose
from convener.subscribers.leaving import masked
from convener.subscribers.mail_requests import LinkRequested, MailRequestQueue, Purpose
from convener.subscribers.models import Subscriber, SubscriberStatus
from convener.subscribers.row_updates import find
from convener.subscribers.unit_of_work import UnitOfWork

LINKS: Mapping[str, Purpose] = {f"link-{purpose}": purpose for purpose in Purpose}
"""The buttons that send a fresh link, by what they post."""

ITS_OWN: Mapping[SubscriberStatus, frozenset[Purpose]] = {
    SubscriberStatus.CONFIRMED: frozenset(Purpose),
    SubscriberStatus.LEFT: frozenset({Purpose.DATA, Purpose.ERASE}),
}
"""Who may ask for which. To the others no mail leaves."""


def preferences_page(
    request: Request,
    *,
    links: Links,
    register: UnitOfWork,
    letters: Callable[[], MailRequestQueue],
    series: Series,
    paper: PageRenderer,
    now: datetime,
) -> Response:
    """The page of a link to preferences. Raises NotALink, and what the ports raise."""
    reader = read_token(request.token, links.tokens.read_leave)
    row = find(reader, rows=register)
    her = _Reader(links.tokens.leave(reader), register, series, paper, now)
    if request.reads or row is None:
        return her.shown(row)
    try:
        form = read_form(request)
    except NotAForm as reason:
        return her.shown(row, wrong=reason.status)
    action = form.get("action")
    if action == "save" and row.status is SubscriberStatus.CONFIRMED:
        return her.saves(row, form)
    if action in LINKS and LINKS[action] in ITS_OWN.get(row.status, ()):
        letters().send(LinkRequested(mark=uuid.uuid4().hex, at=now, subscriber=row.id, purpose=LINKS[action]))
        return paper.page("sent", {"address": masked(row.address), "purpose": LINKS[action].value, "token": her.token})
    return her.shown(row, wrong=HTTPStatus.BAD_REQUEST)


@dataclass(frozen=True)
class _Reader:
    """One reader at one moment: what saving does, and what she sees of it."""

    token: str
    register: UnitOfWork
    series: Series
    paper: PageRenderer
    now: datetime

    def saves(self, row: Subscriber, form: Form) -> Response:
        choices = Choices.of_form(form, Choices.of_row(row, self.now))
        if errors := choices.errors(self.series, self.now):
            return self._form(row, choices, errors=errors, status=HTTPStatus.BAD_REQUEST)
        saved = choose(row.id, choices.wanted(self.series, self.now), register=self.register, now=self.now)
        if saved is None or saved.status is not SubscriberStatus.CONFIRMED:
            return self.shown(saved)
        words = chosen_words(saved, self.series, self.now)
        return self._form(saved, Choices.of_row(saved, self.now), saved=words)

    def shown(self, row: Subscriber | None, *, wrong: HTTPStatus | None = None) -> Response:
        """The form for those on the list; for the others why there is none. `wrong` where what came did nothing."""
        status = wrong or HTTPStatus.OK
        if row is None or row.status is not SubscriberStatus.CONFIRMED:
            return gone_page(row, self.token, self.paper, self.now, status=status)
        errors = {"": "What reached us was not this form. Nothing has changed yet."} if wrong else {}
        return self._form(row, Choices.of_row(row, self.now), errors=errors, status=status)

    def _form(
        self,
        row: Subscriber,
        choices: Choices,
        *,
        errors: Mapping[str, str] | None = None,
        saved: Sequence[tuple[str, str]] = (),
        status: HTTPStatus = HTTPStatus.OK,
    ) -> Response:
        today = self.now.astimezone(zone_of(row, self.series)).date()
        view = {
            "typed": choices,
            "errors": errors or {},
            "saved": saved,
            "areas": choices.areas,
            "address": masked(row.address),
            "paused": pause_words(row, self.series, self.now),
            "first_day": today + timedelta(days=1),
            "last_day": today + relativedelta(years=1),
            "token": self.token,
        }
        return self.paper.page("preferences", view, status=status)
