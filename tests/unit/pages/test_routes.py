"""The table of pages: a row is enough to serve a page, and a row without its template, route or events is found."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import pytest

from convener.errors import Unavailable
from convener.pages.context import PageContext
from convener.pages.page_renderer import PageRenderer
from convener.pages.request import Request, read_request
from convener.pages.responses import Response
from convener.pages.routes import PATHS, ROUTES, SITE_TEMPLATES, Route, Site
from tests.support.event_links import ADDRESS, CONFIRM, DATA, ERASE, JOIN, LEAVE, VIEW
from tests.support.fuzz_tokens import TRUE
from tests.support.fuzz_values import RIGHT
from tests.support.page_requests import EVENTS
from tests.support.page_states import STATES
from tests.support.people import TEMPLATES, series
from tests.support.sam_template import SAM
from tests.support.visiting import BASE, Visit, words

PARTS = {"layout", "parts", "fields", "mine"}
"""Templates that only other templates use."""

TOKENS = {"leave": LEAVE, "join": JOIN, "view": VIEW, "confirm": CONFIRM, "data": DATA, "erase": ERASE}
TOKENS |= {"address": ADDRESS}


@dataclass(frozen=True, kw_only=True)
class Project:
    """What the project has beside the table: templates, gateway routes and the pages of event files by method."""

    templates: frozenset[str]
    gateway_keys: frozenset[str]
    events: frozenset[tuple[str, str]]
    states: frozenset[str]


def _project() -> Project:
    events = [json.loads(path.read_text("utf-8")) for path in EVENTS.glob("public-*.json")]
    requests = [read_request(event, PATHS) for event in events]
    state_paths = [read_request({"rawPath": state.path}, PATHS).page for state in STATES]
    return Project(
        templates=frozenset(path.stem for path in (TEMPLATES / "pages").glob("*.html")),
        gateway_keys=frozenset(route["RouteKey"] for route in SAM.of_type("AWS::ApiGatewayV2::Route").values()),
        events=frozenset((request.page, request.method) for request in requests),
        states=frozenset(state_paths),
    )


PROJECT = _project()


def missing(route: Route, project: Project) -> Iterator[str]:
    """Return what a page lacks, in words for somebody who adds one."""
    for template in sorted({*route.templates} - project.templates):
        yield f"the template templates/pages/{template}.html"
    if route.gateway_key not in project.gateway_keys:
        yield f"the route {route.gateway_key} in template.yaml"
    for method in ("GET", *(["POST"] if route.has_form else [])):
        if (route.page, method) not in project.events:
            yield f"a file events/public-{route.page}*.json with a {method} request"
    if route.templates and route.page not in project.states:
        yield "a state in tests/support/page_states.py"
    if route.has_form and route.page not in RIGHT:
        yield "a form in RIGHT of tests/support/fuzz_values.py"
    if route.token and route.token not in TRUE:
        yield "tokens in tests/support/fuzz_tokens.py"


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.page)
def test_every_page_is_complete(route: Route) -> None:
    """Each row has its templates, its gateway route, its event files, a page state, and what the fuzzer draws from."""
    assert list(missing(route, PROJECT)) == []


def test_every_template_belongs_to_a_page() -> None:
    """No template is left over when a page goes."""
    named = {template for route in ROUTES for template in route.templates}
    assert PROJECT.templates == {*named, *SITE_TEMPLATES, *PARTS}


def test_names_and_paths_are_unique() -> None:
    """No two rows share a name or a path, and a token is the end of its path."""
    assert len({route.page for route in ROUTES}) == len({route.path for route in ROUTES}) == len(ROUTES)
    assert all(route.path.endswith("/{token}") == bool(route.token) for route in ROUTES)
    assert all(route.gateway_key in ("$default", f"ANY {route.path}", f"GET {route.path}") for route in ROUTES)


@pytest.mark.parametrize("route", [route for route in ROUTES if route.token], ids=lambda route: route.page)
def test_a_page_opens_by_the_tokens_of_its_purpose_alone(route: Route) -> None:
    """A token of any other purpose gets the page that says the link is not complete."""
    visit = Visit()
    opens = {
        purpose
        for purpose, token in TOKENS.items()
        if "This link is not complete" not in words(visit.ask(route.page, token))
    }
    assert opens == {route.token}


def _guestbook(request: Request, context: PageContext) -> Response:
    """A page that nobody has written yet."""
    if request.token == "unavailable":
        raise Unavailable("the guestbook is out of reach")
    return context.renderer.page("guestbook", {"visitor": request.token, "time": context.now.year})


GUESTBOOK = Route(
    page="guestbook",
    path="/guestbook/{token}",
    function=_guestbook,
    templates=("guestbook",),
    token="guestbook",
    has_form=True,
    public_seconds=60,
    gateway_key="ANY /guestbook/{token}",
)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """The pages, and beside them one more: a row, a function and a template."""
    shutil.copytree(TEMPLATES / "pages", tmp_path / "pages")
    text = '{% extends "pages/layout.html" %}{% block words %}<p>{{ visitor }} was here in {{ time }}</p>{% endblock %}'
    (tmp_path / "pages" / "guestbook.html").write_text(text, "utf-8")
    visit = Visit()
    visit.change(renderer=PageRenderer([tmp_path], series(), base_url=BASE))
    return Site(visit.context, (*ROUTES, GUESTBOOK))


def _ask(site: Site, path: str, method: str = "GET") -> Response:
    event = {"routeKey": "$default", "rawPath": path, "requestContext": {"http": {"method": method}}}
    return site.answer(read_request(event, {**PATHS, "guestbook": GUESTBOOK.path}))


def test_a_new_page_needs_a_row_a_function_and_a_template(site: Site) -> None:
    """It is found by its path, answers its methods, is kept as long as its row says, and fails as other pages do."""
    response = _ask(site, "/guestbook/Anna")
    assert (response.status, "Anna was here in 2024" in response.body) == (HTTPStatus.OK, True)
    assert response.headers["cache-control"] == "public, max-age=60"
    posted = _ask(site, "/guestbook/Anna", "POST")
    assert (posted.status, "cache-control" in posted.headers) == (HTTPStatus.OK, False)
    refused = _ask(site, "/guestbook/Anna", "PUT")
    assert (refused.status, refused.headers["allow"]) == (HTTPStatus.METHOD_NOT_ALLOWED, "GET, HEAD, POST")
    failed = _ask(site, "/guestbook/unavailable")
    assert (failed.status, failed.error) == (503, "Unavailable: the guestbook is out of reach")
    assert "cache-control" not in failed.headers
    assert _ask(site, "/robots.txt").status == HTTPStatus.OK


def test_what_a_new_page_lacks_is_said() -> None:
    """A row alone fails, with a list of all that is missing."""
    assert list(missing(GUESTBOOK, PROJECT)) == [
        "the template templates/pages/guestbook.html",
        "the route ANY /guestbook/{token} in template.yaml",
        "a file events/public-guestbook*.json with a GET request",
        "a file events/public-guestbook*.json with a POST request",
        "a state in tests/support/page_states.py",
        "a form in RIGHT of tests/support/fuzz_values.py",
        "tokens in tests/support/fuzz_tokens.py",
    ]
