"""Files that editors may upload: workbooks made by a test, and files that must be refused."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

from convener.intake.sessions.reading import read_upload
from convener.sessions.series import read_series
from convener.sessions.session_updates import SessionUpdate, Upload

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "local" / "examples" / "uploads"
SERIES = read_series(ROOT / "tests" / "series" / "series.toml")


def uploaded(data: bytes | str, name: str = "sessions.yaml") -> Upload:
    """Return what a file holds, read with the real series."""
    return read_upload(data.encode() if isinstance(data, str) else data, name=name, series=SERIES)


def only(data: bytes | str, name: str = "sessions.yaml") -> SessionUpdate:
    """Return the only session of a file without faults."""
    read = uploaded(data, name)
    assert read.faults == ()
    [update] = read.sessions
    return update


def faults(data: bytes | str, name: str = "sessions.yaml") -> list[str]:
    """Return the faults as a report shows them. A file with faults must not give sessions."""
    read = uploaded(data, name)
    assert read.sessions == () or not read.faults
    return [str(fault) for fault in read.faults]


def workbook(*rows: Sequence[Any], change: Callable[[Any], object] | None = None) -> bytes:
    """Return an .xlsx file with these rows. `change` is called with the workbook before it is saved."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    if change:
        change(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def with_members(data: bytes, changes: dict[str, bytes]) -> bytes:
    """Return the zip with members replaced or added."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in dict.fromkeys([*old.namelist(), *changes]):
            new.writestr(name, changes[name] if name in changes else old.read(name))
    return stream.getvalue()


def _formulas() -> bytes:
    return workbook(
        ("Date", "Title", "Join link"), (date(2024, 4, 18), "=B9&C9", "https://kindness.example/join/april")
    )


def _merged() -> bytes:
    rows = (("Month", "Title"), ("2024-04", "Kindness on night shifts"), ("2024-05", None))
    return workbook(*rows, change=lambda book: book.active.merge_cells("B2:B3"))


def _bomb() -> bytes:
    return with_members(workbook(("Month", "Title")), {"xl/media/image1.bin": bytes(60_000_000)})


def _dates_as_text() -> bytes:
    return workbook(("When", "Topic"), (date(2024, 4, 18), "Real"), ("05/16/2024", "Text"), (45462, "A number"))


def _csv_of_windows() -> bytes:
    return "Month,Title\r\n2024-04,Plain\r\n2024-05,Kindness – and “time”\r\n".encode("cp1252")


def _ninety_one() -> bytes:
    months = (f"{2010 + number // 12}-{number % 12 + 1:02}" for number in range(91))
    return json.dumps([{"month": month, "title": "A conversation"} for month in months], indent=1).encode()


def _with_password() -> bytes:
    name = "EncryptedPackage".encode("utf-16-le")
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1016) + name + bytes(1024)


_AMERICAN = "Date,Topic,Speaker(s)\n04/18/2024,Kindness on the road,Ana Lund\n05/06/2024,Slow mornings,Bo Reyes\n"
_LINKS = """\
- month: 2024-04
  title: <b>Kindness</b> on night shifts
  join_url: http://kindness.example/join/april
  recording: javascript:alert(1)
  insights: kindness.example/insights
- month: 2024-05
  tilte: Kindness at work
  speaker:
    - Ana Lund, nurse
  summary: Ask, listen, wait.&nbsp;Then ask again.
"""
_COLON = "month: 2024-04\ntitle: Kindness: an introduction\nspeakers: Ana Lund\n"
_WEB_PAGE = "<!DOCTYPE html>\n<html><body><h1>April 2024 – Kindness</h1></body></html>\n"

BAD: dict[str, Callable[[], bytes]] = {
    "american-dates.csv": _AMERICAN.encode,
    "bomb.xlsx": _bomb,
    "colon.yaml": _COLON.encode,
    "dates-as-text.xlsx": _dates_as_text,
    "formulas.xlsx": _formulas,
    "html-and-links.yaml": _LINKS.encode,
    "merged.xlsx": _merged,
    "ninety-one.json": _ninety_one,
    "password.xlsx": _with_password,
    "web-page.txt": _WEB_PAGE.encode,
    "windows-1252.csv": _csv_of_windows,
}
"""Files that must be refused, by name."""


def good() -> Iterable[Path]:
    """Return the example files for editors."""
    return sorted(EXAMPLES.iterdir())
