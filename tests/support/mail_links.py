"""Finding every link in a mail."""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from email import policy
from html.parser import HTMLParser

from icalendar import Calendar

_URL = re.compile(r"https?://[^\s<>\"]+")


class _LinkParser(HTMLParser):
    """Collects the links of an HTML page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - any
        self.found += [value or "" for name, value in attrs if name in ("href", "src", "action")]


def links_of_page(html: str) -> list[str]:
    """Return every href, src and action, decoded."""
    page = _LinkParser()
    page.feed(html)
    return page.found


def links_of_mail(raw: bytes) -> Iterator[tuple[str, str]]:
    """Return each link with its place: header, plain, html or calendar."""
    mail = email.message_from_bytes(raw, policy=policy.default)
    if unsubscribe := mail["List-Unsubscribe"]:
        yield from (("header", link.strip(" <>")) for link in str(unsubscribe).split(","))
    for part in mail.walk():
        match part.get_content_type():
            case "text/html":
                yield from (("html", link) for link in links_of_page(part.get_content()))
            case "text/plain":
                yield from (("plain", link) for link in _URL.findall(part.get_content()))
            case "text/calendar":
                yield from (("calendar", link) for link in _calendar(part.get_content()))


def _calendar(content: str | bytes) -> Iterator[str]:
    for event in Calendar.from_ical(content).walk("VEVENT"):
        for name in ("URL", "LOCATION", "DESCRIPTION"):
            yield from _URL.findall(str(event.get(name, "")))
