"""The page to unsubscribe by: a button, fewer mails instead, and undoing. Reading the page changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from convener.pages.context import PageContext
from convener.pages.form import Form, NotAForm, read_form
from convener.pages.request import Request, read_token
from convener.pages.responses import Response
from convener.pages.subscriber_summary import choice_words, no_mail_page, pause_words, zone_of
from convener.subscribers.address import masked
from convener.subscribers.choosing import Wanted, choose
from convener.subscribers.leaving import CAN_LEAVE, UnsubscribeReason, leave, say_why, undo
from convener.subscribers.mailing_choices import boxes, kept_when_leaving, ticked
from convener.subscribers.models import Subscriber, SubscriberStatus
from convener.subscribers.pausing import in_months
from convener.subscribers.row_updates import find

ONLY_RECAPS = "only-recaps"
PAUSE_MONTHS = {"pause-1": 1, "pause-3": 3}
"""The length of each pause in months, by what its button posts."""


def leave_page(request: Request, context: PageContext) -> Response:
    """Show the page, or do what a button of the page posts.

    A one-click POST (RFC 8058) unsubscribes at once, without a redirect and without a question. A POST that is neither
    this nor a button of the page shows the page again. Raises NotALink, and what the stores raise.
    """
    tokens = context.links().tokens
    subscriber_id = read_token(request.token, tokens.read_leave)
    reader = _Reader(subscriber_id, tokens.leave(subscriber_id), context)
    if request.reads:
        return reader.leave_form(reader.find())
    try:
        return _do_action(read_form(request), reader)
    except NotAForm as error:
        return reader.leave_form(reader.find(), error_status=error.status)


def _do_action(form: Form, reader: _Reader) -> Response:
    """Do what the form asks for. The field of RFC 8058 unsubscribes, whatever other fields the form has."""
    action = form.get("action")
    if form.one_click:
        return reader.unsubscribe("page" if form.get("by") == "page" else "one-click")
    if action == "undo":
        return reader.undo()
    if action == "reason":
        return reader.give_reason(form.get("reason"))
    if action == ONLY_RECAPS or action in PAUSE_MONTHS:
        return reader.choose_less(action)
    return reader.leave_form(reader.find(), error_status=HTTPStatus.BAD_REQUEST)


@dataclass(frozen=True)
class _Reader:
    """The subscriber of a link, with the actions of the page and the pages that answer them."""

    id: str
    token: str
    context: PageContext

    def find(self) -> Subscriber | None:
        return find(self.id, rows=self.context.unit_of_work)

    def unsubscribe(self, by: str) -> Response:
        context = self.context
        subscriber = leave(
            self.id, unit_of_work=context.unit_of_work, consents=context.consents, by=by, now=context.now
        )
        return self.leave_form(subscriber)

    def undo(self) -> Response:
        context = self.context
        subscriber = undo(self.id, unit_of_work=context.unit_of_work, consents=context.consents, now=context.now)
        if subscriber is None or subscriber.status is not SubscriberStatus.CONFIRMED:
            return self.no_mail(subscriber, {"refused": True})
        return self._choices_page("back", subscriber)

    def give_reason(self, reason: str) -> Response:
        if reason not in list(UnsubscribeReason):
            return self.leave_form(self.find(), error_status=HTTPStatus.BAD_REQUEST, more={"unsaid": True})
        context = self.context
        subscriber = say_why(
            self.id,
            UnsubscribeReason(reason),
            unit_of_work=context.unit_of_work,
            consents=context.consents,
            now=context.now,
        )
        return self.leave_form(subscriber, more={"said": True})

    def choose_less(self, action: str) -> Response:
        context, subscriber = self.context, self.find()
        wanted = Wanted(kinds=boxes()[kept_when_leaving()])
        if subscriber and action in PAUSE_MONTHS:
            tz = zone_of(subscriber, context.series)
            wanted = Wanted(paused_until=in_months(PAUSE_MONTHS[action], now=context.now, tz=tz))
        coverage = context.series.coverage
        subscriber = choose(self.id, wanted, unit_of_work=context.unit_of_work, coverage=coverage, now=context.now)
        if subscriber is None or subscriber.status is not SubscriberStatus.CONFIRMED:
            return self.leave_form(subscriber, error_status=HTTPStatus.CONFLICT)
        return self._choices_page("less", subscriber)

    def leave_form(
        self,
        subscriber: Subscriber | None,
        *,
        error_status: HTTPStatus | None = None,
        more: Mapping[str, object] | None = None,
    ) -> Response:
        """Show the button to a subscriber that can unsubscribe; to others, why they get no mail.

        `error_status` is the status of the response if the request changed nothing.
        """
        if subscriber is None or subscriber.status not in CAN_LEAVE:
            return self.no_mail(subscriber, more, error_status=error_status)
        view = {
            "wrong": bool(error_status),
            "less": subscriber.status is SubscriberStatus.CONFIRMED,
            "recaps": self._ticked(subscriber) != (kept_when_leaving(),),
            "paused": pause_words(subscriber, self.context.series, self.context.now),
        }
        return self._page("leave", subscriber, view, status=error_status or HTTPStatus.OK)

    def no_mail(
        self,
        subscriber: Subscriber | None,
        more: Mapping[str, object] | None = None,
        *,
        error_status: HTTPStatus | None = None,
    ) -> Response:
        """Show why the reader gets no mail."""
        status = error_status or HTTPStatus.OK
        return no_mail_page(subscriber, self.token, self.context, status=status, more=more)

    def _ticked(self, subscriber: Subscriber) -> tuple[str, ...]:
        return ticked(subscriber.kinds, self.context.series.coverage.of(subscriber.wording))

    def _choices_page(self, template: str, subscriber: Subscriber) -> Response:
        saved = choice_words(subscriber, self.context.series, self.context.now)
        return self._page(template, subscriber, {"saved": saved})

    def _page(
        self,
        template: str,
        subscriber: Subscriber,
        view: Mapping[str, object],
        *,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> Response:
        shown = {"address": masked(subscriber.address), "token": self.token, **view}
        return self.context.renderer.page(template, shown, status=status)
