"""The export of all data about one subscriber, for that subscriber alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from convener.consent_coverage import FIRST_WORDING, Coverage
from convener.subscribers.consent import ConsentEntry
from convener.subscribers.erasing import earlier
from convener.subscribers.mailing_choices import spelled_out
from convener.subscribers.models import Subscriber
from convener.subscribers.ports import ConsentRecord, SubscriberRows


@dataclass(frozen=True, kw_only=True)
class DataExport:
    """The subscriber's row, the rows of earlier addresses (oldest first), and the consent entries of all by time."""

    row: Subscriber
    earlier: Sequence[Subscriber]
    entries: Sequence[ConsentEntry]

    def as_text(self, *, coverage: Coverage, now: datetime) -> str:
        """Return the JSON file itself."""
        return f"{json.dumps(self.as_json(coverage=coverage, now=now), ensure_ascii=False, indent=2)}\n"

    def as_json(self, *, coverage: Coverage, now: datetime) -> dict[str, Any]:
        """Return the content of the JSON file that the subscriber downloads. Times are in ISO 8601, in UTC."""
        row = self.row
        return {
            "made_at": now.isoformat(),
            "code": row.id,
            "address": row.address,
            "first_name": row.first_name,
            "time_zone": row.zone,
            "standing": row.status.value,
            "standing_since": _iso(row.status_since),
            "confirmed_at": _iso(row.confirmed_at),
            "wording": row.wording or FIRST_WORDING,
            "kinds": sorted(spelled_out(row.kinds, coverage.of(row.wording))),
            "calendar": row.calendar.value,
            "text_only": row.text_only,
            "paused_until": _iso(row.paused_until),
            "source": row.source,
            "import": row.batch,
            "imported_at": _iso(row.imported_at),
            "version": row.version,
            "at_this_address_since": _iso(row.moved_at),
            "at_this_address_before": [{"from": _iso(since), "until": _iso(until)} for since, until in row.earlier],
            "earlier_addresses": [
                {"code": old.id, "confirmed_at": _iso(old.confirmed_at), "until": _iso(old.status_since)}
                for old in self.earlier
            ],
            "consent_record": [
                {
                    "code": entry.subscriber,
                    "at": entry.at.isoformat(),
                    "what": entry.what.value,
                    "by": entry.by,
                    "wording": entry.wording,
                    "kinds": sorted(entry.kinds_in_full(coverage)),
                    "note": entry.note,
                }
                for entry in self.entries
            ],
        }


def export_data(row: Subscriber, *, rows: SubscriberRows, consents: ConsentRecord) -> DataExport:
    """Collect all data about the subscriber of a row. Raises Unavailable and LostAnswer."""
    earlier_rows = earlier(row, rows=rows)
    entries = [entry for known in (*earlier_rows, row) for entry in consents.of(known.id)]
    return DataExport(row=row, earlier=earlier_rows, entries=sorted(entries, key=lambda entry: entry.at))


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
