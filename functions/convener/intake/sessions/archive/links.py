"""Web addresses in lines of text. Only https addresses are used."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from convener.sessions.models import HttpsUrl

_MARKDOWN = re.compile(r"\[([^\]]*)\]\(\s*<?([^)\s>]+)>?[^)]*\)")
_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.\-]*://|\bwww\.|\b(?:javascript|data|mailto|file):(?=\S))[^\s<>\"“”|]+", re.IGNORECASE
)
_HTTPS: TypeAdapter[str] = TypeAdapter(HttpsUrl)


@dataclass(frozen=True, slots=True)
class Link:
    """An address as typed, and its first and last offset in the text."""

    typed: str
    start: int
    end: int

    @property
    def url(self) -> str | None:
        """The address, or None where it is not a complete https address."""
        try:
            return _HTTPS.validate_python(self.typed)
        except ValidationError:
            return None


def spell_out(text: str) -> str:
    """Return the text with the words and the address of each Markdown link beside each other."""
    return _MARKDOWN.sub(r"\1 \2", text)


def links(text: str) -> list[Link]:
    """Return all addresses of a text in order, without the punctuation that follows them."""
    return [
        Link(typed := _without_punctuation(match.group()), match.start(), match.start() + len(typed))
        for match in _ADDRESS.finditer(text)
    ]


def is_only_links(text: str) -> bool:
    """Return whether a line holds addresses and no words."""
    return bool(links(text)) and not re.search(r"\w", without_links(text))


def without_links(text: str) -> str:
    """Return the text without its addresses."""
    for link in reversed(links(text)):
        text = f"{text[: link.start]} {text[link.end :]}"
    return text


def _without_punctuation(typed: str) -> str:
    while typed and (typed[-1] in ".,;:!?'\"’”»>]}*_" or (typed[-1] == ")" and typed.count("(") < typed.count(")"))):
        typed = typed[:-1]
    return typed
