"""Writing CSV records that spreadsheet programs open without calculating anything."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a cell begins with that a spreadsheet program takes for a formula: https://owasp.org/www-community/attacks/CSV_Injection."""


def csv_line(cells: Iterable[object]) -> str:
    """One record with its end, RFC 4180. What would be a formula gets an apostrophe before it, and stays text."""
    texts = [f"'{text}" if (text := str(cell)).startswith(FORMULA) else text for cell in cells]
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(texts)
    return line.getvalue()
