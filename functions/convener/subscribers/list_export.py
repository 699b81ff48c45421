"""The export of the list as CSV, in the columns that an import reads."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from datetime import datetime

from convener.consent_coverage import FIRST_WORDING
from convener.csv_output import FORMULA, csv_line
from convener.subscribers.models import SHARDS, Subscriber, SubscriberStatus, Unreadable
from convener.subscribers.ports import SubscriberStore

COLUMNS = (
    "email",
    "first_name",
    "zone",
    "joined",
    "standing",
    "kinds",
    "calendar",
    "text_only",
    "paused_until",
    "source",
    "wording",
)
PAGE_ROWS = 500
"""The number of rows in one read."""
_LOOKS_ESCAPED = re.compile(rf"'+[{re.escape(''.join(FORMULA))}]")


def exported_rows(
    rows: SubscriberStore, *, standings: Container[SubscriberStatus]
) -> Iterator[Subscriber | Unreadable]:
    """Yield every row that has an address and one of the statuses, page by page, and every row that cannot be read."""
    for shard in SHARDS:
        after = ""
        while page := rows.page(shard, after=after, limit=PAGE_ROWS):
            after = page[-1].id
            for row in page:
                if isinstance(row, Unreadable) or (row.address and row.status in standings):
                    yield row


def row_cells(row: Subscriber) -> tuple[str, ...]:
    """Return the cells of one row, in the order of COLUMNS.

    `joined` is empty where the moment on the row is that of the import, because the list had no date.
    """
    return (
        row.address,
        row.first_name,
        row.zone,
        "" if row.imported_at and row.imported_at == row.confirmed_at else _iso(row.confirmed_at),
        row.status.value,
        " ".join(sorted(row.kinds)),
        row.calendar.value,
        "yes" if row.text_only else "",
        _iso(row.paused_until),
        row.source,
        row.wording or FIRST_WORDING,
    )


def as_csv(texts: Sequence[str]) -> str:
    """Return one line of CSV.

    `csv_line` puts an apostrophe before a text that a spreadsheet would take for a formula, and an import removes it. A
    text that has such an apostrophe itself gets another one, so that the import gives back the same text.
    """
    return csv_line(f"'{text}" if _LOOKS_ESCAPED.match(text) else text for text in texts)


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
