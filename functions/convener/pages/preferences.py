"""The preferences page: kinds of mail, pause, time zone, first name, calendar. It also sends the one-time links."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

from dateutil.relativedelta import relativedelta

from convener.pages.choices_form import ChoicesForm
from convener.pages.context import PageContext
from convener.pages.form import Form, NotAForm, read_form
from convener.pages.request import Request, read_token
from convener.pages.responses import Response
from convener.pages.subscriber_summary import choice_words, no_mail_page, pause_words, zone_of
from convener.subscribers.address import masked
from convener.subscribers.choosing import choose
from convener.subscribers.mail_requests import LinkRequested, Purpose
from convener.subscribers.models import Subscriber, SubscriberStatus
from convener.subscribers.row_updates import find

LINK_ACTIONS: Mapping[str, Purpose] = {f"link-{purpose}": purpose for purpose in Purpose}
"""The purpose of each one-time link, by what its button posts."""

ALLOWED_PURPOSES: Mapping[SubscriberStatus, frozenset[Purpose]] = {
    SubscriberStatus.CONFIRMED: frozenset(Purpose),
    SubscriberStatus.LEFT: frozenset({Purpose.DATA, Purpose.ERASE}),
}
"""The one-time links that a subscriber may ask for, by status. Subscribers of other statuses get no mail at all."""


def preferences_page(request: Request, context: PageContext) -> Response:
    """Show the form, save a posted form, or queue the request for a one-time link.

    Raises NotALink, and what the stores and the queue raise.
    """
    tokens = context.links().tokens
    subscriber_id = read_token(request.token, tokens.read_leave)
    subscriber = find(subscriber_id, rows=context.unit_of_work)
    reader = _Reader(tokens.leave(subscriber_id), context)
    if request.reads or subscriber is None:
        return reader.show(subscriber)
    try:
        form = read_form(request)
    except NotAForm as error:
        return reader.show(subscriber, error_status=error.status)
    action = form.get("action")
    if action == "save" and subscriber.status is SubscriberStatus.CONFIRMED:
        return reader.save(subscriber, form)
    if action in LINK_ACTIONS and LINK_ACTIONS[action] in ALLOWED_PURPOSES.get(subscriber.status, ()):
        return reader.send_link(subscriber, LINK_ACTIONS[action])
    return reader.show(subscriber, error_status=HTTPStatus.BAD_REQUEST)


@dataclass(frozen=True)
class _Reader:
    """The actions of the page for one reader, and the pages that answer them. `token` is that of the link."""

    token: str
    context: PageContext

    def save(self, subscriber: Subscriber, form: Form) -> Response:
        series, now = self.context.series, self.context.now
        choices = ChoicesForm.from_post(form, ChoicesForm.from_subscriber(subscriber, series, now))
        if errors := choices.errors(series, now):
            return self._form_page(subscriber, choices, errors=errors, status=HTTPStatus.BAD_REQUEST)
        saved = choose(
            subscriber.id,
            choices.wanted(series, now),
            unit_of_work=self.context.unit_of_work,
            coverage=series.coverage,
            now=now,
        )
        if saved is None or saved.status is not SubscriberStatus.CONFIRMED:
            return self.show(saved)
        words = choice_words(saved, series, now)
        return self._form_page(saved, ChoicesForm.from_subscriber(saved, series, now), saved=words)

    def send_link(self, subscriber: Subscriber, purpose: Purpose) -> Response:
        self.context.mail_requests().send(
            LinkRequested(mark=uuid.uuid4().hex, at=self.context.now, subscriber=subscriber.id, purpose=purpose)
        )
        view = {"address": masked(subscriber.address), "purpose": purpose.value, "token": self.token}
        return self.context.renderer.page("sent", view)

    def show(self, subscriber: Subscriber | None, *, error_status: HTTPStatus | None = None) -> Response:
        """Show the form to a subscriber that is on the list; to others, why they get no mail.

        `error_status` is the status of the response if the request changed nothing.
        """
        status = error_status or HTTPStatus.OK
        if subscriber is None or subscriber.status is not SubscriberStatus.CONFIRMED:
            return no_mail_page(subscriber, self.token, self.context, status=status)
        errors = {"": "What reached us was not this form. Nothing has changed yet."} if error_status else {}
        choices = ChoicesForm.from_subscriber(subscriber, self.context.series, self.context.now)
        return self._form_page(subscriber, choices, errors=errors, status=status)

    def _form_page(
        self,
        subscriber: Subscriber,
        choices: ChoicesForm,
        *,
        errors: Mapping[str, str] | None = None,
        saved: Sequence[tuple[str, str]] = (),
        status: HTTPStatus = HTTPStatus.OK,
    ) -> Response:
        series, now = self.context.series, self.context.now
        today = now.astimezone(zone_of(subscriber, series)).date()
        view = {
            "typed": choices,
            "errors": errors or {},
            "saved": saved,
            "areas": choices.areas,
            "address": masked(subscriber.address),
            "paused": pause_words(subscriber, series, now),
            "first_day": today + timedelta(days=1),
            "last_day": today + relativedelta(years=1),
            "token": self.token,
        }
        return self.context.renderer.page("preferences", view, status=status)
