"""Fresh links: sent to the address itself, for half an hour, each action once. What they open, and when they don't.

They are never followed to another address: a link proves that somebody reads the mailbox it was sent to, and no other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from convener.links import Links
from convener.pages.page_renderer import PageRenderer
from convener.pages.request import Request, read_token
from convener.pages.responses import Response
from convener.subscribers.mail_requests import Purpose
from convener.subscribers.models import Subscriber, SubscriberStatus
from convener.subscribers.tokens import OneTimeLink
from convener.subscribers.unit_of_work import SubscriberRows, UsedLink


@dataclass(frozen=True, kw_only=True)
class OpenedLink:
    """A link that works, and the row it is for: any but ERASED and MOVED."""

    fresh: OneTimeLink
    row: Subscriber

    def using(self, action: str) -> UsedLink:
        """An action of it, to be used up."""
        return using(self.fresh, action)


def using(fresh: OneTimeLink, action: str) -> UsedLink:
    """An action of a link, to be used up."""
    return UsedLink(nonce=fresh.nonce, action=action, until=fresh.expires)


def read_one_time_link(request: Request, purpose: Purpose, links: Links) -> OneTimeLink:
    """What the link says. Raises NotALink."""
    return read_token(request.token, lambda token: links.tokens.read_fresh(purpose, token))


def open_link(fresh: OneTimeLink, *, rows: SubscriberRows, paper: PageRenderer, now: datetime) -> OpenedLink | Response:
    """What it opens, or a page that says why nothing. Raises what `rows` raises."""
    if now >= fresh.expires:
        return stale("expired", paper)
    row = rows.get(ids=[fresh.subscriber]).get(fresh.subscriber)
    if row is None or row.status is SubscriberStatus.ERASED:
        return paper.page("nothing", {})
    if row.status is SubscriberStatus.MOVED:
        return stale("moved", paper)
    return OpenedLink(fresh=fresh, row=row)


def stale(why: str, paper: PageRenderer) -> Response:
    """A link that is no good any more: "expired", "used" or "moved". How to get a new one."""
    return paper.page("stale", {"why": why}, status=HTTPStatus.GONE)
