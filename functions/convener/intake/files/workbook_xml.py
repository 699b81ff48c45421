"""The XML of a workbook, walked through once without building anything from it: how much there is, how far it goes.

openpyxl makes an object of up to a kilobyte from an element, and a million rows from one cell far below, so this comes
first. Entities and document types are refused by defusedxml.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from defusedxml.ElementTree import XMLParser

from convener.intake.files.workbook_limits import Limits, Unsafe

DEEPEST = 60
_CELL = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})$")


@dataclass
class Sheet:
    """What a member holds, if it is a sheet: the ranges that are merged, and the rows that are hidden."""

    merged: list[str] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)


@dataclass
class XmlCounter:
    """Adds up the elements of all members."""

    limits: Limits
    number: int = 0

    def look(self, xml: Iterable[bytes]) -> Sheet:
        """Walk through one member. Raises Unsafe where it holds too much, ParseError where it is damaged."""
        walk = _Walk(self)
        parser = XMLParser(target=walk, forbid_dtd=True)
        for piece in xml:
            parser.feed(piece)
        parser.close()
        return walk.sheet

    def count(self, depth: int) -> None:
        """One element more. Raises Unsafe."""
        self.number += 1
        if self.number > self.limits.elements or depth > DEEPEST:
            raise Unsafe(f"The workbook has far more cells or formats than {self.limits.of} need.", self.limits.smaller)


class _Walk:
    """What the parser tells of one member; it keeps no tree."""

    def __init__(self, counter: XmlCounter) -> None:
        self.sheet, self._counter, self._depth = Sheet(), counter, 0
        self._cell: str | None = None

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        self._counter.count(self._depth)
        if tag.endswith("}c"):
            self._cell = attributes.get("r") or "A1"
        elif self._cell is not None:
            _check_place(self._cell, self._counter.limits)
            self._cell = None
        elif tag.endswith("}row"):
            self._row(attributes)
        elif tag.endswith("}mergeCell"):
            self.sheet.merged.append(str(attributes.get("ref"))[:20])

    def end(self, _tag: str) -> None:
        self._depth -= 1
        self._cell = None

    def _row(self, attributes: Mapping[str, str]) -> None:
        """Openpyxl counts up to a row's number, however large. Raises ValueError."""
        number = attributes.get("r") or "1"
        if not (number.isascii() and number.isdigit() and len(number) <= 7):
            raise ValueError(number[:20])
        if attributes.get("hidden") in ("1", "true"):
            self.sheet.hidden.add(int(attributes.get("r") or "0"))


def _check_place(place: str, limits: Limits) -> None:
    """A filled cell far away would be left out without a word. Raises ValueError for a place that is none."""
    match = _CELL.match(place)
    if not match:
        raise ValueError(place[:20])
    if int(match[2]) > limits.rows or column_number(match[1]) > limits.columns:
        raise Unsafe(f"There is something in cell {place}, far away from the {limits.of}.", limits.smaller)


def column_number(letters: str) -> int:
    """A=1, Z=26, AA=27."""
    number = 0
    for one in letters:
        number = number * 26 + ord(one) - 64
    return number
