"""The table of people in a file: which rows belong to it, which row is its header, and what its columns hold.

A file may hold titles, and more than one table: Zoom writes the meeting and its host above the people who came. All
rows are looked at once, one after the other, and few of them are kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from convener.intake.files.csv_dialect import Record
from convener.intake.subscribers.cells import address_alone
from convener.intake.subscribers.column_words import (
    AddressRank,
    address_rank,
    is_known,
    joined_rank,
    may_be_addresses,
)
from convener.intake.subscribers.joined_dates import DateOrder, is_ambiguous, looks_like_date, shown_order

MAX_WAITING_ROWS = 10
"""Rows without an address that are kept, because one of them may be the header of the rows below."""
MAX_DATES_TRIED = 200
"""Cells of one column that are read to see whether the column holds dates."""
_ADDRESS = re.compile(r"[^\s@,;|<>\"]+@[^\s@,;|<>/\"]+")
"""A cell that is an address, or was meant to be one: a mistyped address shows its column as well."""

_AT = re.compile(r"\S@\S")


def holds_address(cell: str) -> bool:
    """Return whether a cell is an address, though perhaps not one that mail can be sent to."""
    return "@" in cell and _ADDRESS.fullmatch(address_alone(cell)) is not None


@dataclass
class DateFacts:
    """The facts that the cells of a column of dates show.

    Args:
        tried: The number of filled cells that were read.
        found: Whether one of them is a date.
        orders: For each order of the numbers, the first line and cell that show it.
        ambiguous: Whether a date in numbers can be read in two ways.
    """

    tried: int = 0
    found: bool = False
    orders: dict[DateOrder, tuple[int, str]] = field(default_factory=dict)
    ambiguous: bool = False

    def add(self, line: int, cell: str) -> None:
        """Add a filled cell."""
        if not self.found and self.tried < MAX_DATES_TRIED:
            self.tried += 1
            self.found = looks_like_date(cell)
        if order := shown_order(cell):
            self.orders.setdefault(order, (line, cell))
        elif not self.ambiguous:
            self.ambiguous = is_ambiguous(cell)

    @property
    def order(self) -> DateOrder | None:
        """The order of the numbers where at least one date shows it, and none shows the other."""
        return next(iter(self.orders)) if len(self.orders) == 1 else None


@dataclass
class Table:
    """Rows of a file that belong together.

    Args:
        header: The row that names the columns; None where there is none.
        line: The line of the header, or of the first row.
        above: The number of filled rows of the file above that line.
        addresses_above: The number of these that hold an address.
        with_address: The number of rows that hold an address.
        addresses: For each column the number of its cells that are addresses.
        filled: For each column the number of its filled cells.
        repeated: The lines on which the header stands again.
        end: The line at which another table begins; None where none follows.
        below: The number of filled rows from there on; until the last row is known, the number above them.
        addresses_below: The number of these that hold an address.
        title: The text right above the header, where it stands alone in its row.
        is_bare: Whether the first row has one filled cell, the first, which is an address.
    """

    header: Record | None
    line: int
    above: int
    addresses_above: int
    with_address: int = 0
    addresses: Counter[int] = field(default_factory=Counter)
    filled: Counter[int] = field(default_factory=Counter)
    dates: dict[int, DateFacts] = field(init=False)
    repeated: list[int] = field(default_factory=list)
    end: int | None = None
    below: int = 0
    addresses_below: int = 0
    title: str = ""
    is_bare: bool = False

    def __post_init__(self) -> None:
        """Prepare the columns whose names say that they hold dates."""
        self.dates = {place: DateFacts() for place, name in enumerate(self.names) if joined_rank(name) is not None}

    @property
    def names(self) -> list[str]:
        """The cells of the header."""
        return self.header.cells if self.header else []

    @property
    def size(self) -> tuple[bool, int]:
        """Whether the table has a header, and its number of addresses, by which the table of people is found."""
        return self.header is not None, self.with_address

    def add(self, record: Record, with_addresses: Sequence[int] = ()) -> None:
        """Add a row, and the columns of it that hold an address."""
        self.with_address += bool(with_addresses)
        self.addresses.update(with_addresses)
        self.filled.update([place for place, cell in enumerate(record.cells) if cell])
        for place, facts in self.dates.items():
            if place < len(record.cells) and record.cells[place]:
                facts.add(record.line, record.cells[place])


@dataclass(frozen=True)
class Waiting:
    """A row without an address, which may be a header.

    Args:
        record: The row.
        above: The number of filled rows of the file above it.
        after_gap: Whether a blank row stands before it.
    """

    record: Record
    above: int
    after_gap: bool

    @cached_property
    def known(self) -> int:
        """The number of cells that are known names of columns."""
        return sum(map(is_known, self.record.cells))

    @property
    def filled(self) -> int:
        """The number of filled cells."""
        return sum(1 for cell in self.record.cells if cell)

    def fills(self, places: Iterable[int]) -> bool:
        """Return whether the row has a text in one of these columns that may be the name of a column."""
        cells = self.record.cells
        return any(place < len(cells) and cells[place] and not _AT.search(cells[place]) for place in places)

    def names_mail(self, places: Iterable[int]) -> bool:
        """Return whether the row calls one of these columns one of addresses."""
        cells = self.record.cells
        return any(place < len(cells) and address_rank(cells[place]) >= AddressRank.MENTIONS_MAIL for place in places)

    @cached_property
    def names_own_addresses(self) -> bool:
        """Whether a cell is surely the name of a column of addresses."""
        return any(address_rank(cell) is AddressRank.OWN for cell in self.record.cells)

    def fitness(self, places: Sequence[int]) -> tuple[bool, bool, bool, bool, int]:
        """Return how well the row names columns of which these hold addresses. The first of equals is the header."""
        named = self.names_mail(places), self.names_own_addresses
        return *named, self.fills(places), self.known > 0, self.filled


@dataclass
class TableFinder:
    """Finds the table of people among the rows of a file, which are added one after the other."""

    rows: int = 0
    with_address: int = 0
    _best: Table | None = None
    _current: Table | None = None
    _waiting: list[Waiting] = field(default_factory=list)
    _named: Waiting | None = None
    _last_line: int = 0

    def add(self, record: Record) -> None:
        """Add the next filled row."""
        if any("@" in cell for cell in record.cells):
            places = [place for place, cell in enumerate(record.cells) if holds_address(cell)]
        else:
            places = []
        if places:
            table = self._table_of(record, places)
            table.add(record, places)
            self.with_address += 1
        elif self._current and record.cells == self._current.names:
            self._current.repeated.append(record.line)
        else:
            self._wait(Waiting(record, self.rows, after_gap=record.line > self._last_line + 1))
        self.rows += 1
        self._last_line = record.last

    def finish(self) -> Table | None:
        """Return the table of people after the last row; None where no row holds or names addresses."""
        if self._current is None:
            return self._begin(self._named) if self._named else None
        self._close(end=None)
        if (best := self._best) and best.end is not None:
            best.below = self.rows - best.below
            best.addresses_below = self.with_address - best.addresses_above - best.with_address
        return best

    def _table_of(self, record: Record, places: Sequence[int]) -> Table:
        """Return the table that a row with addresses belongs to, perhaps one that begins with its header."""
        if header := self._new_header(places):
            waiting, table = self._waiting, self._begin(header)
            self._waiting = [each for each in waiting if each.above < header.above]
            self._close(end=header)
            self._current = table
            self._waiting = [each for each in waiting if each.above > header.above]
        elif self._current is None:
            is_bare = list(places) == [0] and not any(record.cells[1:])
            self._current = Table(None, record.line, self.rows, self.with_address, is_bare=is_bare)
            self._waiting = []
        self._settle_waiting()
        return self._current

    def _new_header(self, places: Sequence[int]) -> Waiting | None:
        """Return the row that is the header of a row with addresses in these columns, if a table begins with it."""
        if not self._waiting:
            return None
        if self._current is None:
            fitting = [each for each in self._waiting if each.fills(places) or each.known]
        elif self._current.header is None:
            fitting = [each for each in self._waiting if each.fills(places) and each.known]
        else:
            header = Waiting(self._current.header, self._current.above, after_gap=False)
            elsewhere = self._current.addresses.keys().isdisjoint(places) and not header.names_mail(places)
            sure = header.names_own_addresses
            fitting = [
                each
                for each in self._waiting
                if (each.names_mail(places) and (each.after_gap or each.known > 1))
                or (elsewhere and each.after_gap and each.fills(places) and (each.known if sure else each.filled > 1))
            ]
        return max(fitting, key=lambda each: each.fitness(places), default=None)

    def _begin(self, header: Waiting) -> Table:
        before = [each.record.cells for each in self._waiting if each.above == header.above - 1]
        title = next((cell for cells in before for cell in cells if cell and cells.count("") == len(cells) - 1), "")
        return Table(header.record, header.record.line, header.above, self.with_address, title=title)

    def _close(self, *, end: Waiting | None) -> None:
        """End the current table, and keep it if it is the best so far. Of equals the later one counts."""
        self._settle_waiting()
        if (table := self._current) is None:
            return
        if end:
            table.end, table.below = end.record.line, end.above
        if self._best is None or table.size >= self._best.size:
            self._best = table

    def _wait(self, row: Waiting) -> None:
        if self._current is None and any(map(may_be_addresses, row.record.cells)):
            self._named = row if self._named is None or row.known > self._named.known else self._named
        self._waiting.append(row)
        if len(self._waiting) > MAX_WAITING_ROWS:
            plain = (each for each in self._waiting if not each.after_gap and not each.known)
            dropped = next(plain, self._waiting[0])
            self._waiting.remove(dropped)
            if self._current:
                self._current.add(dropped.record)

    def _settle_waiting(self) -> None:
        """Add the rows that wait to the current table."""
        if self._current:
            for each in self._waiting:
                self._current.add(each.record)
        self._waiting = []
