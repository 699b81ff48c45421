"""The table of pages, and Site, which finds the page that a request asks for.

To add a page: write a module with its page function, a template in `templates/pages/`, and a row in ROUTES.
`tests/unit/pages/test_routes.py` says what else a row lacks: its route in `template.yaml`, its event files and so on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus

from convener.errors import ConvenerError
from convener.pages.address import address_page
from convener.pages.confirm import confirm_page
from convener.pages.context import PageContext
from convener.pages.erase import erase_page
from convener.pages.form import NotAForm, read_form
from convener.pages.front import front_page
from convener.pages.join import join_page
from convener.pages.leave import leave_page
from convener.pages.my_data import data_page
from convener.pages.preferences import preferences_page
from convener.pages.request import NotALink, Request
from convener.pages.responses import RETRY_SECONDS, Response, plain, public_for
from convener.pages.subscribe import subscribe_page
from convener.pages.view import view_page

READING = ("GET", "HEAD")
FIVE_MINUTES, ONE_DAY = 5 * 60, 24 * 60 * 60

PageFunction = Callable[[Request, PageContext], Response]
"""Answers a request for one page. It may raise NotALink and any other ConvenerError; Site answers these."""


@dataclass(frozen=True, kw_only=True)
class Route:
    """One page.

    Attributes:
        page: The name of the page.
        path: The path of the page, which may end in `/{token}`.
        function: The page function.
        templates: The names of all templates in `templates/pages/` that the function may fill.
        token: The purpose that the token in the path is signed for; empty if the path has no token.
        has_form: Whether the page also takes POST requests.
        public_seconds: How long anybody may keep the page as a GET or HEAD request gets it. 0: nobody may keep it.
        gateway_key: The route key in `template.yaml`. API Gateway passes other requests on by its `$default` route.
    """

    page: str
    path: str
    function: PageFunction
    templates: tuple[str, ...] = ()
    token: str = ""
    has_form: bool = False
    public_seconds: int = 0
    gateway_key: str = "$default"

    @property
    def methods(self) -> tuple[str, ...]:
        """The HTTP methods that the page answers."""
        return (*READING, "POST") if self.has_form else READING


def _robots_page(_request: Request, _context: PageContext) -> Response:
    """Ask search engines to leave out all pages that hold a token."""
    private = (f"Disallow: {route.path.removesuffix('{token}')}\n" for route in ROUTES if route.token)
    return plain("User-agent: *\nAllow: /\n" + "".join(private))


def _no_icon(_request: Request, _context: PageContext) -> Response:
    """Answer that there is no icon, which browsers ask for by themselves."""
    return Response(status=HTTPStatus.NO_CONTENT)


ROUTES: tuple[Route, ...] = (
    Route(
        page="front",
        path="/",
        function=front_page,
        templates=("front",),
        public_seconds=FIVE_MINUTES,  # a changed session shows within this time
        gateway_key="GET /",
    ),
    Route(
        page="leave",
        path="/leave/{token}",
        function=leave_page,
        templates=("leave", "left", "less", "back"),
        token="leave",  # noqa: S106 - a purpose
        has_form=True,
        gateway_key="ANY /leave/{token}",
    ),
    Route(
        page="join",
        path="/join/{token}",
        function=join_page,
        templates=("join", "gone"),
        token="join",  # noqa: S106
        gateway_key="ANY /join/{token}",
    ),
    Route(
        page="view",
        path="/view/{token}",
        function=view_page,
        templates=("gone",),
        token="view",  # noqa: S106
        gateway_key="ANY /view/{token}",
    ),
    Route(
        page="subscribe",
        path="/subscribe",
        function=subscribe_page,
        templates=("subscribe", "asked", "many"),
        has_form=True,
        public_seconds=FIVE_MINUTES,  # the empty form holds nothing personal; a changed form shows within this time
        gateway_key="ANY /subscribe",
    ),
    Route(
        page="confirm",
        path="/confirm/{token}",
        function=confirm_page,
        templates=("confirm", "confirmed", "unconfirmed"),
        token="confirm",  # noqa: S106
        has_form=True,
        gateway_key="ANY /confirm/{token}",
    ),
    Route(
        page="preferences",
        path="/preferences/{token}",
        function=preferences_page,
        templates=("preferences", "sent", "left"),
        token="leave",  # noqa: S106 - one token opens both pages
        has_form=True,
        gateway_key="ANY /preferences/{token}",
    ),
    Route(
        page="data",
        path="/data/{token}",
        function=data_page,
        templates=("data", "held", "nothing", "stale"),
        token="data",  # noqa: S106
        has_form=True,
        gateway_key="ANY /data/{token}",
    ),
    Route(
        page="erase",
        path="/erase/{token}",
        function=erase_page,
        templates=("erase", "erased", "nothing", "stale"),
        token="erase",  # noqa: S106
        has_form=True,
        gateway_key="ANY /erase/{token}",
    ),
    Route(
        page="address",
        path="/address/{token}",
        function=address_page,
        templates=("address", "moving", "nothing", "stale"),
        token="address",  # noqa: S106
        has_form=True,
        gateway_key="ANY /address/{token}",
    ),
    Route(page="robots", path="/robots.txt", function=_robots_page, public_seconds=ONE_DAY),
    Route(page="icon", path="/favicon.ico", function=_no_icon, public_seconds=ONE_DAY),
)

SITE_TEMPLATES = ("method", "link", "later", "nowhere")
"""The templates that Site fills for any page."""

PATHS: Mapping[str, str] = {route.page: route.path for route in ROUTES}
"""The path of each page, as `read_request` needs them."""


class Site:
    """Answers requests for all pages of a table."""

    def __init__(self, context: PageContext, routes: Sequence[Route] = ROUTES) -> None:
        self.context = context
        self._routes = {route.page: route for route in routes}

    def answer(self, request: Request) -> Response:
        """Answer any request. Nothing that a client sends raises an error.

        A page function that raises another ConvenerError than NotALink gets the answer 503: a service is out of reach,
        or a stored record or a key is unusable. `Response.error` then has the reason for the log.
        """
        renderer, route = self.context.renderer, self._routes.get(request.page)
        if route is None:
            return renderer.page("nowhere", {}, status=HTTPStatus.NOT_FOUND)
        if request.method not in route.methods:
            allow = {"allow": ", ".join(route.methods)}
            return renderer.page("method", {}, status=HTTPStatus.METHOD_NOT_ALLOWED, headers=allow)
        try:
            response = route.function(request, self.context)
        except NotALink:
            return renderer.page("link", {}, status=HTTPStatus.NOT_FOUND)
        except ConvenerError as error:
            view, wait = {"again": _fields_to_repeat(request)}, {"retry-after": str(RETRY_SECONDS)}
            page = renderer.page("later", view, status=HTTPStatus.SERVICE_UNAVAILABLE, headers=wait)
            return replace(page, error=f"{type(error).__name__}: {error}")
        if route.public_seconds and request.reads and response.status in (HTTPStatus.OK, HTTPStatus.NO_CONTENT):
            return replace(response, headers={**response.headers, **public_for(route.public_seconds)})
        return response


def _fields_to_repeat(request: Request) -> Sequence[tuple[str, str]] | None:
    """Return the fields that a button must post to repeat a POST request; None for a GET or HEAD request.

    Every form may be posted again without harm.
    """
    if request.method != "POST":
        return None
    try:
        return read_form(request).fields
    except NotAForm:
        return ()
