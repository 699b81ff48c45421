"""Campaigns, chunks, cursors and pacing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from convener.aws.slots import DynamoSlots
from convener.campaigns import Campaign, Stage, WaitReason, campaign_of_tag, campaign_tag
from convener.delivery.chunks import Chunk, Cursor, new_chunk
from convener.delivery.ports import SlotReservation
from convener.delivery.states import RecipientState
from tests.formats.current_code.stores import Facts, Format, Item, Stores, at, moment


def _read_campaign(stores: Stores, items: Sequence[Item], _: Facts) -> tuple[Any, Facts]:
    one = stores.ledger.campaign(items[0]["item"])
    assert one is not None
    assert list(stores.ledger.all()) == [one]
    return one, {
        "id": one.id,
        "session": one.session,
        "mailing": one.kind.name,
        "stage": one.stage.value,
        "reason": one.why.value if one.why else None,
        "until": moment(one.until),
        "opened_at": one.opened_at.isoformat(),
        "too_late_at": one.too_late_at.isoformat(),
        "edition": one.edition,
        "brings": sorted(one.brings),
        "audience_of": one.reached_by,
        "lost_answers": one.lost,
        "totals": dict(one.totals),
        "version": one.version,
        "ended": one.ended,
        "tag": campaign_tag(one.id),
    }


def _write_campaign(stores: Stores, one: Campaign, _: Facts) -> None:
    """As it is opened, or as it becomes with a turn from a stage that has everything else."""
    assert campaign_of_tag(campaign_tag(one.id)) == one.id
    if one.version == 0:
        stores.ledger.open(one)
        return
    before = replace(
        one,
        stage=Stage.WAITING,
        why=WaitReason.QUOTA,
        until=one.too_late_at,
        lost=9,
        totals={"x": 1},
        version=one.version - 1,
    )
    stores.ledger.open(before)
    stores.ledger.turn(one)


def _read_pause(stores: Stores, _items: Sequence[Item], _: Facts) -> tuple[Any, Facts]:
    since = stores.ledger.paused_since()
    return since, {"since": moment(since)}


def _write_pause(stores: Stores, since: Any, _: Facts) -> None:
    stores.ledger.pause(since)


def _campaign_and_ref(item: Item) -> tuple[str, str]:
    campaign, _, shard = item["campaign"].rpartition("#")
    return campaign, f"{shard}-{item['item'].partition('#')[2]}"


def _entry(entry: RecipientState) -> list[Any]:
    return [entry.state.value, entry.attempt, entry.at, entry.note]


def _read_chunk(stores: Stores, items: Sequence[Item], _: Facts) -> tuple[Any, Facts]:
    campaign, ref = _campaign_and_ref(items[0])
    chunk = stores.ledger.chunk(campaign, ref)
    assert chunk is not None
    assert [*stores.ledger.of_shard(campaign, ref[0])] == [chunk]
    assert [*stores.ledger.entries(campaign, ref[0])] == [chunk.entries]
    return chunk, {
        "campaign": chunk.campaign,
        "ref": chunk.ref,
        "recipients": list(chunk.recipients),
        "entries": [_entry(entry) for entry in chunk.entries],
        "version": chunk.version,
        "messages": {str(place): message for place, message in chunk.messages.items()},
        "late": chunk.late,
        "to_be_sent": chunk.claimable(),
        "listed_as_unfinished": [one.ref for one in stores.ledger.unfinished(campaign)],
        "listed_as_unknown": [one.ref for one in stores.ledger.unknown(campaign)],
    }


def _write_chunk(stores: Stores, chunk: Chunk, _: Facts) -> None:
    """As it is added; or added and saved, entries first and then the message ids."""
    if chunk.version == 0:
        stores.ledger.add(chunk)
        return
    shard, number = chunk.ref.split("-")
    fresh = new_chunk(chunk.campaign, shard, int(number), chunk.recipients)
    stores.ledger.add(replace(fresh, version=chunk.version - 1))
    stores.ledger.save(chunk, messages=chunk.messages)


def _read_cursor(stores: Stores, items: Sequence[Item], _: Facts) -> tuple[Any, Facts]:
    campaign, shard = items[0]["campaign"], items[0]["item"].removeprefix("shard#")
    cursor = stores.ledger.cursor(campaign, shard)
    assert list(stores.ledger.cursors(campaign)) == [cursor]
    assert stores.ledger.shard(campaign, shard) == (None, cursor)
    return (campaign, cursor), {
        "shard": cursor.shard,
        "last_id": cursor.last_id,
        "count": cursor.count,
        "chunks": cursor.chunks,
        "finished": cursor.finished,
    }


def _write_cursor(stores: Stores, read: tuple[str, Cursor], _: Facts) -> None:
    campaign, cursor = read
    stores.ledger.move(campaign, frm=Cursor(shard=cursor.shard), to=cursor, chunk=None)


def _taken(slots: DynamoSlots, take: Facts) -> Facts:
    words = {name: take[name] for name in ("mails", "step", "within")}
    taken = slots.take(take["lane"], now=at(take["now"]), **words)
    if not isinstance(taken, SlotReservation):
        return {"wait": taken}
    return {"start": taken.start.isoformat(), "spent": {str(hour): mails for hour, mails in taken.spent.items()}}


def _read_pacing(stores: Stores, _items: Sequence[Item], given: Facts) -> tuple[Any, Facts]:
    """What the next mails would be given: reading alone, there is no such thing."""
    return None, {"next": _taken(stores.new_slots(), given["next"])}


def _write_pacing(stores: Stores, _: Any, given: Facts) -> None:
    slots = stores.new_slots()
    for take in given["calls"]:
        _taken(slots, take)


FORMATS = {
    "campaign": Format(table="Ledger", read=_read_campaign, write=_write_campaign),
    "pause": Format(table="Ledger", read=_read_pause, write=_write_pause),
    "chunk": Format(table="Ledger", read=_read_chunk, write=_write_chunk),
    "cursor": Format(table="Ledger", read=_read_cursor, write=_write_cursor),
    "pacing": Format(table="Ledger", read=_read_pacing, write=_write_pacing),
}
