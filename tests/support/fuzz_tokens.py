"""Tokens of all people and purposes, and how they are damaged on their way."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from hypothesis import strategies as st

from convener.pages.routes import ROUTES
from convener.subscribers.mail_requests import Purpose
from convener.subscribers.signing_keys import SigningKeys
from convener.subscribers.tokens import OneTimeLink, Tokens
from tests.support.fuzz_people import NAMES, REQUESTS, id_of, links_of
from tests.support.fuzz_world import TOKENS
from tests.support.people import OPENED

OTHERS = Tokens(
    SigningKeys.parse(json.dumps({"active": "k1", "k1": "another key of at least thirty-two bytes, truly"}))
)
UNKNOWN = Tokens(
    SigningKeys.parse(json.dumps({"active": "k9", "k9": "another key of at least thirty-two bytes, truly"}))
)
ONE_TIME_LINKS: tuple[OneTimeLink, ...] = tuple(link for name in NAMES for link in links_of(name))

PURPOSES: Mapping[str, str] = {route.page: route.token for route in ROUTES if route.token}
"""The purpose of the token in the path of each page."""


@dataclass(frozen=True, kw_only=True)
class Token:
    """The token in a link. `good`: it may open its page; `proves`: the subscriber to whose mailbox it was just sent."""

    text: str
    good: bool
    proves: str = ""


def _made(tokens: Tokens) -> Mapping[str, Sequence[tuple[str, str]]]:
    """Return the tokens of each purpose, each with the subscriber whose mailbox it proves."""
    one_time_links = {
        purpose.value: [
            (tokens.fresh(purpose, link), link.subscriber if link.expires > OPENED else "") for link in ONE_TIME_LINKS
        ]
        for purpose in Purpose
    }
    return {
        "leave": [(tokens.leave(id_of(name)), "") for name in NAMES],
        "confirm": [(tokens.confirm(request), "") for request in REQUESTS],
        "view": [(tokens.view(campaign), "") for campaign in ("2024-04/invite", "2024-05/invite")],
        "join": [(tokens.join(session), "") for session in ("2024-04", "2024-05b")],
        **one_time_links,
    }


TRUE, FORGED, FOREIGN = _made(TOKENS), _made(OTHERS), _made(UNKNOWN)

HARMLESS: Sequence[Callable[[str], str]] = (
    lambda text: f"{text}=3D",
    lambda text: f"=3D{text}",
    lambda text: f"{text[:40]}=\r\n{text[40:]}",
    lambda text: f"{text[:20]} {text[20:]}",
    lambda text: f"{text}.",
    lambda text: f"<{text}>",
    lambda text: quote(text, safe="").replace(".", "%2E"),
    lambda text: f"{text}&zqx=1",
    lambda text: f" {text}\n",
)
"""Changes by mail programs and people. A page may repair them."""

HARMFUL: Sequence[Callable[[str], str]] = (
    lambda text: text[:-1],
    lambda text: text[:12],
    lambda text: text[3:],
    str.upper,
    str.swapcase,
    lambda text: text.replace(".", ""),
    lambda text: text[::-1],
    lambda text: text[:-1] + ("A" if text[-1] != "A" else "B"),
    lambda text: text[:6] + ("A" if text[6] != "A" else "B") + text[7:],
    lambda text: text.rpartition(".")[0],
    lambda text: text.replace("k1.", "k2."),
    lambda text: text.replace("k1.", ".."),
    "=".join,
)
ANYTHING = ["", ".", "..", "a.b.c", "%", "%00", "../../etc", "<zqx-tag>", "{{7*191}}", "{token}", "é" * 50, "z" * 5000]
ANYTHING += [
    "\x00",
    "\ud800",
    "k1.AAAA." + "A" * 43,
    "null",
    "0",
    "k1..",
    "'; DROP TABLE zqx; --",
    "\r\nSet-Cookie: zqx=1",
]


@st.composite
def tokens(draw: st.DrawFn, page: str) -> Token:
    """Draw a token for that page, as it arrives."""
    kind = draw(
        st.sampled_from(["true"] * 9 + ["mended", "mended", "broken", "forged", "foreign", "other", "anything"])
    )
    purpose = PURPOSES.get(page, "leave")
    if kind == "other":
        purpose = draw(st.sampled_from([other for other in TRUE if other != purpose]))
    if kind == "anything":
        return Token(text=draw(st.sampled_from(ANYTHING) | st.text(max_size=90)), good=False)
    text, proves = draw(st.sampled_from({"forged": FORGED, "foreign": FOREIGN}.get(kind, TRUE)[purpose]))
    if kind == "mended":
        return Token(text=draw(st.sampled_from(HARMLESS))(text), good=True, proves=proves)
    if kind == "broken":
        return Token(text=draw(st.sampled_from(HARMFUL))(text), good=False)
    return Token(text=text, good=kind == "true", proves=proves if kind == "true" else "")
