"""Reading files that hold people: CSV and workbooks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from convener.csv_output import FORMULA
from convener.errors import BadInput
from convener.intake.files.csv_dialect import Broken, Record, records
from convener.intake.files.decoding import BinaryRule, EncodedText, unicode_encoding
from convener.intake.files.zip_kinds import ZipKind, zip_kind
from convener.intake.subscribers.columns import find_columns
from convener.intake.subscribers.consent_survey import YesMeans
from convener.intake.subscribers.lines import LineOutcome, Problem
from convener.intake.subscribers.people_files import PeopleFiles, read_zip
from convener.intake.subscribers.people_list import EmptyList, PeopleList

MAX_FILE_BYTES = 20_000_000
"""Some 400,000 lines."""
_ZIP = b"PK\x03\x04"
_OTHER_TYPES = {
    _ZIP: "a zip file or a workbook",
    b"\xd0\xcf\x11\xe0": "an old spreadsheet (.xls), or one with a password",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a gzip file",
    b"{\\rtf": "a text document (.rtf)",
    b"BEGIN:VCARD": "an address book (vCard)",
    b"<?xml": "an XML file",
    b"<!DOCTYPE": "a web page",
    b"<html": "a web page",
}
_SAVE_AS = "Open it in your spreadsheet program and save it as .xlsx, without a password, or as CSV (UTF-8)."
_BINARY = BinaryRule(allowed="\t\n\v\f\r\x1a", always=0, one_in=20)
_SAMPLE_CHARACTERS = 4096
"""Characters at the beginning of a file that are looked at for control characters."""
_FALLBACK_ENCODING = "cp1252"
_GUESSED = "The file is not UTF-8. It was read as Windows-1252: check names with accents."
_ESCAPED_FORMULA = re.compile(rf"'+[{re.escape(''.join(FORMULA))}]")
"""The beginning of a cell that would be a formula without the apostrophe before it."""


def check_size(size: int) -> None:
    """Raise BadInput for a file of more than MAX_FILE_BYTES, before it is read."""
    if size > MAX_FILE_BYTES:
        raise BadInput(
            f"The file has {size / 1e6:.0f} MB; {MAX_FILE_BYTES / 1e6:.0f} MB is the most. "
            "Keep only the columns email, first_name, zone and joined, or import it in parts."
        )


def read_people(
    data: bytes, *, hidden_rows: bool = False, answers: Sequence[YesMeans] = (), file: str = ""
) -> PeopleList | PeopleFiles:
    """Return the bytes of a file as a list of people. A zip of several lists is one import.

    Args:
        data: The bytes.
        hidden_rows: Whether to read rows of a workbook that are hidden, by a filter for example.
        answers: The operator's answers on values that mean yes.
        file: The name of the file.

    Raises:
        ConsentQuestion: The list does not say who wants mail.
        BadInput: The file is no list of people. Both are raised before any line is imported.
    """
    check_size(len(data))
    if data.startswith(_ZIP) and zip_kind(data) is ZipKind.CSV_FILES:
        return read_zip(data, read_csv, answers)
    return open_list(data, hidden_rows=hidden_rows).with_consent(answers, file=file)


def open_list(data: bytes, *, hidden_rows: bool = False) -> PeopleList:
    """Return the lines of one file, before anything is known about consent. Raises BadInput as `read_people` does."""
    check_size(len(data))
    if data.startswith(_ZIP):
        if (kind := zip_kind(data)) is not ZipKind.WORKBOOK:
            raise BadInput(f"This is {kind}, not a list in CSV or .xlsx. {_SAVE_AS}")
        from convener.intake.subscribers.workbook import read_workbook  # noqa: PLC0415 - only workbooks need openpyxl

        return read_workbook(data, hidden_rows=hidden_rows)
    return read_csv(data)


def read_csv(data: bytes) -> PeopleList:
    """Return a CSV file as a list of people. Raises BadInput, before any line is read, if it is none."""
    check_size(len(data))
    text = _open_text(data)
    delimiter, columns = find_columns(text)
    guessed = text.encoding == _FALLBACK_ENCODING
    notes = (Problem(1, "", LineOutcome.NOTE, _GUESSED),) if guessed else ()

    def all_records() -> Iterator[Record | Broken]:
        return map(_without_escapes, records(text.lines(), delimiter))

    return PeopleList(columns, all_records, sum(1 for _ in text.lines()), notes).check()


def _open_text(data: bytes) -> EncodedText:
    """Return the text of a file in Unicode, or else in Windows-1252. Raises BadInput where it is no text."""
    for beginning, file_type in _OTHER_TYPES.items():
        if data.startswith(beginning):
            raise BadInput(f"This is {file_type}, not a list in CSV or .xlsx. {_SAVE_AS}")
    for encoding in (unicode_encoding(data), _FALLBACK_ENCODING):
        text = EncodedText(data, encoding)
        try:
            _check_text(text)
            return text
        except UnicodeDecodeError:
            continue
    raise BadInput(f"The file is neither UTF-8 nor Windows-1252. {_SAVE_AS}")


def _check_text(text: EncodedText) -> None:
    """Read a text once, line by line. Raises BadInput for a binary or an empty file, and UnicodeDecodeError."""
    sample, filled = "", False
    for line in text.lines():
        sample = (sample + line)[:_SAMPLE_CHARACTERS] if len(sample) < _SAMPLE_CHARACTERS else sample
        filled = filled or bool(line.strip())
        if "\0" in line:
            raise BadInput(f"This is not a text file. {_SAVE_AS}")
    if _BINARY.is_binary(sample):
        raise BadInput(f"This is not a text file. {_SAVE_AS}")
    if not filled:
        raise EmptyList("The file is empty.")


def _without_escapes(record: Record | Broken) -> Record | Broken:
    """Return the record without the apostrophe that our export, and many others, put before a formula (CWE-1236)."""
    if isinstance(record, Record) and any(cell.startswith("'") for cell in record.cells):
        cells = [cell[1:] if _ESCAPED_FORMULA.match(cell) else cell for cell in record.cells]
        return Record(record.line, record.last, cells)
    return record
