"""What a workbook's zip holds, looked at before anything of it is read into memory.

A zip bomb is small on disk and endless when it is opened. The directory's numbers are checked first, then the XML
is counted piece by piece, without building anything from it.
"""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO
from xml.etree.ElementTree import ParseError

from convener.intake.files.workbook_limits import SAVE_AGAIN, Limits, Unsafe
from convener.intake.files.workbook_xml import Sheet, XmlCounter

PIECE = 65_536
"""Bytes of XML that are held at a time."""
_XML = (b"<", b"\x00<", b"\xff\xfe", b"\xfe\xff")
DAMAGED = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, ParseError,
    EOFError, OSError, ValueError, RuntimeError, LookupError, OverflowError,
)  # fmt: skip
"""What reading a damaged zip or damaged XML raises; defusedxml's own errors are ValueErrors."""
UNREADABLE = (*DAMAGED, TypeError, AttributeError, AssertionError, ArithmeticError, SyntaxError, UserWarning)
"""openpyxl promises no error of its own for a file that isn't quite as it should be; these are what it raises."""


def check_zip(data: bytes, limits: Limits) -> dict[str, Sheet]:
    """What the members with sheets hold, by name. Raises Unsafe, in words, for a workbook that is not to be opened."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_directory(archive.infolist(), len(data), limits)
            return _check_members(archive, limits)
    except DAMAGED as error:
        raise Unsafe("The workbook is damaged or was not saved completely.", SAVE_AGAIN) from error


def _check_directory(members: list[zipfile.ZipInfo], size: int, limits: Limits) -> None:
    if len(members) > limits.members:
        raise Unsafe(f"The workbook has {len(members):,} parts inside; {limits.members} is the most.", limits.smaller)
    if len({member.filename for member in members}) < len(members):
        raise Unsafe("The workbook has two parts of one name inside, so it is damaged.", SAVE_AGAIN)
    if any(member.flag_bits & 0x1 for member in members):
        raise Unsafe("The workbook has a password.", "Take the password off, and save it again.")
    whole = sum(member.file_size for member in members)
    if whole > limits.opened_bytes or whole > limits.ratio * max(size, 10_000):
        raise Unsafe(f"The workbook is {whole / 1e6:,.0f} MB when it is opened, which is too much.", limits.smaller)


def _check_members(archive: zipfile.ZipFile, limits: Limits) -> dict[str, Sheet]:
    """What the XML holds. Whatever looks like XML is counted, since openpyxl may read it, whatever its name.

    No member gives more than the directory says: zipfile stops there, and its checksum fails.
    """
    counter = XmlCounter(limits)
    sheets: dict[str, Sheet] = {}
    for member in archive.infolist():
        with archive.open(member) as opened:
            first = opened.read(PIECE)
            pieces = _pieces(first, opened)
            if first.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(_XML) or member.filename.endswith((".xml", ".rels")):
                sheets[member.filename] = counter.look(pieces)
            else:
                for _ in pieces:  # its checksum
                    pass
    return sheets


def _pieces(first: bytes, opened: IO[bytes]) -> Iterator[bytes]:
    piece = first
    while piece:
        yield piece
        piece = opened.read(PIECE)
