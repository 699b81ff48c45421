"""The columns of a list of people: by the names that people and programs give them, and by what their cells hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from convener.errors import BadInput
from convener.intake.files.csv_dialect import Broken, Record, best_delimiter, first_records, records
from convener.intake.files.decoding import EncodedText
from convener.intake.subscribers.column_words import (
    NAMES,
    AddressRank,
    address_rank,
    field_of,
    is_family_name,
    is_given_beside_family,
    is_surely_joined,
    joined_rank,
    may_be_addresses,
)
from convener.intake.subscribers.joined_dates import DateOrder
from convener.intake.subscribers.tables import Table, TableFinder

SAMPLE_RECORDS = 60
"""Records at the beginning of a file that show its delimiter."""
MAX_NAMED = 10
"""Lines and columns that one remark names."""
MAX_NAME_CHARACTERS = 40
"""Characters of a name or a cell that a remark quotes."""
EXAMPLE = "Its first line should name the columns, such as: email,first_name,zone,joined"


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a list.

    Args:
        places: The column of each field, counted from 0.
        width: The number of columns.
        unused: The names of the columns that are not used.
        header_line: The line of the header; 0 where the file is a bare list of addresses.
        header: All cells of the header as typed; empty for a bare list.
        date_order: The order of the numbers in dates of joining, where the column shows it.
        end: The line at which other rows begin, which are not read; None where the list goes on to the end.
        repeated: Whether the header stands again among the rows.
        titles: What stands right above the header in a row of its own, and the names of the visible sheets.
        remarks: What the operator should know about the choice of the rows and columns, in whole sentences.
    """

    places: dict[str, int]
    width: int
    unused: tuple[str, ...]
    header_line: int
    header: tuple[str, ...] = ()
    date_order: DateOrder | None = None
    end: int | None = None
    repeated: bool = False
    titles: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    def cell(self, cells: list[str], field: str) -> str:
        """Return the cell of a field, or an empty string where there is none."""
        column = self.places.get(field, len(cells))
        return cells[column] if column < len(cells) else ""

    def has_row(self, record: Record | Broken) -> bool:
        """Return whether a record is a row of the list: below the header, above other tables, and no header again."""
        if record.line <= self.header_line or (self.end is not None and record.line >= self.end):
            return False
        return not (self.repeated and isinstance(record, Record) and tuple(record.cells) == self.header)


def find_columns(text: EncodedText) -> tuple[str, Columns]:
    """Return the delimiter and the columns of a CSV file, after a look at all its lines. Raises BadInput."""
    delimiter, firsts = best_delimiter(lambda each: first_records(text.lines(), each, count=SAMPLE_RECORDS), _fitness)
    if not firsts:
        raise BadInput(f"The quotation marks of the first line don't match. {EXAMPLE}")
    table = table_of(record for record in records(text.lines(), delimiter) if isinstance(record, Record))
    if table is None:
        raise BadInput(f"There is no column called “email”, and none that holds addresses. {EXAMPLE}")
    return delimiter, columns_of(table)


def table_of(rows: Iterable[Record]) -> Table | None:
    """Return the table of people among the filled rows of a file; None where there is none."""
    finder = TableFinder()
    for row in rows:
        finder.add(row)
    return finder.finish()


def columns_of(table: Table) -> Columns:
    """Return the columns of a table of people. Raises BadInput where they can't be told."""
    if table.header is None:
        return _bare_list(table)
    names = table.names
    email = _address_column(table)
    places = {**NAMES.columns_of(names), **_by_questions(names)}
    places = {field: place for field, place in places.items() if place != email} | {"email": email}
    _choose_name(places, names)
    joined = _joined_column(table)
    if joined is not None:
        places["joined"] = joined
    order = table.dates[joined].order if joined is not None else None
    unused = tuple(name for place, name in enumerate(names) if name and place not in places.values())
    return Columns(
        places,
        max(len(names), email + 1),
        unused,
        table.line,
        header=tuple(names),
        date_order=order,
        end=table.end,
        repeated=bool(table.repeated),
        titles=(table.title,) if table.title else (),
        remarks=tuple(_remarks(table, places)),
    )


def _fitness(firsts: Sequence[Record]) -> tuple[int, ...]:
    """Return how well the first records read with a delimiter: by their addresses, and the cells of their header."""
    if not firsts:
        return (-1,)
    table = table_of(firsts)
    if table is None:
        return (0, 0, 0, len(firsts[0].cells))
    single = table.header is None and len(table.filled) == 1
    known = sum(1 for name in table.names if field_of(name) or address_rank(name) is AddressRank.OWN)
    return (int(table.header is not None or single), table.with_address, known, len(table.names))


def _bare_list(table: Table) -> Columns:
    """Return the only column of a list of addresses without a header. Raises BadInput where the first row has more."""
    if not table.is_bare:
        raise BadInput(
            f"Line {table.line} holds an address, and no line above it names the columns. Write one "
            "that names the columns, such as: email,first_name,zone,joined"
        )
    return Columns({"email": 0}, 1, (), 0, end=table.end, remarks=tuple(_elsewhere(table)))


def _address_column(table: Table) -> int:
    """Return the column that holds the addresses of the people. Raises BadInput where there is none.

    The best name counts among the columns with about the most addresses. Without a name that speaks of addresses, half
    of a column's filled cells must be addresses.
    """
    names = table.names
    named = [place for place, name in enumerate(names) if may_be_addresses(name)]
    own = [
        place
        for place in table.addresses
        if _rank(names, place) is not AddressRank.OF_OTHERS and (place < len(names) or not named)
    ]
    most = max((table.addresses[place] for place in own), default=0)
    likely = [
        place
        for place in own
        if table.addresses[place] * 2 >= most
        and (_rank(names, place) >= AddressRank.MENTIONS_MAIL or table.addresses[place] * 2 >= table.filled[place])
    ]
    if likely:
        return max(likely, key=lambda place: (_rank(names, place), table.addresses[place], -place))
    if named:
        return max(named, key=lambda place: (_rank(names, place), -place))
    if table.addresses and not own:
        others = _listed(names[place] for place in sorted(table.addresses))
        raise BadInput(
            f"Addresses stand only in {others}, which seems to hold those of other people. If they are the people's "
            "own, call the column “email”."
        )
    raise BadInput(f"There is no column called “email”, and none that holds mostly addresses. {EXAMPLE}")


def _rank(names: Sequence[str], place: int) -> AddressRank:
    return address_rank(names[place]) if place < len(names) else AddressRank.UNKNOWN


def _by_questions(names: Sequence[str]) -> dict[str, int]:
    """Return the columns whose names are questions, such as “What is your name?”, and are no names in `NAMES`."""
    found: dict[str, int] = {}
    for place, name in enumerate(names):
        if (field := field_of(name)) and not NAMES.field_of(name):
            found.setdefault(field, place)
    return {field: place for field, place in found.items() if not any(NAMES.field_of(name) == field for name in names)}


def _choose_name(places: dict[str, int], names: Sequence[str]) -> None:
    """Keep one column for the first name: that of first names, or that of whole names."""
    if "first_name" in places:
        places.pop("name", None)
    elif "name" in places and is_given_beside_family(names[places["name"]]) and any(map(is_family_name, names)):
        places["first_name"] = places.pop("name")


def _joined_column(table: Table) -> int | None:
    """Return the column with the best dates of consent; None where no column is one of dates."""
    ranked = sorted((joined_rank(table.names[place]) or 0, place) for place in table.dates)
    with_dates = [place for _, place in ranked if table.dates[place].found]
    named = [place for _, place in ranked if is_surely_joined(table.names[place])]
    return next(iter(with_dates + named), None)


def _remarks(table: Table, places: dict[str, int]) -> Iterator[str]:
    yield from _elsewhere(table)
    names, email = table.names, places["email"]
    chosen = names[email] if email < len(names) else ""
    if address_rank(chosen) < AddressRank.MENTIONS_MAIL and not may_be_addresses(chosen):
        column = f"the column “{chosen}”" if chosen else f"column {email + 1}, which has no name"
        yield f"The addresses are read from {column}."
    if others := [place for place in sorted(table.addresses) if place != email and _also_addresses(table, place)]:
        which = _listed(names[place] if place < len(names) else f"column {place + 1}" for place in others)
        yield f"There are addresses in {which} as well. Those were not used; “{chosen}” counts."
    joined = places.get("joined")
    if joined is not None and (order := table.dates[joined].order) and table.dates[joined].ambiguous:
        line, cell = table.dates[joined].orders[order]
        shown = f"as “{cell[:MAX_NAME_CHARACTERS]}” on line {line} shows"
        yield f"The dates in “{names[joined]}” are read with the {order.value} first, {shown}."
    if table.repeated:
        lines = ", ".join(map(str, table.repeated[:MAX_NAMED])) + (" …" if len(table.repeated) > MAX_NAMED else "")
        yield f"The names of the columns stand again on line {lines}, which was passed over."


def _also_addresses(table: Table, place: int) -> bool:
    return _rank(table.names, place) is not AddressRank.UNKNOWN or table.addresses[place] * 2 > table.filled[place]


def _elsewhere(table: Table) -> Iterator[str]:
    """Yield remarks on the rows that are not in the table."""
    if table.above and table.header:
        what = _counted(table.above, table.addresses_above)
        yield f"The columns are named here. What stands above ({what}) was passed over."
    if table.end is not None:
        what = _counted(table.below, table.addresses_below)
        yield f"Another table begins on line {table.end}. It ({what}) was not read: put it into a file of its own."


def _counted(filled: int, with_address: int) -> str:
    return f"{filled} filled" + (f", {with_address} with an address" if with_address else "")


def _listed(names: Iterable[str]) -> str:
    shown = [f"“{name[:MAX_NAME_CHARACTERS]}”" for name in names]
    return ", ".join(shown[:MAX_NAMED]) + (" …" if len(shown) > MAX_NAMED else "")
