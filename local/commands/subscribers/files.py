"""Writing people to a file: for nobody else's eyes, and whole or not at all."""

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
    """Another file in the same folder, which takes the name when all is written. Raises BadInput.

    Its mode is 0600: it holds addresses.
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
    """UTF-8 with a mark, by which spreadsheet programs know it."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        stream.writelines(map(as_csv, rows))


def write_workbook(path: Path, rows: Iterable[Texts]) -> None:
    """A sheet of texts: none of them is a formula, whatever it begins with."""
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
    """What writes such a file. Raises BadInput."""
    if path.suffix.lower() not in WRITERS:
        raise BadInput(f"{path}: give a name that ends in .csv or .xlsx.")
    return WRITERS[path.suffix.lower()]
