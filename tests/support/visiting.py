"""The pages on fakes: a reader, her links, and a door to knock at."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from convener.campaigns import Campaign
from convener.links import Links
from convener.pages.page_renderer import PageRenderer
from convener.pages.request import Request
from convener.pages.responses import Response
from convener.pages.routes import Site
from convener.sessions.models import Session
from convener.sessions.series import Series
from convener.subscribers.models import Subscriber
from local.virtual_clock import VirtualClock
from tests.support.event_links import TOKENS
from tests.support.fake_unit_of_work import FakeMailRequestQueue, FakeUnitOfWork
from tests.support.fakes import FakeEditions, FakeLedger, FakeSessions
from tests.support.people import OPENED, TEMPLATES, series, subscriber

BASE = "https://c.example"
READER = subscriber(1)
FORM = {"content-type": "application/x-www-form-urlencoded"}
ONE_CLICK = "List-Unsubscribe=One-Click"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW", "")


@cache
def _paper() -> PageRenderer:
    """That of the project's own series: a test makes hundreds of visits, and compiling templates is what takes time."""
    return PageRenderer(TEMPLATES, series(), base_url=BASE)


class Visit:
    """The pages with what lies behind them. `ask` gives the answer to one request."""

    def __init__(
        self,
        *,
        sessions: Sequence[Session] = (),
        people: Sequence[Subscriber] = (READER,),
        now: datetime = OPENED,
        its: Series | None = None,
        links: Callable[[], Links] = lambda: Links(base_url=BASE, tokens=TOKENS),
    ) -> None:
        self.rows, self.shelf, self.clock = FakeUnitOfWork(people), FakeSessions(sessions), VirtualClock(now)
        self.letters, self.requests, self.consents = FakeMailRequestQueue(), self.rows.requests, self.rows.consents
        self.ledger, self.editions, self.series = FakeLedger(), FakeEditions(), its or series()
        self.site = Site(
            links=links,
            rows=self.rows,
            consents=self.consents,
            requests=self.requests,
            letters=lambda: self.letters,
            shelf=self.shelf,
            campaigns=self.ledger,
            editions=lambda: self.editions,
            series=self.series,
            paper=PageRenderer(TEMPLATES, its, base_url=BASE) if its else _paper(),
            clock=self.clock,
        )

    def ask(self, page: str, token: str = "", method: str = "GET", **more: Any) -> Response:
        """The answer, with every header that leaves."""
        answer = self.site.answer(Request(page=page, token=token, method=method, **{"headers": {}, **more}))
        return Response(status=answer.status, body=answer.body, headers=answer.as_event()["headers"])

    def leave(self, token: str, body: str = ONE_CLICK, *, is_base64: bool = False, **headers: str) -> Response:
        """The answer to a POST."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask("leave", token, "POST", headers={**FORM, **named}, body=body, is_base64=is_base64)

    def open(self, campaign: Campaign) -> None:
        """Let there be a campaign."""
        self.ledger.open(campaign)


def words(answer: Response) -> str:
    """What a reader sees, as one line."""
    body = re.sub(r"<(style|title)[^>]*>.*?</\1>|<!--.*?-->", "", answer.body, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body)).split())
