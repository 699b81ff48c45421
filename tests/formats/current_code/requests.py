"""Requests, counters, used links and the notes of imports: what expires."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from convener.intake.subscribers.import_records import ImportRecord
from convener.subscribers.models import Subscriber, SubscriberStatus
from convener.subscribers.unit_of_work import RowChange, Transaction, UsedLink
from tests.formats.current_code.stores import Facts, Format, Item, Stores, at, moment


def _read_request(stores: Stores, items: Sequence[Item], _: Facts) -> tuple[Any, Facts]:
    request = stores.requests.find(items[0]["part"].removeprefix("request/"))
    assert request is not None
    return request, {
        "id": request.id,
        "request": request.wish.value,
        "subscriber": request.subscriber,
        "address": request.address,
        "asked_at": request.asked_at.isoformat(),
        "expires_at": request.expires_at.isoformat(),
        "first_name": request.first_name,
        "zone": request.zone,
        "kinds": sorted(request.kinds),
        "wording": request.wording,
        "by": request.by,
        "moving": request.moving,
        "done_at": moment(request.done_at),
        "answered": request.answered,
    }


def _write_request(stores: Stores, request: Any, _: Facts) -> None:
    """As it is asked for, then as its button and its last mail leave it."""
    stores.requests.keep(replace(request, done_at=None, answered=False))
    if request.done_at:
        row = Subscriber(id="f" * 32, address="anybody@example.org", status=SubscriberStatus.CONFIRMED, version=1)
        stores.subscribers.commit(
            Transaction(changes=[RowChange(row=row, expected=None)], done=request.id, at=request.done_at)
        )
    if request.answered:
        stores.requests.answered(request.id)


def _used(given: Facts) -> UsedLink:
    return UsedLink(nonce=given["nonce"], action=given["action"], until=at(given["until"]))


def _read_used(stores: Stores, _items: Sequence[Item], given: Facts) -> tuple[Any, Facts]:
    used = _used(given)
    again = stores.requests.use(used)
    return used, {"used": stores.requests.used(used.nonce, used.action), "may_be_used_again": again}


def _write_used(stores: Stores, used: Any, _: Facts) -> None:
    assert stores.requests.use(used)


def _read_visits(stores: Stores, _items: Sequence[Item], given: Facts) -> tuple[Any, Facts]:
    return None, {"after_one_more": stores.requests.visit(given["network"], now=at(given["now"]))}


def _write_visits(stores: Stores, _: Any, given: Facts) -> None:
    for _time in range(given["times"]):
        stores.requests.visit(given["network"], now=at(given["now"]))


def _allowed(stores: Stores, given: Facts, mark: str) -> bool:
    return stores.requests.allow(given["counted"], mark, most=given["most"], now=at(given["now"]))


def _read_asked(stores: Stores, _items: Sequence[Item], given: Facts) -> tuple[Any, Facts]:
    return None, {mark: _allowed(stores, given, mark) for mark in (*given["marks"], *given["others"])}


def _write_asked(stores: Stores, _: Any, given: Facts) -> None:
    for mark in given["marks"]:
        assert _allowed(stores, given, mark)


def _read_import(stores: Stores, items: Sequence[Item], given: Facts) -> tuple[Any, Facts]:
    (one,) = stores.imports.all(now=at(given["now"]))
    assert one.batch == items[0]["item"]
    return one, {
        "batch": one.batch,
        "at": one.at.isoformat(),
        "until": one.until.isoformat(),
        "source": one.source,
        "file": one.file,
        "added": one.added,
        "filled": one.filled,
        **({"marked": one.marked} if one.marked is not None else {}),
        "undone_at": moment(one.undone_at),
        **({"marked": one.marked} if one.marked is not None else {}),
    }


def _write_import(stores: Stores, one: Any, _: Facts) -> None:
    stores.imports.begin(one)


def _read_import_part(stores: Stores, _items: Sequence[Item], given: Facts) -> tuple[Any, Facts]:
    (part,) = stores.imports.parts(given["batch"])
    return part, {
        "added": list(part.added),
        "filled": {name: [one.version, list(one.fields)] for name, one in part.filled.items()},
        **({"marked": list(part.marked)} if part.marked else {}),
    }


def _write_import_part(stores: Stores, part: Any, given: Facts) -> None:
    imported = ImportRecord(batch=given["batch"], at=at(given["at"]), source="")
    stores.imports.add_part(imported, given["number"], part)


FORMATS = {
    "request": Format(table="Requests", read=_read_request, write=_write_request),
    "used": Format(table="Requests", read=_read_used, write=_write_used),
    "visits": Format(table="Requests", read=_read_visits, write=_write_visits),
    "asked": Format(table="Requests", read=_read_asked, write=_write_asked),
    "import": Format(table="Requests", read=_read_import, write=_write_import),
    "import-part": Format(table="Requests", read=_read_import_part, write=_write_import_part),
}
