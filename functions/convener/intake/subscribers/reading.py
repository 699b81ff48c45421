"""Files that hold people: CSV and workbooks."""

from __future__ import annotations

from convener.intake.subscribers.csv_lines import check_size
from convener.intake.subscribers.rows import PeopleList, read_csv

WORKBOOK = b"PK\x03\x04"


def read_people(data: bytes) -> PeopleList:
    """A file's bytes as a list of people. Raises BadInput, at once, when it is none."""
    check_size(len(data))
    if data.startswith(WORKBOOK):
        from convener.intake.subscribers.workbook_rows import read_workbook  # noqa: PLC0415 - openpyxl, for workbooks only

        return read_workbook(data)
    return read_csv(data)
