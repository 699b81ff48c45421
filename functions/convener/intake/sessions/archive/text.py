"""From bytes to clean lines."""

from __future__ import annotations

import re
from dataclasses import dataclass

from convener.errors import BadInput
from convener.intake.files.decoding import marked_encoding, unicode_text
from convener.sessions.session_updates import Note

SAVE_AS_TEXT = "Save the page as plain text (.txt, UTF-8) and give that file."

_FIRST_BYTES = (
    (b"%PDF", "a PDF"),
    (b"{\\rtf", "a rich-text document (.rtf)"),
    (b"\xd0\xcf\x11\xe0", "an older Word, Excel or PowerPoint file"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
)
_ZIPPED = (
    (b"word/", "a Word document (.docx)"),
    (b"xl/", "an Excel workbook (.xlsx)"),
    (b"ppt/", "a PowerPoint file (.pptx)"),
    (b"opendocument", "an OpenDocument file (.odt, .ods)"),
    (b"epub+zip", "an e-book (.epub)"),
)
_BREAK = re.compile("\r\n|\r|\n|\v|\x85|\u2028|\u2029")
_SPACES = re.compile(r"\s+")
# Soft hyphens, zero-width spaces, marks of writing direction and other control characters: nobody meant to type them.
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# Joiners hold emoji and some scripts together; next to ASCII they are strays.
_STRAY_JOINER = re.compile("(?<![^\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f])")


@dataclass(frozen=True, slots=True)
class Line:
    """A line without stray or doubled spaces. `number` counts from 1, as editors do."""

    number: int
    text: str


def read_lines(data: bytes, *, name: str) -> tuple[list[Line], list[Note]]:
    """Decode and clean. Raises BadInput for what is empty or no text, and says what it seems to be."""
    if not data.strip(b" \t\r\n\x00"):
        raise BadInput(f"{name}: the file is empty. {SAVE_AS_TEXT}")
    _refuse_other_formats(data, name)
    text, notes = _decode(data, name)
    lines = [Line(number, clean(raw)) for number, raw in enumerate(_BREAK.split(text), start=1)]
    if not any(line.text for line in lines):
        raise BadInput(f"{name}: the file holds nothing but spaces. {SAVE_AS_TEXT}")
    return lines, notes


def clean(text: str) -> str:
    """The same words with single plain spaces and nothing invisible."""
    return _SPACES.sub(" ", _STRAY_JOINER.sub("", _UNSEEN.sub("", text))).strip()


def _refuse_other_formats(data: bytes, name: str) -> None:
    seems = next((what for start, what in _FIRST_BYTES if data.startswith(start)), None)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        seems = next((what for mark, what in _ZIPPED if mark in data), "a ZIP archive")
    if re.match(rb"(\xef\xbb\xbf)?\s*<(!doctype|html|\?xml)", data[:200], re.IGNORECASE):
        seems = "a web page (HTML)"
    if seems:
        raise BadInput(f"{name}: this seems to be {seems}, not plain text. {SAVE_AS_TEXT}")


def _decode(data: bytes, name: str) -> tuple[str, list[Note]]:
    marked = marked_encoding(data)
    try:
        text, notes = unicode_text(data), list[Note]()
    except UnicodeDecodeError as error:
        if marked:
            raise BadInput(f"{name}: begins like {marked.upper()} text but isn't. {SAVE_AS_TEXT}") from error
        text, notes = _decode_windows(data, name, error.start)
    _refuse_binary(text, name)
    return text, notes


def _decode_windows(data: bytes, name: str, where: int) -> tuple[str, list[Note]]:
    line = len(_BREAK.split(data[:where].decode("latin-1")))
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise BadInput(f"{name}, line {line}: neither UTF-8 nor Windows-1252 text. {SAVE_AS_TEXT}") from error
    told = "not UTF-8, read as Windows-1252: check accents, dashes and quotation marks"
    return text, [Note(line=line, text=told)]


def _refuse_binary(text: str, name: str) -> None:
    odd = sum(1 for character in text if ord(character) < 32 and character not in "\t\n\v\f\r\x1b")
    if "\x00" in text or odd > max(2, len(text) // 200):
        raise BadInput(f"{name}: this seems to be a binary file, not plain text. {SAVE_AS_TEXT}")
