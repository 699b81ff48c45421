"""The page to leave by, less instead, and the way back. Whoever only looks changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from convener.links import Links
from convener.pages.form import Form, NotAForm, read_form
from convener.pages.page_renderer import PageRenderer
from convener.pages.request import Request, read_token
from convener.pages.responses import Response
from convener.pages.subscriber_summary import chosen_words, gone_page, pause_words, zone_of
from convener.sessions.series import Series
from convener.subscribers.choosing import Wanted, choose
from convener.subscribers.leaving import CAN_LEAVE, UnsubscribeReason, leave, masked, say_why, undo
from convener.subscribers.mailing_choices import BOXES, ticked
from convener.subscribers.models import Subscriber, SubscriberStatus
from convener.subscribers.pausing import in_months
from convener.subscribers.row_updates import find
from convener.subscribers.unit_of_work import ConsentRecord, UnitOfWork

ONLY_RECAPS = "only-recaps"
PAUSES = {"pause-1": 1, "pause-3": 3}


def leave_page(
    request: Request,
    *,
    links: Links,
    register: UnitOfWork,
    consents: ConsentRecord,
    series: Series,
    paper: PageRenderer,
    now: datetime,
) -> Response:
    """The page of a link to leave. Raises NotALink, and what the ports raise.

    A POST that is RFC 8058's one-click acts at once: no redirect, no question. So do the page's own buttons; any other
    POST shows the page again.
    """
    reader = read_token(request.token, links.tokens.read_leave)
    her = _Reader(reader, links.tokens.leave(reader), register, consents, series, paper, now)
    if request.reads:
        return her.asked(her.row())
    try:
        return _pressed(read_form(request), her)
    except NotAForm as reason:
        return her.asked(her.row(), wrong=reason.status)


def _pressed(form: Form, her: _Reader) -> Response:
    """The one word of RFC 8058 leaves, whatever else comes with it."""
    action = form.get("action")
    if form.one_click:
        return her.leaves("page" if form.get("by") == "page" else "one-click")
    if action == "undo":
        return her.comes_back()
    if action == "reason":
        return her.says_why(form.get("reason"))
    if action == ONLY_RECAPS or action in PAUSES:
        return her.takes_less(action)
    return her.asked(her.row(), wrong=HTTPStatus.BAD_REQUEST)


@dataclass(frozen=True)
class _Reader:
    """One reader at one moment: what each button does, and what she sees of it."""

    id: str
    token: str
    register: UnitOfWork
    consents: ConsentRecord
    series: Series
    paper: PageRenderer
    now: datetime

    def row(self) -> Subscriber | None:
        return find(self.id, rows=self.register)

    def leaves(self, by: str) -> Response:
        row = leave(self.id, register=self.register, consents=self.consents, by=by, now=self.now)
        return self.asked(row)

    def comes_back(self) -> Response:
        row = undo(self.id, register=self.register, consents=self.consents, now=self.now)
        if row is None or row.status is not SubscriberStatus.CONFIRMED:
            return self.gone(row, {"refused": True})
        return self._own("back", row, {"saved": chosen_words(row, self.series, self.now)})

    def says_why(self, reason: str) -> Response:
        if reason not in list(UnsubscribeReason):
            return self.asked(self.row(), wrong=HTTPStatus.BAD_REQUEST, more={"unsaid": True})
        row = say_why(self.id, UnsubscribeReason(reason), register=self.register, consents=self.consents, now=self.now)
        return self.asked(row, more={"said": True})

    def takes_less(self, action: str) -> Response:
        row = self.row()
        wanted = Wanted(kinds=BOXES["recap"])
        if row and action in PAUSES:
            until = in_months(PAUSES[action], now=self.now, tz=zone_of(row, self.series))
            wanted = Wanted(paused_until=until)
        row = choose(self.id, wanted, register=self.register, now=self.now)
        if row is None or row.status is not SubscriberStatus.CONFIRMED:
            return self.asked(row, wrong=HTTPStatus.CONFLICT)
        return self._own("less", row, {"saved": chosen_words(row, self.series, self.now)})

    def asked(
        self, row: Subscriber | None, *, wrong: HTTPStatus | None = None, more: Mapping[str, object] | None = None
    ) -> Response:
        """The button, for those who get mail or might; the others have left already, or were never there.

        `wrong` where what came did nothing.
        """
        if row is None or row.status not in CAN_LEAVE:
            return self.gone(row, more, status=wrong)
        view = {
            "wrong": bool(wrong),
            "less": row.status is SubscriberStatus.CONFIRMED,
            "recaps": ticked(row.kinds) != ("recap",),
            "paused": pause_words(row, self.series, self.now),
        }
        return self._own("leave", row, view, status=wrong)

    def gone(
        self, row: Subscriber | None, more: Mapping[str, object] | None = None, *, status: HTTPStatus | None = None
    ) -> Response:
        """Why she gets no mail."""
        return gone_page(row, self.token, self.paper, self.now, status=status or HTTPStatus.OK, more=more)

    def _own(
        self, name: str, row: Subscriber, view: Mapping[str, object], *, status: HTTPStatus | None = None
    ) -> Response:
        shown = {"address": masked(row.address), "token": self.token, **view}
        return self.paper.page(name, shown, status=status or HTTPStatus.OK)
