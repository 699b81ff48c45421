"""The XML of a workbook, walked through once without building anything from it: how much there is, and how far it goes.

openpyxl makes an object of up to a kilobyte from an element, and a million rows from one cell far below, so this comes
first. Entities and document types are refused by defusedxml.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from typing import Any

from defusedxml.ElementTree import iterparse

from convener.sessions.uploads.troubles import Wrong

MOST_ELEMENTS = 200_000
MOST_ROWS, MOST_COLUMNS = 5_000, 100
DEEPEST = 60
SMALLER = "Copy the rows with sessions into a new workbook, and upload that."
_CELL = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})$")


@dataclass
class Sheet:
    """What a member holds, if it is a sheet: the ranges that are merged, and the rows that are hidden."""

    merged: list[str] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)


@dataclass
class XmlCounter:
    """Adds up the elements of all members."""

    number: int = 0

    def look(self, xml: bytes) -> Sheet:
        """Walk through one member. Raises Wrong where it holds too much, ParseError where it is damaged."""
        sheet, depth = Sheet(), 0
        for what, element in iterparse(io.BytesIO(xml), events=("start", "end"), forbid_dtd=True):
            depth += 1 if what == "start" else -1
            self.number += what == "start"
            if self.number > MOST_ELEMENTS or depth > DEEPEST:
                raise Wrong("The workbook has far more cells or formats than sessions need.", SMALLER)
            if what == "end":
                self._end(element, sheet)
            elif element.tag.endswith("}row"):
                _check_row(element.get("r") or "1")
                if element.get("hidden") in ("1", "true"):
                    sheet.hidden.add(int(element.get("r") or "0"))
        return sheet

    def _end(self, element: Any, sheet: Sheet) -> None:
        if element.tag.endswith("}c") and len(element):
            _check_place(element.get("r") or "A1")
        elif element.tag.endswith("}mergeCell"):
            sheet.merged.append(str(element.get("ref"))[:20])
        element.clear()


def _check_row(number: str) -> None:
    """Openpyxl counts up to it, however large. Raises ValueError."""
    if not (number.isascii() and number.isdigit() and len(number) <= 7):
        raise ValueError(number[:20])


def _check_place(place: str) -> None:
    """A filled cell far away would be left out without a word. Raises ValueError for a place that is none."""
    match = _CELL.match(place)
    if not match:
        raise ValueError(place[:20])
    if int(match[2]) > MOST_ROWS or column_number(match[1]) > MOST_COLUMNS:
        raise Wrong(f"There is something in cell {place}, far away from the sessions.", SMALLER)


def column_number(letters: str) -> int:
    """A=1, Z=26, AA=27."""
    number = 0
    for one in letters:
        number = number * 26 + ord(one) - 64
    return number
