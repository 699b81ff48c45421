"""The bytes of an upload: what kind of file they are, whatever the name says, and their text."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from convener.intake.files.decoding import BinaryRule, NotUnicode, decode, marked_encoding
from convener.intake.sessions.validation import ValidationError
from convener.sessions.session_updates import SourceLocation

MAX_TEXT_CHARACTERS = 2_000_000
"""Ninety sessions with the longest summaries have fewer characters."""
SAVE_AS_UTF8 = "Save it again as UTF-8 (in Notepad or TextEdit: “Save as”, encoding UTF-8)."
STRUCTURED_TEXT = BinaryRule(allowed="\t\n\v\f\r\x1a\x1b", always=2, one_in=200)
ARCHIVE_TEXT = BinaryRule(allowed="\t\n\v\f\r\x1b", always=2, one_in=200)
READABLE = "Upload a .yaml, .json, .md, .csv or .xlsx file, or the archive page as .txt."
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
_ZIP_MEMBERS = (
    ("xl/workbook.xml", "an Excel workbook (.xlsx)", ""),
    ("xl/workbook.bin", "a binary Excel workbook (.xlsb)", _SAVE_XLSX),
    ("word/", "a Word document (.docx)", _SAVE_TEXT),
    ("ppt/", "a PowerPoint file (.pptx)", _SAVE_TEXT),
    ("Index/Document.iwa", "a Numbers or Pages document", "In Numbers or Pages choose “Export To”, then Excel or CSV."),
    ("Index.zip", "a Numbers or Pages document", "In Numbers or Pages choose “Export To”, then Excel or CSV."),
    ("content.xml", "an OpenDocument file (.ods or .odt)", _SAVE_XLSX),
    ("META-INF/container.xml", "an e-book (.epub)", _SAVE_TEXT),
)
_HTML = re.compile(rb"\s*<(?:!doctype|html|\?xml|(?:head|body|table|meta|svg|script|div|p|!--)\b)", re.IGNORECASE)
_MAIL = re.compile(rb"(?:received|return-path|mime-version|delivered-to|x-[a-z-]+): ", re.IGNORECASE)
_WORKBOOK = "workbook"


def refuse_other_types(data: bytes, *, workbook_wanted: bool) -> None:
    """Check that the bytes are a workbook, where one is wanted, or else may be text.

    Raises ValidationError, with the type of file that the bytes are and how to mend it.
    """
    if not data.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise ValidationError("The file is empty.", "Perhaps it was not saved yet: open it, look, and upload it again.")
    file_type, mend = _type_of(data)
    if file_type == _WORKBOOK:
        if not workbook_wanted:
            raise ValidationError(
                "This is an Excel workbook, though its name ends differently.",
                "Save it as an Excel workbook (.xlsx), and upload that.",
            )
    elif file_type:
        raise ValidationError(f"This is {file_type}, which is not read here.", mend)
    elif workbook_wanted:
        raise ValidationError(
            "This is no Excel workbook, though its name ends in .xlsx.",
            "Open it in your spreadsheet program and choose “Save as”, Excel workbook (.xlsx).",
        )


def _type_of(data: bytes) -> tuple[str, str]:
    """Return the type of a file and how to mend it; two empty strings for text."""
    for start, file_type, mend in _FIRST_BYTES:
        if data.startswith(start):
            return file_type, mend
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return _type_of_ole(data)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _type_of_zip(data)
    if data[4:8] == b"ftyp":
        return "a film or picture", "Put it where a link can lead to it, and give its address."
    if _HTML.match(_in_single_bytes(data[:4000])):
        return "a web page (HTML)", "Open it in your browser, copy the text, and save it as plain text (.txt)."
    return ("an e-mail", _SAVE_TEXT) if _MAIL.match(data) else ("", "")


def _type_of_ole(data: bytes) -> tuple[str, str]:
    """Return the type of a file in Microsoft's older container: old Excel and Word, and any file with a password."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "a file with a password", "Open it, take the password off (File, Info, Protect), and save it again."
    if "Workbook".encode("utf-16-le") in data or "Book".encode("utf-16-le") in data:
        return "an old Excel workbook (.xls)", _SAVE_XLSX
    return "an older Word, Excel or PowerPoint file", _SAVE_XLSX


def _type_of_zip(data: bytes) -> tuple[str, str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, zlib.error, ValueError, OverflowError, OSError, NotImplementedError):
        return "a damaged or incomplete file", "Save it again in the program that made it, and upload that."
    lowered = [name.lower() for name in names[:5000]]
    for beginning, file_type, mend in _ZIP_MEMBERS:
        if any(name.startswith(beginning.lower()) for name in lowered):
            return (file_type, mend) if mend else (_WORKBOOK, "")
    return "a ZIP archive", _OUT_OF_ZIP


def _in_single_bytes(start: bytes) -> bytes:
    """Return the first characters in an encoding that has one byte for each ASCII letter."""
    encoding = marked_encoding(start)
    if not encoding:
        return start
    return start[: len(start) // 4 * 4].decode(encoding, errors="ignore").encode("utf-8", errors="ignore")


def read_text(data: bytes, *, mend: str = SAVE_AS_UTF8, rule: BinaryRule = STRUCTURED_TEXT) -> str:
    """Return the text of an upload, in UTF-8 or in the encoding of its byte order mark.

    An older encoding is refused: letters that are guessed wrongly would reach every reader.

    Args:
        data: The bytes.
        mend: How to save the file so that it can be read.
        rule: How many control characters the text may hold.

    Raises:
        ValidationError: The bytes are not valid Unicode, no text, or more than MAX_TEXT_CHARACTERS.
    """
    try:
        text = decode(data)
    except NotUnicode as error:
        if error.marked:
            raise ValidationError("The file begins like Unicode text, but it is damaged.", mend) from error
        raise ValidationError(
            "The file is not UTF-8 text: an accent, dash or quotation mark here was saved in an older encoding.",
            mend,
            SourceLocation(line=error.line),
        ) from error
    if rule.is_binary(text):
        raise ValidationError("This is not a text file.", mend)
    if len(text) > MAX_TEXT_CHARACTERS:
        raise ValidationError(
            f"The file has {len(text):,} characters; {MAX_TEXT_CHARACTERS:,} is the most.", "Upload it in parts."
        )
    return text
