"""What holds for every response, and what a request may change, whatever was sent."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote_plus

from convener.pages.request import read_request
from convener.pages.responses import ALWAYS
from convener.pages.routes import PATHS, ROUTES
from convener.subscribers.consent import ConsentEvent
from convener.subscribers.models import SubscriberStatus
from tests.support.fuzz_events import SentRequest
from tests.support.fuzz_people import NAMES, address_of, id_of, people
from tests.support.fuzz_world import SESSION, State
from tests.support.people import TEMPLATES

ADDRESSES = {address_of(name).lower(): id_of(name) for name in NAMES}
FIRST_NAMES = {row.first_name: row.id for row in people().values() if row.first_name}
CHANGES = {
    "subscribe": {"visits", "mail_requests"},
    "leave": {"rows", "consents"},
    "preferences": {"rows", "consents", "mail_requests"},
    "confirm": {"rows", "consents", "requests", "mail_requests"},
    "data": {"used"},
    "erase": {"rows", "consents", "used", "mail_requests"},
    "address": {"used", "mail_requests"},
}
"""What the POST of a page may change. Other pages change nothing."""

STATUS_CHANGES: dict[str, set[tuple[SubscriberStatus | None, SubscriberStatus]]] = {
    "leave": {
        (SubscriberStatus.CONFIRMED, SubscriberStatus.LEFT),
        (SubscriberStatus.BOUNCED, SubscriberStatus.LEFT),
        (SubscriberStatus.LEFT, SubscriberStatus.CONFIRMED),
    },
    "erase": {(status, SubscriberStatus.ERASED) for status in SubscriberStatus},
    "confirm": {
        *(
            (status, SubscriberStatus.CONFIRMED)
            for status in (None, SubscriberStatus.LEFT, SubscriberStatus.ERASED, SubscriberStatus.MOVED)
        ),
        (SubscriberStatus.CONFIRMED, SubscriberStatus.MOVED),
    },
}
"""How a page may change the status of a row. Nothing else subscribes or moves anybody."""

_SOURCES = "\n".join(path.read_text("utf-8") for path in (TEMPLATES / "pages").glob("*.html"))
TAGS = {*re.findall(r"<([a-z][a-z0-9]*)", _SOURCES)}
ATTRIBUTES = {*re.findall(r"[\s\"}]([a-z][a-z-]*)=\"", _SOURCES), "novalidate", "required", "checked", "selected"}
ATTRIBUTES |= {"hidden", "autofocus", "aria-hidden"}
_ZONES = re.compile(r"<optgroup.*</optgroup>|<style>.*?</style>", re.DOTALL)
"""Long parts that are the same on every page. They are checked only if they contain a typed value."""

PUBLIC = {route.page for route in ROUTES if route.public_seconds}
"""Pages without personal data, which anybody may keep for a while."""


class PageChecker(HTMLParser):
    """Fails at an element, an attribute or a script that no template has."""

    def __init__(self) -> None:
        super().__init__()
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Check that the templates have the element, and that typed values are only in input fields."""
        assert tag in TAGS, tag
        self.inside = tag
        for name, value in attrs:
            assert name in ATTRIBUTES, name
            typed = (tag, name) == ("input", "value") or (tag, name) == ("input", "name")
            assert typed or "zqx" not in (value or "").lower(), (tag, name)

    def handle_endtag(self, _tag: str) -> None:
        """The next data are outside of an element."""
        self.inside = ""

    def handle_data(self, data: str) -> None:
        """Check that no typed value is in style or script."""
        assert self.inside not in ("style", "script") or "zqx" not in data.lower()

    def handle_comment(self, data: str) -> None:
        """Fail, because no comment of a template reaches a reader."""
        raise AssertionError(data)


def check_answer(sent: SentRequest, answer: Mapping[str, Any], *, failing: bool = False) -> None:
    """Check status, headers and words of a response."""
    request = read_request(sent.event, PATHS)
    status, headers, body = answer["statusCode"], answer["headers"], answer["body"]
    json.dumps(answer).encode()
    body.encode()
    assert status < 500 or (failing and status == 503), status
    assert {name: headers.get(name) for name in ALWAYS} == ALWAYS
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "'unsafe-inline'" not in headers["content-security-policy"] or request.page == "view"
    assert not {"set-cookie", "cookies"} & {*headers, *answer}
    assert all(re.fullmatch(r"[\x20-\x7e]*", f"{name}: {value}") for name, value in headers.items())
    public = request.page in PUBLIC and status in (200, 204) and request.reads
    assert headers["cache-control"].startswith("public, max-age=") if public else headers["cache-control"] == "no-store"
    assert headers.get("location", SESSION.join_url) == SESSION.join_url
    assert body or request.method == "HEAD" or status in (204, 303)
    assert not body or request.method != "HEAD"
    _check_words(sent, answer, request.page)


def _check_words(sent: SentRequest, answer: Mapping[str, Any], page: str) -> None:
    body = answer["body"]
    html = answer["headers"].get("content-type", "").startswith("text/html")
    if html and page != "view" and ("zqx" in body.lower() or sent.event.get("body")):
        PageChecker().feed(_ZONES.sub(lambda found: found[0] if "zqx" in found[0].lower() else "", body))
    assert "1337" not in body, "what was typed was carried out as a template"
    proven = sent.token.proves if page == "data" and sent.method == "POST" else ""
    small, typed = body.lower(), posted_text(sent)
    for address, owner in ADDRESSES.items():
        assert address not in small or owner == proven or address in typed, "an address of somebody else's"
        assert owner not in small or proven, "an id"
    if not proven:
        shown = {owner for name, owner in FIRST_NAMES.items() if name in body}
        assert not shown or (page in ("preferences", "leave") and len(shown) == 1 and sent.token.good)


def posted_text(sent: SentRequest) -> str:
    """Return the body of a request as text in lower case."""
    body = str(sent.event.get("body") or "")
    with suppress(ValueError):
        body += base64.b64decode(body).decode("utf-8", "replace") if sent.event.get("isBase64Encoded") else ""
    return unquote_plus(body).lower()


def check_log(sent: SentRequest, log: str) -> None:
    """Check that a line was logged which contains neither link nor person nor any typed value."""
    assert '"answered"' in log
    small = log.lower()
    assert not any(address in small for address in ADDRESSES)
    assert "zqx" not in small
    assert "qqq" not in small
    assert len(sent.token.text) < 12 or sent.token.text[:12].lower() not in small or "{" in sent.token.text


def changed(before: State, after: State) -> set[str]:
    """Return the names of the parts that differ."""
    return {name for name in State._fields if getattr(before, name) != getattr(after, name)}


def check_changes(sent: SentRequest, answer: Mapping[str, Any], before: State, after: State) -> None:
    """Check that reading, refused requests and bad links change nothing, and a button only what is its own."""
    request, what, status = read_request(sent.event, PATHS), changed(before, after), answer["statusCode"]
    if not what:
        assert (request.page, request.method, status) != ("subscribe", "POST", 200) or _trapped(sent)
        return
    assert request.method == "POST"
    assert what <= CHANGES.get(request.page, set()), what
    assert sent.token.good or request.page == "subscribe"
    assert status in (200, 429) if request.page == "subscribe" else status == 200
    queued = len(after.mail_requests) - len(before.mail_requests)
    assert queued in (0, 1)
    if request.page == "subscribe":
        assert sum(after.visits.values()) == sum(before.visits.values()) + 1
        assert queued == (status == 200)
    if request.page == "preferences":
        assert not (queued and {"rows", "consents"} & what)
    if request.page == "address":
        assert what == CHANGES["address"]
    check_rows(request.page, before, after)


def check_rows(page: str, before: State, after: State) -> None:
    """Check that statuses change only as the page may change them.

    The consent record only grows, except by erasing.
    """
    for subscriber in after.rows.keys() | before.rows.keys():
        old, new = before.rows.get(subscriber), after.rows.get(subscriber)
        assert new is not None
        if old != new:
            assert new.version > (old.version if old else 0)
            turn = (old.status if old else None, new.status)
            assert turn[0] == turn[1] or turn in STATUS_CHANGES.get(page, set()), turn
            assert not (
                new.status in (SubscriberStatus.ERASED, SubscriberStatus.MOVED)
                and (new.address or new.first_name or new.zone)
            )
    for key in before.consents.keys() - after.consents.keys():
        assert page == "erase"
        assert after.rows[key[0]].status is SubscriberStatus.ERASED
    if page == "erase":
        gained = [entry.what for key, entry in after.consents.items() if key not in before.consents]
        assert set(gained) <= {ConsentEvent.ERASED}
    assert all(after.consents[key] == entry for key, entry in before.consents.items() if key in after.consents)


def _trapped(sent: SentRequest) -> bool:
    return any(name == "website" and value.strip() for name, value in sent.pairs) or not sent.pairs
