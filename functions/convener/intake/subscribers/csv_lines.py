"""From the bytes of a list of people to its lines. Whatever program wrote it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass

from convener.errors import BadInput
from convener.intake.files.decoding import marked_encoding

LARGEST = 20_000_000  # bytes; some 400,000 lines

_OTHER_FILES = {
    b"PK\x03\x04": "a zip file",
    b"\xd0\xcf\x11\xe0": "an old spreadsheet (.xls), or one with a password",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a gzip file",
}
_HOW_TO_MEND = "Open it in your spreadsheet program and save it as .xlsx, without a password, or as CSV (UTF-8)."
_CONTROLS = frozenset(map(chr, range(32))) - set("\t\n\v\f\r\x1a")


def check_size(size: int) -> None:
    """Refuse what is too large to be a list of people, before it is read. Raises BadInput."""
    if size > LARGEST:
        raise BadInput(
            f"The file has {size / 1e6:.0f} MB; {LARGEST / 1e6:.0f} MB is the most. "
            "Keep only the columns email, first_name, zone and joined, or import it in parts."
        )


@dataclass(frozen=True, slots=True)
class Text:
    """A text file whose lines are decoded as they are read, so that only its bytes are held.

    `note` says that its encoding is a guess.
    """

    data: bytes
    encoding: str
    note: str = ""

    def lines(self) -> Iterator[str]:
        """The lines with their ends, as an editor counts them: CR LF, LF or CR. May be asked for again."""
        return io.TextIOWrapper(io.BytesIO(self.data), self.encoding, newline="")

    def check(self) -> None:
        """Look through it once. Raises BadInput where it is no text, or empty, UnicodeDecodeError where it isn't so."""
        beginning, filled = "", False
        for line in self.lines():
            beginning = (beginning + line)[:4096] if len(beginning) < 4096 else beginning
            filled = filled or bool(line.strip())
            if "\0" in line:
                raise BadInput(f"This is not a text file. {_HOW_TO_MEND}")
        if sum(c in _CONTROLS for c in beginning) > len(beginning) // 20:
            raise BadInput(f"This is not a text file. {_HOW_TO_MEND}")
        if not filled:
            raise BadInput("The file is empty.")


def open_text(data: bytes) -> Text:
    """The file as text. Raises BadInput when it isn't a text file."""
    for beginning, what in _OTHER_FILES.items():
        if data.startswith(beginning):
            raise BadInput(f"This is {what}, not a list in CSV or .xlsx. {_HOW_TO_MEND}")
    guess = "The file is not UTF-8. It was read as Windows-1252: check names with accents."
    for text in (Text(data, marked_encoding(data) or "utf-8"), Text(data, "cp1252", guess)):
        try:
            text.check()
            return text
        except UnicodeDecodeError:
            continue
    raise BadInput(f"The file is neither UTF-8 nor Windows-1252. {_HOW_TO_MEND}")
