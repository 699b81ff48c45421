"""The checks that an edition must pass before its first mail leaves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Self

from icalendar import Calendar

from convener.editions.formatting import and_list
from convener.editions.merge_fields import fill
from convener.editions.models import CLOSE, FIELDS, OPEN, Content, Edition, mark
from convener.mailing_types import MailingType

VARIANTS = ("full", "plain", "text", "web")
MAX_HTML_BYTES = 100_000  # Gmail clips a mail whose HTML is longer than about 102 KB
MAX_SUBJECT_CHARACTERS = 150
# `template.yaml` requires https links of a deployed stack. Links of the local stack lead to 127.0.0.1.
ALLOWED_LINKS = ("https://", "mailto:", "http://127.0.0.1:", mark("leave_url"), mark("preferences_url"))
# Values that are longer than any real value, to measure the size of the longest mail.
LONG_VALUES = {
    "greeting": f"Hello {'n' * 200},",
    "joined_on": " on 30 September 2099. Your address was brought over from "
    f"“{'s' * 80}” by the organisers on 30 September 2099",
    "leave_url": "https://" + "l" * 600,
    "preferences_url": "https://" + "p" * 600,
    "reader_time": "r" * 200,
    "when": "w" * 80,
}


def preflight(edition: Edition, *, kind: MailingType) -> list[str]:
    """Return every problem of an edition in words for an editor; an empty list if the mailing may leave."""
    problems = [f"The {name} variant is missing." for name in VARIANTS if name not in edition.variants]
    found: dict[str, list[str]] = {}
    for name, content in edition.variants.items():
        for problem in (
            _page_problems(content) if name == "web" else _problems(content, html_wanted=not name.startswith("text"))
        ):
            found.setdefault(problem, []).append(name)
    for problem, names in found.items():
        where = "" if len(names) == len(edition.variants) else f", {and_list(names)}"
        problems.append(f"{kind.name}{where}: {problem}")
    return problems


def _problems(content: Content, *, html_wanted: bool) -> Iterator[str]:
    yield from _subject_problems(content.subject)
    for part, words in (("subject", content.subject), ("text", content.text), ("HTML", content.html)):
        yield from _mark_problems(part, words)
    if not content.text.strip():
        yield "there is no text part."
    elif mark("leave_url") not in content.text:
        yield "the text part has no link to leave."
    if html_wanted:
        yield from _html_problems(content)
        if content.html and mark("leave_url") not in _Html.parsed(content.html).links:
            yield "the HTML part has no link to leave."
    if content.calendar:
        yield from _calendar_problems(content.calendar)


def _page_problems(content: Content) -> Iterator[str]:
    """Check the web page. Everybody may open it, so it must not have merge fields."""
    yield from _subject_problems(content.subject)
    if OPEN in content.html + content.subject:
        yield "there is a merge field, but nobody to fill it for."
    yield from _html_problems(content)


def _subject_problems(subject: str) -> Iterator[str]:
    if not subject.strip():
        yield "the subject is empty."
    if "\n" in subject or "\r" in subject:
        yield "the subject has a line break."
    if len(subject) > MAX_SUBJECT_CHARACTERS:
        yield f"the subject has {len(subject)} characters; at most {MAX_SUBJECT_CHARACTERS} fit. Shorten the title."


def _mark_problems(part: str, words: str) -> Iterator[str]:
    known = re.sub(f"{OPEN}({'|'.join(FIELDS)}){CLOSE}", "", words)
    if unknown := re.search(f"{OPEN}([^{CLOSE}]*){CLOSE}", known):
        yield f"the {part} has a merge field that nobody fills: {unknown[1]}."
    elif OPEN in known or CLOSE in known or r"\u{e00" in known:
        yield f"the {part} has a broken merge field."


class _Html(HTMLParser):
    """Collects the links of an HTML document, and counts its pictures without an alternative text."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.pictures_without_alt = 0

    @classmethod
    def parsed(cls, html: str) -> Self:
        """Parse an HTML document."""
        page = cls()
        page.feed(html)
        return page

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "a":
            self.links.append(attributes.get("href") or "")
        self.pictures_without_alt += tag == "img" and attributes.get("alt") is None


def _html_problems(content: Content) -> Iterator[str]:
    if not content.html:
        yield "there is no HTML part."
        return
    size = len(_filled_html(content).encode())
    if size > MAX_HTML_BYTES:
        yield f"the HTML has {size:,} bytes; Gmail clips mails over {MAX_HTML_BYTES:,}. Shorten the summary."
    page = _Html.parsed(content.html)
    for link in page.links:
        if not link.startswith(ALLOWED_LINKS):
            yield f"a link is neither https nor mailto: {link or '(empty)'}"
    if page.pictures_without_alt:
        yield "a picture has no words (alt) for those who don't see it."


def _filled_html(content: Content) -> str:
    known = re.sub(f"{OPEN}(?!(?:{'|'.join(FIELDS)}){CLOSE})", "", content.html)
    return fill(Content(subject="", text="", html=known), LONG_VALUES).html


def _calendar_problems(file: str) -> Iterator[str]:
    try:
        events = Calendar.from_ical(file).walk("VEVENT")
    except ValueError as error:
        yield f"the calendar file is not readable: {error}"
        return
    if len(events) != 1:
        yield f"the calendar file has {len(events)} events; it must have one."
