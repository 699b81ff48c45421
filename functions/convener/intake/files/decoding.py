"""What bytes are, for every part that reads files people made: text in which encoding, or something else."""

from __future__ import annotations

import codecs

# The longer marks first: UTF-32's little-endian mark begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def marked_encoding(data: bytes) -> str:
    """The encoding that a byte order mark tells, or empty."""
    return next((encoding for mark, encoding in _MARKS if data.startswith(mark)), "")


def unicode_text(data: bytes) -> str:
    """UTF-8, or what the byte order mark says, which is what Excel calls "Unicode text". Raises UnicodeDecodeError."""
    return data.decode(marked_encoding(data) or "utf-8")
