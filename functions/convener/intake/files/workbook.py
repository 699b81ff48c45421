"""Excel workbooks: the checks before one is opened, and the values of its cells as text.

A zip bomb is small on disk and huge when it is opened, and openpyxl makes an object of up to a kilobyte from one XML
element, and a million rows from one cell far below the others. So `check_zip` reads the directory of the zip first, and
then the XML piece by piece, without building anything from it. Only then may openpyxl open the workbook.
"""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from defusedxml.ElementTree import XMLParser

from convener.errors import BadInput

SAVE_AGAIN = "Open it in your spreadsheet program, save it as a new .xlsx, and upload that."
MAX_XML_DEPTH = 60
_PIECE_BYTES = 65_536
"""Bytes of XML that memory holds at a time."""
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})$")
_XML_STARTS = (b"<", b"\x00<", b"\xff\xfe", b"\xfe\xff")
DAMAGED = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, ParseError,
    EOFError, OSError, ValueError, RuntimeError, LookupError, OverflowError,
)  # fmt: skip
"""What reading a damaged zip or damaged XML raises; the errors of defusedxml are ValueErrors."""
UNREADABLE = (*DAMAGED, TypeError, AttributeError, AssertionError, ArithmeticError, SyntaxError, UserWarning)
"""What openpyxl raises for a damaged workbook. It documents no error of its own."""
_NOT_SHOWN = re.compile(r'\[[^\]]*\]|"[^"]*"|\\.')
"""The parts of a number format that do not stand for parts of the value."""
_CARRIAGE_RETURN = re.compile(r"_x000[dD]_")


class UnsafeWorkbook(BadInput):
    """A workbook that must not be opened. `text` is a whole sentence, `mend` says how to mend the workbook."""

    def __init__(self, text: str, mend: str) -> None:
        super().__init__(f"{text} {mend}")
        self.text, self.mend = text, mend


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkbookLimits:
    """How much a workbook may hold.

    Args:
        of: What a row is, for messages: "sessions".
        elements: XML elements in all members of the zip together.
        rows: The highest row that may hold a cell.
        columns: The highest column that may hold a cell.
        opened_bytes: Bytes of all members together, unpacked.
        members: Members of the zip.
        ratio: Unpacked bytes for each packed byte. XML shrinks to a tenth, repetitive sheets to a hundredth.
    """

    of: str
    elements: int
    rows: int
    columns: int
    opened_bytes: int
    members: int = 500
    ratio: int = 200

    @property
    def smaller(self) -> str:
        """How to mend a workbook that is too large."""
        return f"Copy the rows with {self.of} into a new workbook, and upload that."


@dataclass
class SheetXml:
    """Facts about a sheet that openpyxl does not tell in read-only mode: the merged ranges, and the hidden rows."""

    merged: list[str] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)


def check_zip(data: bytes, limits: WorkbookLimits) -> dict[str, SheetXml]:
    """Check that a workbook is whole and within its limits, without opening it.

    Args:
        data: The bytes of the workbook.
        limits: How much it may hold.

    Returns:
        For each XML member of the zip, by its name, the facts that it holds if it is a sheet.

    Raises:
        UnsafeWorkbook: The workbook is damaged, has a password, or holds too much.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_directory(archive.infolist(), len(data), limits)
            return _check_members(archive, limits)
    except DAMAGED as error:
        raise UnsafeWorkbook("The workbook is damaged or was not saved completely.", SAVE_AGAIN) from error


def _check_directory(members: list[zipfile.ZipInfo], size: int, limits: WorkbookLimits) -> None:
    if len(members) > limits.members:
        raise UnsafeWorkbook(
            f"The workbook has {len(members):,} parts inside; {limits.members} is the most.", limits.smaller
        )
    if len({member.filename for member in members}) < len(members):
        raise UnsafeWorkbook("The workbook has two parts of one name inside, so it is damaged.", SAVE_AGAIN)
    if any(member.flag_bits & 0x1 for member in members):
        raise UnsafeWorkbook("The workbook has a password.", "Take the password off, and save it again.")
    opened = sum(member.file_size for member in members)
    if opened > limits.opened_bytes or opened > limits.ratio * max(size, 10_000):
        raise UnsafeWorkbook(
            f"The workbook is {opened / 1e6:,.0f} MB when it is opened, which is too much.", limits.smaller
        )


def _check_members(archive: zipfile.ZipFile, limits: WorkbookLimits) -> dict[str, SheetXml]:
    """Count the elements of every member that looks like XML, since openpyxl may read it whatever its name is.

    No member gives more bytes than the directory says: zipfile stops there, and the checksum fails.
    """
    counter = _ElementCounter(limits)
    sheets: dict[str, SheetXml] = {}
    for member in archive.infolist():
        with archive.open(member) as opened:
            first = opened.read(_PIECE_BYTES)
            pieces = _pieces(first, opened)
            if first.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(_XML_STARTS) or member.filename.endswith(
                (".xml", ".rels")
            ):
                sheets[member.filename] = _walk(pieces, counter)
            else:
                for _ in pieces:  # reading to the end checks the checksum
                    pass
    return sheets


def _pieces(first: bytes, opened: IO[bytes]) -> Iterator[bytes]:
    piece = first
    while piece:
        yield piece
        piece = opened.read(_PIECE_BYTES)


@dataclass
class _ElementCounter:
    """Adds up the XML elements of all members."""

    limits: WorkbookLimits
    number: int = 0

    def count(self, depth: int) -> None:
        """Count one more element. Raises UnsafeWorkbook where there are too many, or one is nested too deep."""
        self.number += 1
        if self.number > self.limits.elements or depth > MAX_XML_DEPTH:
            raise UnsafeWorkbook(
                f"The workbook has far more cells or formats than {self.limits.of} need.", self.limits.smaller
            )


def _walk(xml: Iterable[bytes], counter: _ElementCounter) -> SheetXml:
    """Parse one member and count its elements. Raises UnsafeWorkbook, and ParseError where the XML is damaged.

    defusedxml refuses entities and document types.
    """
    target = _SheetTarget(counter)
    parser = XMLParser(target=target, forbid_dtd=True)
    for piece in xml:
        parser.feed(piece)
    parser.close()
    return target.sheet


class _SheetTarget:
    """The target of the parser for one member. It keeps no tree."""

    def __init__(self, counter: _ElementCounter) -> None:
        self.sheet, self._counter, self._depth = SheetXml(), counter, 0
        self._cell: str | None = None

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take the start of an element."""
        self._depth += 1
        self._counter.count(self._depth)
        if tag.endswith("}c"):
            self._cell = attributes.get("r") or "A1"
        elif self._cell is not None:
            _check_address(self._cell, self._counter.limits)
            self._cell = None
        elif tag.endswith("}row"):
            self._row(attributes)
        elif tag.endswith("}mergeCell"):
            self.sheet.merged.append(str(attributes.get("ref"))[:20])

    def end(self, _tag: str) -> None:
        """Take the end of an element."""
        self._depth -= 1
        self._cell = None

    def _row(self, attributes: Mapping[str, str]) -> None:
        """Check the number of a row: openpyxl counts up to it, however large it is. Raises ValueError."""
        number = attributes.get("r") or "1"
        if not (number.isascii() and number.isdigit() and len(number) <= 7):
            raise ValueError(number[:20])
        if attributes.get("hidden") in ("1", "true"):
            self.sheet.hidden.add(int(attributes.get("r") or "0"))


def _check_address(address: str, limits: WorkbookLimits) -> None:
    """Refuse a filled cell beyond the limits, which openpyxl would leave out without a word.

    Raises UnsafeWorkbook, and ValueError for what is no address of a cell.
    """
    match = _ADDRESS.match(address)
    if not match:
        raise ValueError(address[:20])
    if int(match[2]) > limits.rows or column_number(match[1]) > limits.columns:
        raise UnsafeWorkbook(f"There is something in cell {address}, far away from the {limits.of}.", limits.smaller)


def column_number(letters: str) -> int:
    """Return the number of a column: A is 1, Z is 26, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(column: int) -> str:
    """Return the letters of a column that is counted from 0: A, B, … Z, AA."""
    letters, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(frozen=True, slots=True)
class CellProblem:
    """Why the value of a cell cannot be used.

    Args:
        text: The end of a sentence that begins with the place of the cell.
        mend: How to mend the cell.
        shown: The text that is used instead.
    """

    text: str
    mend: str
    shown: str = ""


def cell_text(cell: Any) -> str | CellProblem:
    """Return the value of an openpyxl cell as text, as a spreadsheet shows it; an empty cell is an empty string.

    Dates and times become ISO 8601, which has one meaning everywhere.
    """
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return CellProblem("holds a formula.", "Copy it, and paste it as values only (“Paste special”, Values).")
    if cell.data_type == "e":
        return CellProblem(f"shows the error {str(value)[:20]}.", "Write the text that should be there.")
    if isinstance(value, datetime | date | time | timedelta):
        return _moment(value, str(cell.number_format))
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return _CARRIAGE_RETURN.sub("", str(value))


def _moment(value: datetime | date | time | timedelta, number_format: str) -> str:
    match value:
        case datetime():
            if not shows_day(number_format):
                return f"{value:%Y-%m}"
            minutes = value + timedelta(seconds=30)
            return f"{value:%Y-%m-%d}" if value.time() == time(0) else f"{minutes:%Y-%m-%d %H:%M}"
        case date():
            return f"{value:%Y-%m-%d}"
        case time():
            return f"{datetime.combine(date(2000, 1, 1), value) + timedelta(seconds=30):%H:%M}"
        case timedelta():
            minutes_in_all = round(value.total_seconds() / 60)
            return f"{minutes_in_all // 60:02}:{minutes_in_all % 60:02}"


def shows_day(number_format: str) -> bool:
    """Return whether a number format shows the day. A spreadsheet stores “April 2024” as a date, shown as “Apr-24”."""
    return "d" in _NOT_SHOWN.sub("", number_format).lower()
