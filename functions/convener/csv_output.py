"""Writing CSV records that spreadsheet programs open without calculating anything."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""The first characters by which a spreadsheet program recognises a formula.

https://owasp.org/www-community/attacks/CSV_Injection
"""


def csv_line(cells: Iterable[object]) -> str:
    """Return one CSV record with its line end (RFC 4180). A cell that begins like a formula gets an apostrophe."""
    texts = [f"'{text}" if (text := str(cell)).startswith(FORMULA) else text for cell in cells]
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(texts)
    return line.getvalue()
