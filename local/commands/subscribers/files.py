"""Writing people to a file that only its owner can read. The file is written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from convener.errors import BadInput
from convener.subscribers.list_export import as_csv

Texts = Sequence[str]


@contextmanager
def whole_file(path: Path, *, force: bool) -> Iterator[Path]:
    """Yield a temporary file in the same folder, which takes the name `path` when everything is written.

    The mode of the file is 0600, because it holds addresses. Raises BadInput where the file exists and `force` is
    false, or where the folder does not exist.
    """
    if path.exists() and not force:
        raise BadInput(f"{path} is there already. Give another name, or --force to write over it.")
    if not path.parent.is_dir():
        raise BadInput(f"{path.parent}: there is no such folder.")
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=path.suffix)
    os.close(handle)
    beside = Path(name)
    try:
        yield beside
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def write_csv(path: Path, rows: Iterable[Texts]) -> None:
    """Write CSV as UTF-8 with a byte order mark, by which spreadsheet programs recognise UTF-8."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        stream.writelines(map(as_csv, rows))


def write_workbook(path: Path, rows: Iterable[Texts]) -> None:
    """Write a workbook with one sheet of texts. No text is a formula, whatever it begins with."""
    from openpyxl import Workbook  # noqa: PLC0415 - for workbooks only
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415

    book = Workbook(write_only=True)
    sheet = book.create_sheet("People")

    def cell(text: str) -> object:
        made = WriteOnlyCell(sheet, "".join(c for c in text if c.isprintable()))
        made.data_type = "s"
        return made

    for row in rows:
        sheet.append([cell(text) if text else None for text in row])
    book.save(path)


WRITERS = {".csv": write_csv, ".xlsx": write_workbook}


def writer_for(path: Path) -> Callable[[Path, Iterable[Texts]], None]:
    """Return the function that writes files with this ending. Raises BadInput for any other ending."""
    if path.suffix.lower() not in WRITERS:
        raise BadInput(f"{path}: give a name that ends in .csv or .xlsx.")
    return WRITERS[path.suffix.lower()]
