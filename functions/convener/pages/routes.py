"""Who answers what: from a request to its page, and kind words where there is none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus

from convener.clock import Clock
from convener.errors import ConvenerError
from convener.links import Links
from convener.pages.address import address_page
from convener.pages.confirm import confirm_page
from convener.pages.erase import erase_page
from convener.pages.form import NotAForm, read_form
from convener.pages.front import front_page
from convener.pages.join import SessionRepository, join_page
from convener.pages.leave import leave_page
from convener.pages.my_data import data_page
from convener.pages.page_renderer import PageRenderer
from convener.pages.preferences import preferences_page
from convener.pages.request import NotALink, Request
from convener.pages.responses import RETRY_SECONDS, Response, plain, public_for
from convener.pages.subscribe import subscribe_page
from convener.pages.view import CampaignStore, Editions, view_page
from convener.sessions.series import Series
from convener.subscribers.mail_requests import MailRequestQueue
from convener.subscribers.unit_of_work import ConsentRecord, RequestStore, UnitOfWork

READING = ("GET", "HEAD")
FORMS = ("leave", "subscribe", "confirm", "preferences", "data", "erase", "address")
METHODS = dict.fromkeys(FORMS, (*READING, "POST"))
DAY = 24 * 60 * 60
PRIVATE = ("leave", "join", "view", "confirm", "preferences", "data", "erase", "address")
ROBOTS = "User-agent: *\nAllow: /\n" + "".join(f"Disallow: /{page}/\n" for page in PRIVATE)


@dataclass(frozen=True, kw_only=True)
class Site:
    """The pages. `links`, `editions` and `letters` are asked for only where a page needs them.

    Keys may be out of reach for a while, and a client of S3 or SQS takes a tenth of a second to make.
    """

    links: Callable[[], Links]
    rows: UnitOfWork
    consents: ConsentRecord
    requests: RequestStore
    letters: Callable[[], MailRequestQueue]
    shelf: SessionRepository
    campaigns: CampaignStore
    editions: Callable[[], Editions]
    series: Series
    paper: PageRenderer
    clock: Clock

    def answer(self, request: Request) -> Response:
        """The answer to any request at all. Nothing that somebody may send is an error of ours."""
        allowed = METHODS.get(request.page, READING)
        if request.page and request.method not in allowed:
            return self.paper.page(
                "method", {}, status=HTTPStatus.METHOD_NOT_ALLOWED, headers={"allow": ", ".join(allowed)}
            )
        try:
            return self._answer(request)
        except NotALink:
            return self.paper.page("link", {}, status=HTTPStatus.NOT_FOUND)
        except ConvenerError as error:  # out of reach, or damaged, or keys nobody can use: an operator's to mend
            view, wait = {"again": _once_more(request)}, {"retry-after": str(RETRY_SECONDS)}
            page = self.paper.page("later", view, status=HTTPStatus.SERVICE_UNAVAILABLE, headers=wait)
            return replace(page, trouble=f"{type(error).__name__}: {error}")

    def _answer(self, request: Request) -> Response:
        pages: dict[str, Callable[[Request], Response]] = {
            "front": self._front,
            "leave": self._leave,
            "join": self._join,
            "view": self._view,
            "subscribe": self._subscribe,
            "confirm": self._confirm,
            "preferences": self._preferences,
            "data": self._data,
            "erase": self._erase,
            "address": self._address,
            "robots": lambda _: plain(ROBOTS, seconds=DAY),
            "icon": lambda _: Response(status=HTTPStatus.NO_CONTENT, headers=public_for(DAY)),
        }
        return pages.get(request.page, self._nowhere)(request)

    def _front(self, _: Request) -> Response:
        return front_page(shelf=self.shelf, series=self.series, paper=self.paper, now=self.clock.now())

    def _leave(self, request: Request) -> Response:
        return leave_page(
            request,
            links=self.links(),
            register=self.rows,
            consents=self.consents,
            series=self.series,
            paper=self.paper,
            now=self.clock.now(),
        )

    def _join(self, request: Request) -> Response:
        return join_page(
            request, links=self.links(), shelf=self.shelf, series=self.series, paper=self.paper, now=self.clock.now()
        )

    def _view(self, request: Request) -> Response:
        read = self.links().tokens.read_view
        editions = self.editions()
        return view_page(request, read_view=read, campaigns=self.campaigns, editions=editions, paper=self.paper)

    def _subscribe(self, request: Request) -> Response:
        return subscribe_page(
            request,
            links=self.links,
            requests=self.requests,
            letters=self.letters,
            series=self.series,
            paper=self.paper,
            now=self.clock.now(),
        )

    def _confirm(self, request: Request) -> Response:
        return confirm_page(
            request,
            links=self.links(),
            register=self.rows,
            requests=self.requests,
            letters=self.letters,
            paper=self.paper,
            now=self.clock.now(),
        )

    def _preferences(self, request: Request) -> Response:
        return preferences_page(
            request,
            links=self.links(),
            register=self.rows,
            letters=self.letters,
            series=self.series,
            paper=self.paper,
            now=self.clock.now(),
        )

    def _data(self, request: Request) -> Response:
        return data_page(
            request,
            links=self.links(),
            register=self.rows,
            consents=self.consents,
            requests=self.requests,
            series=self.series,
            paper=self.paper,
            now=self.clock.now(),
        )

    def _erase(self, request: Request) -> Response:
        return erase_page(
            request,
            links=self.links(),
            register=self.rows,
            consents=self.consents,
            requests=self.requests,
            paper=self.paper,
            now=self.clock.now(),
        )

    def _address(self, request: Request) -> Response:
        return address_page(
            request,
            links=self.links(),
            register=self.rows,
            requests=self.requests,
            letters=self.letters,
            paper=self.paper,
            now=self.clock.now(),
        )

    def _nowhere(self, _: Request) -> Response:
        return self.paper.page("nowhere", {}, status=HTTPStatus.NOT_FOUND)


def _once_more(request: Request) -> Sequence[tuple[str, str]] | None:
    """What a form has to post to ask for the same again; None where nothing was asked for. Every form stands that."""
    if request.method != "POST":
        return None
    try:
        return read_form(request).fields
    except NotAForm:
        return ()
