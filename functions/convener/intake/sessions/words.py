"""Text that people typed: cleaned of what nobody sees, checked for length and for markup that mails don't take."""

from __future__ import annotations

import re
from html.entities import html5

from convener.intake.sessions.validation import ValidationError

# Controls, soft hyphens, zero-width spaces, marks of writing direction, lone surrogates (JSON can spell them), the two
# characters that mark merge fields in an edition, and two that are no characters. Joiners stay: emoji need them.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff"
    "\ud800-\udfff\ue000\ue001\ufffe\uffff]"
)
_BREAK = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_TAG = re.compile(r"</?[a-z][a-z0-9-]*(?:\s[^<>]*)?/?>|<!--|<!doctype", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.IGNORECASE)
# The lookahead keeps it quick: what follows is seen once, and not tried in every length.
_DESTINATION = re.compile(r"(?:\]\(\s{0,9}<?|^ {0,3}\[[^\]\n]{1,99}\]:\s{0,9}<?)(?=([^\s<>]{1,60}))", re.MULTILINE)
_PLAIN_HTTP = re.compile(r"\b(?:http|ftp)://[^\s<>()\"]*", re.IGNORECASE)


_PLACEHOLDERS = frozenset(
    ("tbc", "tba", "tbd", "n/a", "-", "--", "–", "—", "?", "??", "???", "...", "…",
     "to be confirmed", "to be announced", "to be decided", "to follow")
)  # fmt: skip


def refuse_placeholder(text: str) -> None:
    """Raise Wrong for what people write where they know nothing yet."""
    if text.strip(" .()[]").lower() in _PLACEHOLDERS or text.strip().lower() in _PLACEHOLDERS:
        told = f"“{shortened(text)}” would stand in the mails as it is."
        raise ValidationError(
            told, "Leave the place empty until it is known; or write remove, to take away what is there."
        )


def visible(text: str) -> str:
    """The same text and line ends with nothing invisible."""
    return _UNSEEN.sub("", text)


def without_unseen(text: str) -> str:
    """The same text with plain line ends and nothing invisible."""
    return visible(_BREAK.sub("\n", text))


def one_line(text: str, *, most: int) -> str:
    """A line of plain text. Raises Wrong for HTML and for what is too long."""
    line = _checked_length(" ".join(without_unseen(text).split()), most)
    refuse_placeholder(line)
    _refuse_html(line, "Write plain text.")
    return line


def paragraphs(text: str, *, most: int) -> str:
    """Markdown. Raises Wrong for HTML, for links that mails don't carry, and for what is too long."""
    told = _checked_length(without_unseen(text).strip(), most)
    refuse_placeholder(told)
    _refuse_html(told, "Write Markdown instead: *emphasis*, **strong**, [words](https://…).")
    _refuse_links(told)
    return told


def shortened(text: str, most: int = 60) -> str:
    """Enough of a text to find it again, on one line and without anything invisible."""
    line = " ".join(without_unseen(text).split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def _checked_length(text: str, most: int) -> str:
    if len(text) > most:
        raise ValidationError(f"The text has {len(text):,} characters; {most:,} is the most.", "Please shorten it.")
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
    for found in _DESTINATION.finditer(text):
        address = found[1].partition(")")[0]
        if not address.lower().startswith(("https://", "mailto:")):
            raise ValidationError(
                f"The link to “{shortened(address)}” would not work in a mail.",
                "Give its whole address, beginning with https://.",
            )
    if plain := _PLAIN_HTTP.search(text):
        told = f"The address “{shortened(plain[0])}” is not secure."
        raise ValidationError(told, "Give the https:// address, or leave it out.")
