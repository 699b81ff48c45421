"""Who answers what: from a request to its page, and kind words where there is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from convener.clock import Clock
from convener.errors import BadInput, LostAnswer, Unavailable
from convener.links import Links
from convener.pages.answers import RETRY_SECONDS, Answer, plain
from convener.pages.leave import leave_page
from convener.pages.paper import Paper
from convener.pages.request import Request
from convener.subscribers.leaving import Rows

READING = ("GET", "HEAD")
METHODS = {"leave": (*READING, "POST")}
DAY = 24 * 60 * 60
ROBOTS = "User-agent: *\nAllow: /\nDisallow: /leave/\nDisallow: /join/\nDisallow: /view/\n"


@dataclass(frozen=True, kw_only=True)
class Site:
    """The pages. `links` is asked for only where a page needs it: its keys may be out of reach for a while."""

    links: Callable[[], Links]
    rows: Rows
    paper: Paper
    clock: Clock

    def answer(self, request: Request) -> Answer:
        """The answer to any request at all. Nothing that somebody may send is an error of ours."""
        allowed = METHODS.get(request.page, READING)
        if request.page and request.method not in allowed:
            return self.paper.page(
                "method", {}, status=HTTPStatus.METHOD_NOT_ALLOWED, headers={"allow": ", ".join(allowed)}
            )
        try:
            return self._answer(request)
        except BadInput:
            return self.paper.page("link", {}, status=HTTPStatus.NOT_FOUND)
        except (Unavailable, LostAnswer):
            # The button comes again: leaving twice is leaving once.
            again, wait = request.method == "POST", {"retry-after": str(RETRY_SECONDS)}
            return self.paper.page("later", {"again": again}, status=HTTPStatus.SERVICE_UNAVAILABLE, headers=wait)

    def _answer(self, request: Request) -> Answer:
        match request.page:
            case "leave":
                read = self.links().tokens.read_leave
                return leave_page(request, read_leave=read, rows=self.rows, paper=self.paper, now=self.clock.now())
            case "robots":
                return plain(ROBOTS, seconds=DAY)
            case "icon":
                return Answer(status=HTTPStatus.NO_CONTENT, headers={"cache-control": f"public, max-age={DAY}"})
        return self.paper.page("nowhere", {}, status=HTTPStatus.NOT_FOUND)
