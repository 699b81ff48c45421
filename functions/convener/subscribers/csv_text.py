"""From the bytes of a list of people to its text. Whatever program wrote it."""

from __future__ import annotations

from convener.errors import BadInput
from convener.text_files import unicode_text

LARGEST = 20_000_000  # bytes; some 400,000 lines, and far below the memory of a Lambda

_OTHER_FILES = {
    b"PK\x03\x04": "a spreadsheet (.xlsx) or a zip file",
    b"\xd0\xcf\x11\xe0": "an old spreadsheet (.xls)",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a gzip file",
}
_HOW_TO_MEND = "Open it in your spreadsheet program and save it as CSV (UTF-8)."
_CONTROLS = frozenset(map(chr, range(32))) - set("\t\n\v\f\r\x1a")


def check_size(size: int) -> None:
    """Refuse what is too large to be a list of people, before it is read. Raises BadInput."""
    if size > LARGEST:
        raise BadInput(
            f"The file has {size / 1e6:.0f} MB; {LARGEST / 1e6:.0f} MB is the most. "
            "Keep only the columns email, first_name, zone and joined, or import it in parts."
        )


def decode(data: bytes) -> tuple[str, str]:
    """The file's text, and a note when its encoding is a guess. Raises BadInput when it isn't a text file."""
    check_size(len(data))
    for beginning, what in _OTHER_FILES.items():
        if data.startswith(beginning):
            raise BadInput(f"This is {what}, not a CSV file. {_HOW_TO_MEND}")
    text, note = _decoded(data)
    if "\0" in text or sum(c in _CONTROLS for c in text[:4096]) > len(text[:4096]) // 20:
        raise BadInput(f"This is not a text file. {_HOW_TO_MEND}")
    if not text.strip():
        raise BadInput("The file is empty.")
    return text, note


def _decoded(data: bytes) -> tuple[str, str]:
    try:
        return unicode_text(data), ""
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252"), "The file is not UTF-8. It was read as Windows-1252: check names with accents."
    except UnicodeDecodeError as error:
        raise BadInput(f"The file is neither UTF-8 nor Windows-1252. {_HOW_TO_MEND}") from error
