"""A mailing in the browser: the frozen edition itself, without anything of a reader's."""

from __future__ import annotations

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Protocol

from convener.campaigns import Campaign
from convener.editions.merge import fill
from convener.editions.models import Content, Edition, mark
from convener.editions.reader import values_of_nobody
from convener.pages.page_renderer import PageRenderer
from convener.pages.request import Request, read_token
from convener.pages.responses import HTML, Response, policy

_LEAVE = mark("leave_url")
_PARAGRAPH = re.compile(rf"<p\b[^<>]*>(?:(?!</?p\b).)*{_LEAVE}(?:(?!</?p\b).)*</p>", re.DOTALL)
_LINK = re.compile(rf"<a\b[^<>]*{_LEAVE}[^<>]*>.*?</a>", re.DOTALL)
_PICTURES = re.compile(r"<img\b[^>]*\ssrc=\"(https://[^/\"\s;]+)", re.IGNORECASE)


class CampaignStore(Protocol):
    """Where campaigns are written down."""

    def campaign(self, campaign: str) -> Campaign | None:
        """One campaign."""


class Editions(Protocol):
    """Where frozen editions lie."""

    def get(self, digest: str) -> Edition:
        """The edition with that digest."""


def view_page(
    request: Request,
    *,
    read_view: Callable[[str], str],
    campaigns: CampaignStore,
    editions: Editions,
    paper: PageRenderer,
) -> Response:
    """The page of a link to a mailing. Raises NotALink, and what the two raise."""
    campaign = campaigns.campaign(read_token(request.token, read_view))
    if campaign is None:
        return paper.page("gone", {}, status=HTTPStatus.NOT_FOUND)
    html = for_everybody(editions.get(campaign.edition))
    # A mail has its styles inline, since mail programs know no others; its pictures are the organisation's own.
    images = " ".join(sorted(set(_PICTURES.findall(html)))) or "'none'"
    return Response(
        body=html,
        headers={"content-type": HTML, "content-security-policy": policy(style="'unsafe-inline'", images=images)},
    )


def for_everybody(edition: Edition) -> str:
    """The page in an edition. An old one has none: then its mail, without reader and link to leave."""
    if "web" in edition.variants:
        return edition.variants["web"].html
    html = _LINK.sub("", _PARAGRAPH.sub("", edition.variants["full"].html))
    return fill(Content(subject="", text="", html=html), values_of_nobody(edition.occasion)).html
