"""Fresh links: sent to the address itself, for half an hour, each action once. What they open, and when they don't.

They are never followed to another address: a link proves that somebody reads the mailbox it was sent to, and no other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from convener.links import Links
from convener.pages.page_renderer import Paper
from convener.pages.request import Request, read_token
from convener.pages.responses import Answer
from convener.subscribers.mail_requests import Purpose
from convener.subscribers.models import Standing, Subscriber
from convener.subscribers.tokens import Fresh
from convener.subscribers.unit_of_work import Rows, Used


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A link that works, and the row it is for: any but ERASED and MOVED."""

    fresh: Fresh
    row: Subscriber

    def using(self, action: str) -> Used:
        """An action of it, to be used up."""
        return using(self.fresh, action)


def using(fresh: Fresh, action: str) -> Used:
    """An action of a link, to be used up."""
    return Used(nonce=fresh.nonce, action=action, until=fresh.expires)


def read_fresh(request: Request, purpose: Purpose, links: Links) -> Fresh:
    """What the link says. Raises NotALink."""
    return read_token(request.token, lambda token: links.tokens.read_fresh(purpose, token))


def opened(fresh: Fresh, *, rows: Rows, paper: Paper, now: datetime) -> Opened | Answer:
    """What it opens, or a page that says why nothing. Raises what `rows` raises."""
    if now >= fresh.expires:
        return stale("expired", paper)
    row = rows.get(ids=[fresh.subscriber]).get(fresh.subscriber)
    if row is None or row.standing is Standing.ERASED:
        return paper.page("nothing", {})
    if row.standing is Standing.MOVED:
        return stale("moved", paper)
    return Opened(fresh=fresh, row=row)


def stale(why: str, paper: Paper) -> Answer:
    """A link that is no good any more: "expired", "used" or "moved". How to get a new one."""
    return paper.page("stale", {"why": why}, status=HTTPStatus.GONE)
