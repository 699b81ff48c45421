"""What the pages of one-time links share: reading the link, and finding the subscriber that it belongs to.

A one-time link is sent to the subscriber's own address, works for half an hour, and does each of its actions once. It
is never followed to another address, because it proves only that somebody reads the mailbox that it was sent to.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from convener.pages.context import PageContext
from convener.pages.page_renderer import PageRenderer
from convener.pages.request import Request, read_token
from convener.pages.responses import Response
from convener.subscribers.mail_requests import Purpose
from convener.subscribers.models import Subscriber, SubscriberStatus
from convener.subscribers.tokens import OneTimeLink
from convener.subscribers.unit_of_work import UsedLink


@dataclass(frozen=True, kw_only=True)
class OpenedLink:
    """A link that works, and its subscriber, whose status is neither ERASED nor MOVED."""

    link: OneTimeLink
    subscriber: Subscriber

    def used_for(self, action: str) -> UsedLink:
        """Return the record that an action of the link is used up."""
        return used_link(self.link, action)


def used_link(link: OneTimeLink, action: str) -> UsedLink:
    """Return the record that an action of a link is used up."""
    return UsedLink(nonce=link.nonce, action=action, until=link.expires)


def read_one_time_link(request: Request, purpose: Purpose, context: PageContext) -> OneTimeLink:
    """Return the link in a request. Raises NotALink."""
    tokens = context.links().tokens
    return read_token(request.token, lambda token: tokens.read_fresh(purpose, token))


def open_link(link: OneTimeLink, context: PageContext) -> OpenedLink | Response:
    """Return the opened link, or a page that says why the link does not work. Raises what the store raises."""
    renderer = context.renderer
    if context.now >= link.expires:
        return stale_link_page("expired", renderer)
    subscriber = context.unit_of_work.get(ids=[link.subscriber]).get(link.subscriber)
    if subscriber is None or subscriber.status is SubscriberStatus.ERASED:
        return renderer.page("nothing", {})
    if subscriber.status is SubscriberStatus.MOVED:
        return stale_link_page("moved", renderer)
    return OpenedLink(link=link, subscriber=subscriber)


def stale_link_page(reason: str, renderer: PageRenderer) -> Response:
    """Show why a link works no more, and how to get a new one.

    `reason` is "expired", "used", "moved", "left" (the subscriber is not on the list any more) or "asked" (the change
    of address is already requested).
    """
    return renderer.page("stale", {"why": reason}, status=HTTPStatus.GONE)
