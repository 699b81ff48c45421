"""Text and web addresses that editors type: cleaning, and the checks for length, HTML, links and placeholders."""

from __future__ import annotations

import re
from html.entities import html5
from urllib.parse import urlsplit

from pydantic import TypeAdapter
from pydantic import ValidationError as PydanticValidationError

from convener.intake.files.decoding import plain_text, shortened
from convener.intake.sessions.validation import ValidationError
from convener.sessions.models import HttpsUrl

MAX_ADDRESS_CHARACTERS = 2000
"""Older browsers and some mail programs cut longer addresses."""
_TAG = re.compile(r"</?[a-z][a-z0-9-]*(?:\s[^<>]*)?/?>|<!--|<!doctype", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.IGNORECASE)
# The lookahead keeps the pattern fast: it reads what follows once, and does not try it in every length.
_MARKDOWN_LINK = re.compile(r"(?:\]\(\s{0,9}<?|^ {0,3}\[[^\]\n]{1,99}\]:\s{0,9}<?)(?=([^\s<>]{1,60}))", re.MULTILINE)
_PLAIN_HTTP = re.compile(r"\b(?:http|ftp)://[^\s<>()\"]*", re.IGNORECASE)
_PLACEHOLDERS = frozenset(
    ("tbc", "tba", "tbd", "n/a", "-", "--", "–", "—", "?", "??", "???", "...", "…",
     "to be confirmed", "to be announced", "to be decided", "to follow")
)  # fmt: skip
_HTTPS: TypeAdapter[str] = TypeAdapter(HttpsUrl)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(?!\d)", re.IGNORECASE)
_GIVE_WHOLE_ADDRESS = "Give the whole address as your browser shows it, beginning with https://."


def refuse_placeholder(text: str) -> None:
    """Raise ValidationError for a word that people write where they know nothing yet, such as TBC."""
    if text.strip(" .()[]").lower() in _PLACEHOLDERS or text.strip().lower() in _PLACEHOLDERS:
        raise ValidationError(
            f"“{shortened(text)}” would stand in the mails as it is.",
            "Leave the place empty until it is known; or write remove, to take away what is there.",
        )


def one_line(text: str, *, max_characters: int) -> str:
    """Return a line of plain text. Raises ValidationError for HTML, a placeholder, or a text that is too long."""
    line = _checked_length(" ".join(plain_text(text).split()), max_characters)
    refuse_placeholder(line)
    _refuse_html(line, "Write plain text.")
    return line


def paragraphs(text: str, *, max_characters: int) -> str:
    """Return Markdown text.

    Raises ValidationError for HTML, for links that mails do not carry, for a placeholder, or for a text that is too
    long.
    """
    markdown = _checked_length(plain_text(text).strip(), max_characters)
    refuse_placeholder(markdown)
    _refuse_html(markdown, "Write Markdown instead: *emphasis*, **strong**, [words](https://…).")
    _refuse_links(markdown)
    return markdown


def _checked_length(text: str, max_characters: int) -> str:
    if len(text) > max_characters:
        raise ValidationError(
            f"The text has {len(text):,} characters; {max_characters:,} is the most.", "Please shorten it."
        )
    return text


def _refuse_html(text: str, instead: str) -> None:
    if found := _TAG.search(text):
        raise ValidationError(f"“{shortened(found[0])}” is HTML, which readers would see as it stands.", instead)
    for entity in _ENTITY.finditer(text):
        if entity[0].startswith("&#") or entity[0][1:] in html5:
            raise ValidationError(
                f"“{entity[0]}” is HTML, which readers would see as it stands.", "Type the character itself."
            )


def _refuse_links(text: str) -> None:
    for found in _MARKDOWN_LINK.finditer(text):
        address = found[1].partition(")")[0]
        if not address.lower().startswith(("https://", "mailto:")):
            raise ValidationError(
                f"The link to “{shortened(address)}” would not work in a mail.",
                "Give its whole address, beginning with https://.",
            )
    if plain := _PLAIN_HTTP.search(text):
        raise ValidationError(
            f"The address “{shortened(plain[0])}” is not secure.", "Give the https:// address, or leave it out."
        )


def https_address(text: str) -> str:
    """Return a complete https address, as a browser sends it. Raises ValidationError for anything else."""
    typed = plain_text(text).strip().removeprefix("<").removesuffix(">")
    shown = shortened(typed)
    refuse_placeholder(typed)
    if len(typed) > MAX_ADDRESS_CHARACTERS:
        raise ValidationError(
            f"The address has {len(typed):,} characters; {MAX_ADDRESS_CHARACTERS:,} is the most.",
            "Give a shorter link.",
        )
    if any(character.isspace() for character in typed) and "://" in typed:
        raise ValidationError(f"“{shown}” has a space in it, so it is not one address.", "Give one address alone.")
    _check_scheme(typed, shown)
    _check_host(typed, shown)
    try:
        return _HTTPS.validate_python(typed)
    except PydanticValidationError as error:
        raise ValidationError(f"“{shown}” is not a complete web address.", _GIVE_WHOLE_ADDRESS) from error


def _check_scheme(typed: str, shown: str) -> None:
    scheme = match[1].lower() if (match := _SCHEME.match(typed)) else ""
    if scheme == "http":
        raise ValidationError(
            f"“{shown}” begins with http://, which is not secure.", "Give the https:// address: most sites have one."
        )
    if scheme and scheme != "https":
        raise ValidationError(f"“{shown}” is a {scheme}: address, which is never put into a mail.", _GIVE_WHOLE_ADDRESS)
    if not typed.lower().startswith("https://"):
        raise ValidationError(f"“{shown}” is not a complete web address.", _GIVE_WHOLE_ADDRESS)


def _check_host(typed: str, shown: str) -> None:
    try:
        parts = urlsplit(typed)
        host = parts.hostname or ""
    except ValueError:
        host, parts = "", None
    if parts and ("@" in parts.netloc or parts.password):
        raise ValidationError(
            "The address has a name or password before its @, which every reader would get.",
            "Give the address without it.",
        )
    if not host.strip(".") or "\\" in typed:
        raise ValidationError(f"“{shown}” names no website.", _GIVE_WHOLE_ADDRESS)
