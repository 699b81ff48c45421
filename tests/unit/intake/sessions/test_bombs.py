"""Files made to do harm: small on disk, and huge when they are opened."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from collections.abc import Callable

import pytest

from convener.intake.sessions.reading import MAX_UPLOAD_BYTES, too_large
from tests.support.ending import ends
from tests.support.uploads import faults, uploaded, with_members, workbook

SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
GOOD = workbook(("Month", "Title"), ("2024-04", "x"))


def _sheet(rows: str, after: str = "") -> bytes:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'.encode()


def _lying() -> bytes:
    """Return a zip whose directory says 100 bytes for a member of sixty million."""
    data = bytearray(with_members(GOOD, {"xl/media/x.bin": bytes(60_000_000)}))
    real = (60_000_000).to_bytes(4, "little")
    return bytes(data.replace(real, (100).to_bytes(4, "little")))


def _doubled() -> bytes:
    stream = io.BytesIO(GOOD)
    with zipfile.ZipFile(stream, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr(SHEET, _sheet(""))
    return stream.getvalue()


MERGED = '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
CELL = '<c r="{}" t="inlineStr"><is><t>x</t></is></c>'
BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "sixty megabytes": (lambda: with_members(GOOD, {"xl/media/x.bin": bytes(60_000_000)}), "60 MB when it is opened"),
    "a lying directory": (_lying, "damaged"),
    "many parts": (lambda: with_members(GOOD, {f"xl/{n}.xml": b"<a/>" for n in range(600)}), "parts inside"),
    "a part twice": (_doubled, "two parts of one name"),
    "many elements": (lambda: with_members(GOOD, {SHEET: _sheet("<row/>" * 250_000)}), "far more cells"),
    "many formats": (
        lambda: with_members(GOOD, {"xl/styles.xml": b"<a>" + b"<xf/>" * 250_000 + b"</a>"}),
        "far more cells or formats",
    ),
    "deep elements": (lambda: with_members(GOOD, {SHEET: b"<a>" * 10_000 + b"</a>" * 10_000}), "far more cells"),
    "entities": (
        lambda: with_members(GOOD, {SHEET: b'<!DOCTYPE a [<!ENTITY b "b">]><worksheet>&b;</worksheet>'}),
        "damaged",
    ),
    "a cell far below": (
        lambda: with_members(GOOD, {SHEET: _sheet(f'<row r="1048576">{CELL.format("A1048576")}</row>')}),
        "in cell A1048576",
    ),
    "a cell far right": (
        lambda: with_members(GOOD, {SHEET: _sheet(f'<row r="1">{CELL.format("XFD1")}</row>')}),
        "in cell XFD1",
    ),
    "a row beyond all": (
        lambda: with_members(GOOD, {SHEET: _sheet(f'<row r="99999999999">{CELL.format("A1")}</row>')}),
        "damaged",
    ),
    "one merged sheet": (
        lambda: with_members(
            GOOD,
            {SHEET: _sheet(f'<row r="1">{CELL.format("A1")}</row>', MERGED)},
        ),
        "Row 1 has no heading",
    ),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_bombs_are_refused_in_words(bomb: str) -> None:
    """No bomb is unpacked in full, which would take hours or all memory."""
    make, message = BOMBS[bomb]
    data = make()
    assert len(data) < MAX_UPLOAD_BYTES
    with ends():
        assert message in faults(data, "a.xlsx")[0]


def test_memory_stays_small() -> None:
    """A long workbook that is opened needs much less memory than a Lambda function has."""
    rows = "".join(f'<row r="{n}">{CELL.format(f"A{n}")}</row>' for n in range(1, 3001)) + "<row/>" * 20_000
    tracemalloc.start()
    uploaded(with_members(GOOD, {SHEET: _sheet(rows)}), "a.xlsx")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 50_000_000


def test_fifty_megabytes_are_refused_by_their_size() -> None:
    """The size is checked before the file is fetched, and again on the bytes."""
    [fault] = too_large("inbox/film.xlsx", 50_000_000).faults
    assert str(fault).startswith("The file has 50.0 MB; 5 MB is the most.")
    assert faults(bytes(MAX_UPLOAD_BYTES + 1), "a.yaml")[0].startswith("The file has 5.0 MB; 5 MB is the most.")


def test_a_long_text_is_refused() -> None:
    """Two million characters are more than ninety sessions need."""
    assert "2,000,000 is the most" in faults("title: " + "x" * 2_100_000)[0]
