"""The pages on fakes: `Visit` answers requests and keeps everything that they wrote."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from convener.campaigns import Campaign
from convener.links import Links
from convener.pages.context import PageContext
from convener.pages.page_renderer import PageRenderer
from convener.pages.request import Request
from convener.pages.responses import Response
from convener.pages.routes import ROUTES, SITE_TEMPLATES, Site
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
TEMPLATES_OF = {route.page: {*route.templates, *SITE_TEMPLATES} for route in ROUTES}


class RecordingRenderer(PageRenderer):
    """Fills templates, and records the name of each template that it filled."""

    def __init__(self, of_series: Series) -> None:
        super().__init__([TEMPLATES], of_series, base_url=BASE)
        self.filled: list[str] = []

    def page(self, name: str, *args: Any, **keywords: Any) -> Response:
        self.filled.append(name)
        return super().page(name, *args, **keywords)


@cache
def _renderer() -> RecordingRenderer:
    """The renderer of the project's own series. It is shared, because compiling templates takes time."""
    return RecordingRenderer(series())


class Visit:
    """The pages, and the fakes behind them. `context` is what the next request works with."""

    def __init__(
        self,
        *,
        sessions: Sequence[Session] = (),
        people: Sequence[Subscriber] = (READER,),
        now: datetime = OPENED,
        of_series: Series | None = None,
        links: Callable[[], Links] = lambda: Links(base_url=BASE, tokens=TOKENS),
    ) -> None:
        self.rows, self.sessions, self.clock = FakeUnitOfWork(people), FakeSessions(sessions), VirtualClock(now)
        self.mail_requests, self.requests, self.consents = (
            FakeMailRequestQueue(),
            self.rows.requests,
            self.rows.consents,
        )
        self.ledger, self.editions, self.series = FakeLedger(), FakeEditions(), of_series or series()
        self.renderer = RecordingRenderer(of_series) if of_series else _renderer()
        self.context = PageContext(
            links=links,
            unit_of_work=self.rows,
            consents=self.consents,
            requests=self.requests,
            mail_requests=lambda: self.mail_requests,
            sessions=self.sessions,
            campaigns=self.ledger,
            editions=lambda: self.editions,
            series=self.series,
            renderer=self.renderer,
            now=now,
        )

    def change(self, **collaborators: Any) -> None:
        """Put others in place of these collaborators."""
        self.context = replace(self.context, **collaborators)

    @property
    def site(self) -> Site:
        """The pages for one request, at the present time of the clock."""
        return Site(replace(self.context, now=self.clock.now()))

    def ask(self, page: str, token: str = "", method: str = "GET", **more: Any) -> Response:
        """Return the response with every header. Fails if the page filled a template that its route does not name."""
        self.renderer.filled.clear()
        response = self.site.answer(Request(page=page, token=token, method=method, **{"headers": {}, **more}))
        unnamed = set(self.renderer.filled) - TEMPLATES_OF.get(page, {"nowhere"})
        assert not unnamed, f"the route of {page} does not name the templates {unnamed}"
        return Response(status=response.status, body=response.body, headers=response.as_event()["headers"])

    def leave(self, token: str, body: str = ONE_CLICK, *, is_base64: bool = False, **headers: str) -> Response:
        """Return the response to a POST to the page to unsubscribe by."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask("leave", token, "POST", headers={**FORM, **named}, body=body, is_base64=is_base64)

    def open(self, campaign: Campaign) -> None:
        """Store a campaign."""
        self.ledger.open(campaign)


def words(answer: Response) -> str:
    """Return the words of a page that a reader sees, as one line."""
    body = re.sub(r"<(style|title)[^>]*>.*?</\1>|<!--.*?-->", "", answer.body, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body)).split())
