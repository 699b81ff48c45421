"""The items of the Ledger table: how campaigns, cursors and chunks are stored, and how they are read back.

    campaign            item             content
    campaigns           2024-04/invite   one campaign; all campaigns are in one partition, which the tick reads
    control             series           exists while the whole series is paused; `since` is the begin of the pause
    2024-04/invite      shard#a          the cursor of one shard: how far fan-out has come
    2024-04/invite#a    chunk#00001      the fixed part of a chunk: its recipients, and the SES message ids
    2024-04/invite#a    state#00001      the changing part of a chunk: one entry per recipient, under 1 KB
    2024-04/invite#a    chunk#123456789  a late addition (and its state#123456789), beside the ranges

A state item is in the sparse index while work is left in the chunk ("unfinished"), and then while the outcome of a mail
is unknown ("unknown"). Its attribute `unfinished` has one of these two values.

`slots` stores the pacing items in the same table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from convener.aws.items import readable, to_item
from convener.campaigns import Campaign, Stage, WaitReason
from convener.delivery.chunks import Chunk, Cursor, chunk_ref
from convener.delivery.states import RecipientState
from convener.formats import FIELD, NEWEST, check_format, numbered
from convener.mailing_types import mailing_type

CAMPAIGNS = "campaigns"
SERIES = {"campaign": "control", "item": "series"}

INDEX = "unfinished"
"""The name of the sparse index, the name of its attribute, and the attribute's value for a chunk with work left."""
UNKNOWN = "unknown"
"""The attribute's value for a chunk without work left in which the outcome of a mail is unknown."""

FORMAT_NAME = {"#format": FIELD}
"""The placeholder of the format's number in expressions."""


def campaign_key(campaign: str) -> dict[str, str]:
    """Return the key of a campaign's item."""
    return {"campaign": CAMPAIGNS, "item": campaign}


def campaign_item(campaign: Campaign) -> dict[str, Any]:
    """Return the item of a new campaign."""
    return {
        **campaign_key(campaign.id),
        "session": campaign.session,
        "kind": campaign.kind.name,
        "opened_at": campaign.opened_at.isoformat(),
        "too_late_at": campaign.too_late_at.isoformat(),
        "edition": campaign.edition,
        "brings": sorted(campaign.brings),
        "reached_by": campaign.reached_by,
        **{name: value for name, value in stage_attributes(campaign).items() if value is not None},
    }


def stage_attributes(campaign: Campaign) -> dict[str, Any]:
    """Return the attributes that a change of the campaign's stage writes. None: the attribute is removed."""
    return {
        "stage": campaign.stage.value,
        "why": campaign.why.value if campaign.why else None,
        "until": campaign.until.isoformat() if campaign.until else None,
        "lost": campaign.lost,
        "totals": dict(campaign.totals),
        "version": campaign.version,
        FIELD: NEWEST["campaign"],
    }


def stage_update(campaign: Campaign, more: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of an update that writes the campaign's stage and `more` attributes.

    The condition is that the stored version is the version before the campaign's.
    """
    values = {**stage_attributes(campaign), **more}
    sets = [name for name, value in values.items() if value is not None]
    removes = [name for name in values if name not in sets]
    update = "SET " + ", ".join(f"#{name} = :{name}" for name in sets)
    condition = "#version = :before"
    if campaign.version == 1:  # old campaigns have no version
        condition = f"attribute_exists(campaign) AND (attribute_not_exists(#version) OR {condition})"
    set_values = {f":{name}": values[name] for name in sets}
    return {
        "UpdateExpression": update + (" REMOVE " + ", ".join(f"#{name}" for name in removes) if removes else ""),
        "ConditionExpression": condition,
        "ExpressionAttributeNames": {f"#{name}": name for name in values},
        "ExpressionAttributeValues": to_item({":before": campaign.version - 1, **set_values}),
    }


def campaign_of(campaign: str, item: Mapping[str, Any]) -> Campaign:
    """Return the campaign that an item stores. Raises BadInput where the item cannot be read."""
    with readable(f"Campaign {campaign}", "campaign", item):
        return Campaign(
            id=item["item"],
            session=item["session"],
            kind=mailing_type(item["kind"]),
            stage=Stage(item["stage"]),
            opened_at=datetime.fromisoformat(item["opened_at"]),
            too_late_at=datetime.fromisoformat(item["too_late_at"]),
            edition=item["edition"],
            brings=frozenset(item["brings"]),
            reached_by=item["reached_by"],
            why=WaitReason(item["why"]) if "why" in item else None,
            until=datetime.fromisoformat(item["until"]) if "until" in item else None,
            lost=int(item.get("lost", 0)),  # old campaigns have neither `lost` nor `version`
            totals={name: int(count) for name, count in item["totals"].items()},
            version=int(item.get("version", 0)),
        )


def pause_item(since: datetime) -> dict[str, Any]:
    """Return the item that pauses the whole series."""
    return numbered("pause", {**SERIES, "since": since.isoformat()})


def cursor_key(campaign: str, shard: str) -> dict[str, str]:
    """Return the key of a shard's cursor."""
    return {"campaign": campaign, "item": f"shard#{shard}"}


def cursor_item(campaign: str, cursor: Cursor) -> dict[str, Any]:
    """Return the item of a cursor."""
    item = {
        **cursor_key(campaign, cursor.shard),
        "shard": cursor.shard,
        "last_id": cursor.last_id,
        "count": cursor.count,
        "chunks": cursor.chunks,
        "finished": cursor.finished,
    }
    return numbered("cursor", item)


def cursor_of(campaign: str, item: Mapping[str, Any]) -> Cursor:
    """Return the cursor that an item stores. Raises BadInput where the item cannot be read."""
    with readable(f"A shard's cursor of {campaign}", "cursor", item):
        return Cursor(
            shard=item["shard"],
            last_id=item["last_id"],
            count=int(item["count"]),
            chunks=int(item["chunks"]),
            finished=item["finished"],
        )


def chunk_keys(campaign: str, ref: str) -> list[dict[str, str]]:
    """Return the keys of a chunk's fixed item and state item. Raises ValueError where `ref` is not a chunk's name."""
    shard, number = ref.split("-")
    return [{"campaign": f"{campaign}#{shard}", "item": f"{part}#{number}"} for part in ("chunk", "state")]


def chunk_items(chunk: Chunk) -> list[dict[str, Any]]:
    """Return the two items of a new chunk."""
    fixed, state = chunk_keys(chunk.campaign, chunk.ref)
    return [
        numbered("chunk", {**fixed, "recipients": " ".join(chunk.recipients), "messages": {}}),
        {**state, **state_attributes(chunk), INDEX: INDEX},
    ]


def state_attributes(chunk: Chunk) -> dict[str, Any]:
    """Return the attributes of a state item that every write of the chunk changes."""
    entries = " ".join(entry.encode() for entry in chunk.entries)
    return numbered("chunk", {"entries": entries, "version": chunk.version})


def index_value(chunk: Chunk) -> str | None:
    """Return the value under which the sparse index has the chunk. None: the chunk is not in the index."""
    if chunk.unfinished:
        return INDEX
    return UNKNOWN if chunk.unknown else None


def ref_of(item: Mapping[str, Any]) -> str:
    """Return the name of the chunk that an item belongs to. Raises ValueError where the key has no chunk's name."""
    return chunk_ref(item["campaign"].rpartition("#")[2], int(item["item"].partition("#")[2]))


def label_of(item: Mapping[str, Any]) -> str:
    """Return a label for the item's chunk, for messages. It works for every key, also for a damaged one."""
    return f"{item['campaign'].rpartition('#')[2]}-{item['item'].partition('#')[2]}"


def chunk_of(campaign: str, ref: str, items: Iterable[Mapping[str, Any]]) -> Chunk | None:
    """Return the chunk that two items store, in any order; None where there are no items.

    Raises:
        BadInput: An item cannot be read, or one of the two is missing.
    """
    with readable(f"Chunk {ref} of {campaign}"):
        parts = {item["item"].partition("#")[0]: item for item in items if ref_of(item) == ref}
        return _chunk(campaign, ref, parts["chunk"], parts["state"]) if parts else None


def _chunk(campaign: str, ref: str, fixed: Mapping[str, Any], state: Mapping[str, Any]) -> Chunk:
    check_format("chunk", fixed, f"Chunk {ref} of {campaign}")
    check_format("chunk", state, f"Chunk {ref} of {campaign}")
    recipients, entries = tuple(fixed["recipients"].split()), _entries(state)
    if len(recipients) != len(entries):
        raise ValueError("recipients and entries differ in number")
    return Chunk(
        campaign=campaign,
        ref=ref,
        recipients=recipients,
        entries=entries,
        version=int(state["version"]),
        messages={int(place): message for place, message in fixed["messages"].items()},
    )


def entries_of(campaign: str, state: Mapping[str, Any]) -> tuple[RecipientState, ...]:
    """Return the entries of a state item. Raises BadInput, which names the chunk, where they cannot be read."""
    with readable(f"Chunk {label_of(state)} of {campaign}", "chunk", state):
        return _entries(state)


def _entries(state: Mapping[str, Any]) -> tuple[RecipientState, ...]:
    return tuple(RecipientState.decode(text) for text in state["entries"].split())
