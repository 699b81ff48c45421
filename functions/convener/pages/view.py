"""The page that shows a mailing in the browser: the frozen edition, without anything personal."""

from __future__ import annotations

import re
from http import HTTPStatus

from convener.editions.merge_fields import fill, values_without_reader
from convener.editions.models import Content, Edition, mark
from convener.pages.context import PageContext
from convener.pages.request import Request, read_token
from convener.pages.responses import HTML, Response, policy

_LEAVE_MARK = mark("leave_url")
_LEAVE_PARAGRAPH = re.compile(rf"<p\b[^<>]*>(?:(?!</?p\b).)*{_LEAVE_MARK}(?:(?!</?p\b).)*</p>", re.DOTALL)
_LEAVE_LINK = re.compile(rf"<a\b[^<>]*{_LEAVE_MARK}[^<>]*>.*?</a>", re.DOTALL)
_IMAGE_ORIGINS = re.compile(r"<img\b[^>]*\ssrc=\"(https://[^/\"\s;]+)", re.IGNORECASE)


def view_page(request: Request, context: PageContext) -> Response:
    """Show the mailing that the link names. Raises NotALink, and what the stores raise."""
    read_view, editions = context.links().tokens.read_view, context.editions()
    campaign = context.campaigns.campaign(read_token(request.token, read_view))
    if campaign is None:
        return context.renderer.page("gone", {}, status=HTTPStatus.NOT_FOUND)
    html = web_html(editions.get(campaign.edition))
    # The HTML of a mail has its styles inline, because mail programs know no others.
    images = " ".join(sorted(set(_IMAGE_ORIGINS.findall(html)))) or "'none'"
    return Response(
        body=html,
        headers={"content-type": HTML, "content-security-policy": policy(style="'unsafe-inline'", images=images)},
    )


def web_html(edition: Edition) -> str:
    """Return the HTML of an edition for the browser.

    Old editions have no variant for the browser. For these, return the HTML of the mail without the link to
    unsubscribe, and with the values of no reader.
    """
    if "web" in edition.variants:
        return edition.variants["web"].html
    html = _LEAVE_LINK.sub("", _LEAVE_PARAGRAPH.sub("", edition.variants["full"].html))
    return fill(Content(subject="", text="", html=html), values_without_reader(edition.occasion)).html
