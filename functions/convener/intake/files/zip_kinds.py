"""The kinds of zip files: a workbook of Excel, a document of another program, or an archive of other files."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from enum import StrEnum

_MAX_TYPE_BYTES = 100
"""Bytes of the member `mimetype` that are read. It is stored first and unpacked (OpenDocument 1.3, part 2, §3.3)."""


class ZipKind(StrEnum):
    """The kinds of zip files, in words for a message."""

    WORKBOOK = "an Excel workbook (.xlsx)"
    CSV_FILES = "a zip file with CSV files"
    OPEN_DOCUMENT_SHEET = "an OpenDocument spreadsheet (.ods), as LibreOffice writes it"
    OPEN_DOCUMENT = "an OpenDocument text or drawing, as LibreOffice writes it"
    BINARY_WORKBOOK = "a binary Excel workbook (.xlsb)"
    WORD = "a Word document (.docx)"
    PRESENTATION = "a presentation (.pptx)"
    IWORK = "a document of Apple's Numbers, Pages or Keynote"
    EPUB = "an e-book"
    OTHER = "a zip file"


@dataclass(frozen=True)
class _Mark:
    """The beginning of a member's name that shows what a zip file is."""

    beginning: str
    kind: ZipKind


_MARKS = (
    _Mark("xl/workbook.bin", ZipKind.BINARY_WORKBOOK),
    _Mark("xl/", ZipKind.WORKBOOK),
    _Mark("word/", ZipKind.WORD),
    _Mark("ppt/", ZipKind.PRESENTATION),
    _Mark("Index/Document.iwa", ZipKind.IWORK),
    _Mark("Index.zip", ZipKind.IWORK),
    _Mark("[Content_Types].xml", ZipKind.WORKBOOK),
)


def zip_kind(data: bytes) -> ZipKind:
    """Return what a zip file is, by the names of its members, without unpacking it.

    Returns WORKBOOK for a damaged zip file, too: the checks of a workbook say what is wrong with it.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if "mimetype" in names:
                with archive.open("mimetype") as opened:
                    return _kind_of_type(opened.read(_MAX_TYPE_BYTES).decode("ascii", "replace"))
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, RuntimeError, NotImplementedError):
        return ZipKind.WORKBOOK
    for mark in _MARKS:
        if any(name.startswith(mark.beginning) for name in names):
            return mark.kind
    return ZipKind.CSV_FILES if any(_is_csv(name) for name in names) else ZipKind.OTHER


def _kind_of_type(media_type: str) -> ZipKind:
    if media_type.startswith("application/vnd.oasis.opendocument.spreadsheet"):
        return ZipKind.OPEN_DOCUMENT_SHEET
    if media_type.startswith("application/vnd.oasis.opendocument"):
        return ZipKind.OPEN_DOCUMENT
    return ZipKind.EPUB if media_type.startswith("application/epub") else ZipKind.OTHER


def _is_csv(name: str) -> bool:
    """Return whether a member is a CSV file of the archive, and not one of macOS's hidden companions."""
    return name.lower().endswith(".csv") and not name.startswith("__MACOSX/")
