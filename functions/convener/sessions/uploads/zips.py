"""What a workbook's zip holds, looked at before anything of it is read into memory.

A zip bomb is small on disk and endless when it is opened. The directory's numbers are checked first, then the XML
is counted without building anything from it.
"""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from xml.etree.ElementTree import ParseError

from convener.sessions.uploads.sheet_xml import SMALLER, Sheet, XmlCounter
from convener.sessions.uploads.troubles import Wrong

SAVE_AGAIN = "Open it in your spreadsheet program, save it as a new .xlsx, and upload that."
MOST_MEMBERS = 500
MOST_BYTES = 20_000_000
"""Of all members together when opened."""
MOST_RATIO = 200
"""XML shrinks to a tenth, repetitive sheets to a hundredth; what shrinks more is made to."""
_XML = (b"<", b"\x00<", b"\xff\xfe", b"\xfe\xff")
DAMAGED = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, ParseError,
    EOFError, OSError, ValueError, RuntimeError, LookupError, OverflowError,
)  # fmt: skip
"""What reading a damaged zip or damaged XML raises; defusedxml's own errors are ValueErrors."""


def check_zip(data: bytes) -> dict[str, Sheet]:
    """What the members with sheets hold, by name. Raises Wrong, in words, for a workbook that is not safe to open."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_directory(archive.infolist(), len(data))
            return _check_members(archive)
    except DAMAGED as error:
        raise Wrong("The workbook is damaged or was not saved completely.", SAVE_AGAIN) from error


def _check_directory(members: list[zipfile.ZipInfo], size: int) -> None:
    if len(members) > MOST_MEMBERS:
        raise Wrong(f"The workbook has {len(members):,} parts inside; {MOST_MEMBERS} is the most.", SMALLER)
    if len({member.filename for member in members}) < len(members):
        raise Wrong("The workbook has two parts of one name inside, so it is damaged.", SAVE_AGAIN)
    if any(member.flag_bits & 0x1 for member in members):
        raise Wrong("The workbook has a password.", "Take the password off, and save it again.")
    whole = sum(member.file_size for member in members)
    if whole > MOST_BYTES or whole > MOST_RATIO * max(size, 10_000):
        raise Wrong(f"The workbook is {whole / 1e6:,.0f} MB when it is opened, which is too much.", SMALLER)


def _check_members(archive: zipfile.ZipFile) -> dict[str, Sheet]:
    """What the XML holds. Whatever looks like XML is counted, since openpyxl may read it, whatever its name.

    No member gives more than the directory says: zipfile stops there, and its checksum fails.
    """
    counter = XmlCounter()
    sheets: dict[str, Sheet] = {}
    for member in archive.infolist():
        opened = archive.read(member)
        if opened.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(_XML) or member.filename.endswith((".xml", ".rels")):
            sheets[member.filename] = counter.look(opened)
    return sheets
