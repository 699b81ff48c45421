"""What a file really is, by its first bytes, whatever its name says."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from convener.intake.files.decoding import marked_encoding
from convener.intake.sessions.validation import ValidationError

READ = "Upload a .yaml, .json, .md, .csv or .xlsx file, or the archive page as .txt."
_SAVE_TEXT = "Save it as plain text (.txt, UTF-8), or put the sessions into a spreadsheet (.xlsx)."
_SAVE_XLSX = "Open it and save it as an Excel workbook (.xlsx) or as “CSV UTF-8” (.csv)."
_OUT_OF_ZIP = "Take the file out of it, and upload that alone."
_FIRST_BYTES = (
    (b"%PDF", "a PDF", _SAVE_TEXT),
    (b"{\\rtf", "a rich-text document (.rtf)", _SAVE_TEXT),
    (b"\x1f\x8b", "a compressed file (gzip)", _OUT_OF_ZIP),
    (b"7z\xbc\xaf\x27\x1c", "a compressed file (7-Zip)", _OUT_OF_ZIP),
    (b"Rar!", "a compressed file (RAR)", _OUT_OF_ZIP),
    (b"BZh", "a compressed file (bzip2)", _OUT_OF_ZIP),
    (b"\xfd7zXZ", "a compressed file (xz)", _OUT_OF_ZIP),
    (b"\x89PNG", "a picture", "Type the words out; a picture can't be read."),
    (b"\xff\xd8\xff", "a picture", "Type the words out; a picture can't be read."),
    (b"GIF8", "a picture", "Type the words out; a picture can't be read."),
    (b"RIFF", "a picture or a recording", "Put it where a link can lead to it, and give its address."),
    (b"ID3", "a recording", "Put it where a link can lead to it, and give its address as recording."),
    (b"bplist", "a web page or document of a Mac", _SAVE_TEXT),
)
_INSIDE = (
    ("xl/workbook.xml", "an Excel workbook (.xlsx)", ""),
    ("xl/workbook.bin", "a binary Excel workbook (.xlsb)", _SAVE_XLSX),
    ("word/", "a Word document (.docx)", _SAVE_TEXT),
    ("ppt/", "a PowerPoint file (.pptx)", _SAVE_TEXT),
    ("Index/Document.iwa", "a Numbers or Pages document", "In Numbers or Pages choose “Export To”, then Excel or CSV."),
    ("Index.zip", "a Numbers or Pages document", "In Numbers or Pages choose “Export To”, then Excel or CSV."),
    ("content.xml", "an OpenDocument file (.ods or .odt)", _SAVE_XLSX),
    ("META-INF/container.xml", "an e-book (.epub)", _SAVE_TEXT),
)
_HTML = re.compile(rb"\s*<(?:!doctype|html|\?xml|head|body|table|meta|svg|script|div|p|!--)\b", re.IGNORECASE)
_MAIL = re.compile(rb"(?:received|return-path|mime-version|delivered-to|x-[a-z-]+): ", re.IGNORECASE)
WORKBOOK = "workbook"


def refuse_other_kinds(data: bytes, *, workbook_wanted: bool) -> None:
    """Raise Wrong where the bytes are something else than the name says."""
    if not data.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise ValidationError("The file is empty.", "Perhaps it was not saved yet: open it, look, and upload it again.")
    what, mend = _kind(data)
    if what == WORKBOOK:
        if not workbook_wanted:
            told = "This is an Excel workbook, though its name ends differently."
            raise ValidationError(told, "Save it as an Excel workbook (.xlsx), and upload that.")
    elif what:
        raise ValidationError(f"This is {what}, which is not read here.", mend)
    elif workbook_wanted:
        raise ValidationError(
            "This is no Excel workbook, though its name ends in .xlsx.",
            "Open it in your spreadsheet program and choose “Save as”, Excel workbook (.xlsx).",
        )


def _kind(data: bytes) -> tuple[str, str]:
    """What it is and how to mend that; empty for text."""
    for start, what, mend in _FIRST_BYTES:
        if data.startswith(start):
            return what, mend
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return _ole(data)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _zip(data)
    if data[4:8] == b"ftyp":
        return "a film or picture", "Put it where a link can lead to it, and give its address."
    return _text(data)


def _text(data: bytes) -> tuple[str, str]:
    if _HTML.match(_as_bytes(data[:4000])):
        return "a web page (HTML)", "Open it in your browser, copy the text, and save it as plain text (.txt)."
    return ("an e-mail", _SAVE_TEXT) if _MAIL.match(data) else ("", "")


def _ole(data: bytes) -> tuple[str, str]:
    """Microsoft's older container: old Excel and Word, and every file with a password, new ones too."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "a file with a password", "Open it, take the password off (File, Info, Protect), and save it again."
    if "Workbook".encode("utf-16-le") in data or "Book".encode("utf-16-le") in data:
        return "an old Excel workbook (.xls)", _SAVE_XLSX
    return "an older Word, Excel or PowerPoint file", _SAVE_XLSX


def _zip(data: bytes) -> tuple[str, str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, zlib.error, ValueError, OverflowError, OSError, NotImplementedError):
        return "a damaged or incomplete file", "Save it again in the program that made it, and upload that."
    lowered = [name.lower() for name in names[:5000]]
    for beginning, what, mend in _INSIDE:
        if any(name.startswith(beginning.lower()) for name in lowered):
            return (what, mend) if mend else (WORKBOOK, "")
    return "a ZIP archive", _OUT_OF_ZIP


def _as_bytes(start: bytes) -> bytes:
    """The first characters in an encoding where a letter is one byte."""
    encoding = marked_encoding(start)
    if not encoding:
        return start
    return start[: len(start) // 4 * 4].decode(encoding, errors="ignore").encode("utf-8", errors="ignore")
