"""Bytes to text: which encoding the bytes have, whether they are text at all, and the characters that nobody sees."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

# The longer marks come first: the little-endian mark of UTF-32 begins with the mark of UTF-16.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LINE_END = re.compile(rb"\r\n|\r|\n")
_INVISIBLE = r"\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff"
"""Control characters, soft hyphens, zero-width spaces and marks of writing direction. Joiners stay: emoji need them."""
INVISIBLE = re.compile(f"[{_INVISIBLE}]")
"""Characters without a visible form. The separators U+001C to U+001F are not among them: `\\s` matches them."""
_INVISIBLE_OR_RESERVED = re.compile(f"[{_INVISIBLE}\x1c-\x1f\ud800-\udfff\ue000\ue001\ufffe\uffff]")
"""Also lone surrogates (JSON can spell them), the two characters that mark merge fields, and two noncharacters."""
_OTHER_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")


class NotUnicode(ValueError):
    """The bytes are not valid in the encoding that they should have.

    `line` counts from 1. `marked` says whether a byte order mark of UTF-16 or UTF-32 named the encoding.
    """

    def __init__(self, *, line: int, marked: bool) -> None:
        super().__init__(f"line {line}")
        self.line, self.marked = line, marked


@dataclass(frozen=True, kw_only=True, slots=True)
class BinaryRule:
    """How many control characters a text may hold. Bytes with more of them are taken for a binary file.

    Args:
        allowed: The control characters that do not count.
        always: The number of control characters that any text may hold.
        one_in: A longer text may hold one control character in so many characters.
    """

    allowed: str
    always: int
    one_in: int

    def is_binary(self, text: str) -> bool:
        """Return whether a text holds a NUL, or more control characters than the rule allows."""
        controls = sum(1 for character in text if character < " " and character not in self.allowed)
        return "\0" in text or controls > max(self.always, len(text) // self.one_in)


@dataclass(frozen=True, slots=True)
class EncodedText:
    """A text file whose lines are decoded when they are read, so that memory holds only its bytes."""

    data: bytes
    encoding: str

    def lines(self) -> Iterator[str]:
        """Return the lines with their line ends CR LF, LF or CR, as an editor counts them.

        Each call begins again. Reading raises UnicodeDecodeError where the bytes are not valid.
        """
        return io.TextIOWrapper(io.BytesIO(self.data), self.encoding, newline="")


def marked_encoding(data: bytes) -> str:
    """Return the encoding that a byte order mark names, or an empty string."""
    return next((encoding for mark, encoding in _BYTE_ORDER_MARKS if data.startswith(mark)), "")


def unicode_encoding(data: bytes) -> str:
    """Return the encoding that a byte order mark names, which Excel calls "Unicode text"; else UTF-8."""
    return marked_encoding(data) or "utf-8"


def decode(data: bytes) -> str:
    """Return the text of bytes in UTF-8, or in the encoding of their byte order mark. Raises NotUnicode."""
    try:
        return data.decode(unicode_encoding(data))
    except UnicodeDecodeError as error:
        line = len(_LINE_END.findall(data[: error.start])) + 1
        raise NotUnicode(line=line, marked=error.encoding != "utf-8") from error


def visible(text: str) -> str:
    """Return the text without invisible and reserved characters. Line ends stay as they are."""
    return _INVISIBLE_OR_RESERVED.sub("", text)


def plain_text(text: str) -> str:
    """Return the text without invisible and reserved characters, and with LF for every kind of line end."""
    return visible(_OTHER_LINE_ENDS.sub("\n", text))


def shortened(text: str, max_characters: int = 60) -> str:
    """Return the beginning of a text on one line, without invisible characters, for a message that quotes the text."""
    line = " ".join(plain_text(text).split())
    return line if len(line) <= max_characters else f"{line[: max_characters - 1].rstrip()}…"
