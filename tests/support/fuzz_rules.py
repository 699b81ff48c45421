"""What holds for every answer, and for what a request may have changed: whatever was asked, and whoever asked."""

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
from tests.support.fuzz_cast import NAMES, address_of, id_of, people
from tests.support.fuzz_events import Asked
from tests.support.fuzz_world import SESSION, State
from tests.support.people import TEMPLATES

ADDRESSES = {address_of(name).lower(): id_of(name) for name in NAMES}
FIRST_NAMES = {row.first_name: row.id for row in people().values() if row.first_name}
CHANGES = {
    "subscribe": {"visits", "letters"},
    "leave": {"rows", "consents"},
    "preferences": {"rows", "consents", "letters"},
    "confirm": {"rows", "consents", "requests", "letters"},
    "data": {"used"},
    "erase": {"rows", "consents", "used"},
    "address": {"used", "letters"},
}
"""What the POST of a page may change; the others nothing."""

TURNS: dict[str, set[tuple[SubscriberStatus | None, SubscriberStatus]]] = {
    "leave": {
        (SubscriberStatus.CONFIRMED, SubscriberStatus.LEFT),
        (SubscriberStatus.BOUNCED, SubscriberStatus.LEFT),
        (SubscriberStatus.LEFT, SubscriberStatus.CONFIRMED),
    },
    "erase": {(one, SubscriberStatus.ERASED) for one in SubscriberStatus},
    "confirm": {
        *(
            (one, SubscriberStatus.CONFIRMED)
            for one in (None, SubscriberStatus.LEFT, SubscriberStatus.ERASED, SubscriberStatus.MOVED)
        ),
        (SubscriberStatus.CONFIRMED, SubscriberStatus.MOVED),
    },
}
"""How a page may turn a row's standing. Nothing else revives or moves anybody."""

_SOURCES = "\n".join(path.read_text("utf-8") for path in (TEMPLATES / "pages").glob("*.html"))
TAGS = {*re.findall(r"<([a-z][a-z0-9]*)", _SOURCES)}
ATTRIBUTES = {*re.findall(r"[\s\"}]([a-z][a-z-]*)=\"", _SOURCES), "novalidate", "required", "checked", "selected"}
ATTRIBUTES |= {"hidden", "autofocus", "aria-hidden"}
_ZONES = re.compile(r"<optgroup.*</optgroup>|<style>.*?</style>", re.DOTALL)
"""What is long, and the same on every page: not read again and again, unless something typed is in it."""

PUBLIC = {route.page for route in ROUTES if route.public_seconds}
"""Pages that anybody may keep a while, where they have nothing of anybody's."""


class Page(HTMLParser):
    """Fails at an element, an attribute or a script that no template of ours has."""

    def __init__(self) -> None:
        super().__init__()
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """None but ours, and nothing typed in them but what a field shows."""
        assert tag in TAGS, tag
        self.inside = tag
        for name, value in attrs:
            assert name in ATTRIBUTES, name
            typed = (tag, name) == ("input", "value") or (tag, name) == ("input", "name")
            assert typed or "zqx" not in (value or "").lower(), (tag, name)

    def handle_endtag(self, _tag: str) -> None:
        """Text again."""
        self.inside = ""

    def handle_data(self, data: str) -> None:
        """Nothing typed in style or script."""
        assert self.inside not in ("style", "script") or "zqx" not in data.lower()

    def handle_comment(self, data: str) -> None:
        """None of ours reach a reader."""
        raise AssertionError(data)


def check_answer(asked: Asked, answer: Mapping[str, Any], *, failing: bool = False) -> None:
    """Status, headers and words, by themselves."""
    request = read_request(asked.event, PATHS)
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
    _check_words(asked, answer, request.page)


def _check_words(asked: Asked, answer: Mapping[str, Any], page: str) -> None:
    body = answer["body"]
    html = answer["headers"].get("content-type", "").startswith("text/html")
    if html and page != "view" and ("zqx" in body.lower() or asked.event.get("body")):
        Page().feed(_ZONES.sub(lambda found: found[0] if "zqx" in found[0].lower() else "", body))
    assert "1337" not in body, "what was typed was carried out as a template"
    proven = asked.token.proves if page == "data" and asked.method == "POST" else ""
    small, typed = body.lower(), typed_in(asked)
    for address, owner in ADDRESSES.items():
        assert address not in small or owner == proven or address in typed, "an address of somebody else's"
        assert owner not in small or proven, "an id"
    if not proven:
        shown = {owner for name, owner in FIRST_NAMES.items() if name in body}
        assert not shown or (page in ("preferences", "leave") and len(shown) == 1 and asked.token.good)


def typed_in(asked: Asked) -> str:
    """All that came in the request's body, in small letters."""
    body = str(asked.event.get("body") or "")
    with suppress(ValueError):
        body += base64.b64decode(body).decode("utf-8", "replace") if asked.event.get("isBase64Encoded") else ""
    return unquote_plus(body).lower()


def check_log(asked: Asked, log: str) -> None:
    """A line was written, and it names neither link nor person, nor anything that was typed."""
    assert '"answered"' in log
    small = log.lower()
    assert not any(address in small for address in ADDRESSES)
    assert "zqx" not in small
    assert "qqq" not in small
    assert len(asked.token.text) < 12 or asked.token.text[:12].lower() not in small or "{" in asked.token.text


def changed(before: State, after: State) -> set[str]:
    """The names of what differs."""
    return {name for name in State._fields if getattr(before, name) != getattr(after, name)}


def check_changes(asked: Asked, answer: Mapping[str, Any], before: State, after: State) -> None:
    """Looking changes nothing, a refusal nothing, a bad link nothing; a button what is its own."""
    request, what, status = read_request(asked.event, PATHS), changed(before, after), answer["statusCode"]
    if not what:
        assert (request.page, request.method, status) != ("subscribe", "POST", 200) or _trapped(asked)
        return
    assert request.method == "POST"
    assert what <= CHANGES.get(request.page, set()), what
    assert asked.token.good or request.page == "subscribe"
    assert status in (200, 429) if request.page == "subscribe" else status == 200
    queued = len(after.letters) - len(before.letters)
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
    """Rows turn as that page may turn them; the record only grows, but by erasing."""
    for one in after.rows.keys() | before.rows.keys():
        old, new = before.rows.get(one), after.rows.get(one)
        assert new is not None
        if old != new:
            assert new.version > (old.version if old else 0)
            turn = (old.status if old else None, new.status)
            assert turn[0] == turn[1] or turn in TURNS.get(page, set()), turn
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


def _trapped(asked: Asked) -> bool:
    return any(name == "website" and value.strip() for name, value in asked.pairs) or not asked.pairs
