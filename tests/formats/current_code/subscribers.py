"""Subscribers and the consent record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from convener.subscribers.unit_of_work import RowChange, Transaction
from tests.formats.current_code.stores import Facts, Format, Item, Stores, moment


def _read_subscriber(stores: Stores, items: Sequence[Item], _: Facts) -> tuple[Any, Facts]:
    name = items[0]["id"]
    row = stores.subscribers.get(ids=[name])[name]
    assert list(stores.subscribers.page(name[0], after="", limit=10)) == [row]
    return row, {
        "shard": row.shard,
        "address": row.address,
        "status": row.status.value,
        "status_since": moment(row.status_since),
        "confirmed_at": moment(row.confirmed_at),
        "listed_since": moment(row.listed_since),
        "first_name": row.first_name,
        "zone": row.zone,
        "kinds": sorted(row.kinds),
        "calendar": row.calendar.value,
        "text_only": row.text_only,
        "paused_until": moment(row.paused_until),
        "source": row.source,
        "batch": row.batch,
        **({"imported_at": moment(row.imported_at)} if row.imported_at else {}),
        **({"wording": row.wording} if row.wording else {}),
        "version": row.version,
        "moved_to": row.moved_to,
        "moved_from": list(row.moved_from),
        "moved_at": moment(row.moved_at),
        "earlier": [[since.isoformat(), until.isoformat()] for since, until in row.earlier],
    }


def _write_subscriber(stores: Stores, row: Any, _: Facts) -> None:
    """Twice: added, and written over an earlier version, which must come to the same."""
    if row.version % 2:
        stores.subscribers.add(row)
    else:
        stores.subscribers.add(replace(row, version=row.version - 1, first_name="Before"))
        stores.subscribers.commit(Transaction(changes=[RowChange(row=row, expected=row.version - 1)]))


def _read_fingerprint(stores: Stores, _items: Sequence[Item], _: Facts) -> tuple[Any, Facts]:
    value = stores.subscribers.fingerprint()
    return value, {"fingerprint": value}


def _write_fingerprint(stores: Stores, value: Any, _: Facts) -> None:
    stores.subscribers.keep_fingerprint(value)


def _read_consent(stores: Stores, items: Sequence[Item], _: Facts) -> tuple[Any, Facts]:
    (entry,) = stores.consents.of(items[0]["subscriber"])
    assert [*stores.consents.all()] == [entry]
    return entry, {
        "subscriber": entry.subscriber,
        "at": entry.at.isoformat(),
        "consent": entry.what.value,
        "by": entry.by,
        "wording": entry.wording,
        "kinds": sorted(entry.kinds),
        "note": entry.note,
        "mark": entry.mark,
    }


def _write_consent(stores: Stores, entry: Any, _: Facts) -> None:
    stores.subscribers.commit(Transaction(consents=[entry]))


FORMATS = {
    "subscriber": Format(table="Subscribers", read=_read_subscriber, write=_write_subscriber),
    "fingerprint": Format(table="Subscribers", read=_read_fingerprint, write=_write_fingerprint),
    "consent": Format(table="Consents", read=_read_consent, write=_write_consent),
}
