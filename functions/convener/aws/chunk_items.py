"""Chunks as items of the ledger.

    campaign            item            what
    2024-04/invite#a    chunk#00001     what is fixed: the recipients; and the SES message ids, written once a call
    2024-04/invite#a    state#00001     what changes with every event: one entry a recipient, under 1 KB

    2024-04/invite#a    chunk#123456789  (and state#123456789) someone who joined late, beside the ranges

A state item is in the sparse index as long as anything is left to do in it ("unfinished"), and then as long as the
outcome of anyone is unknown ("unknown"): the attribute `unfinished` says which.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from convener.aws.items import readable
from convener.delivery.chunks import Chunk, chunk_ref
from convener.delivery.states import RecipientState

INDEX = "unfinished"
"""The index's name, the name of its attribute, and the value for what is unfinished."""
UNKNOWN = "unknown"


def part_keys(campaign: str, ref: str) -> list[dict[str, str]]:
    """Where a chunk's two items lie. Raises ValueError where that is no chunk's name."""
    shard, number = ref.split("-")
    return [{"campaign": f"{campaign}#{shard}", "item": f"{part}#{number}"} for part in ("chunk", "state")]


def chunk_items(chunk: Chunk) -> list[dict[str, Any]]:
    """The two items of a new chunk."""
    fixed, state = part_keys(chunk.campaign, chunk.ref)
    return [
        {**fixed, "recipients": " ".join(chunk.recipients), "messages": {}},
        {**state, **changing(chunk), INDEX: INDEX},
    ]


def changing(chunk: Chunk) -> dict[str, Any]:
    """What a state item says."""
    return {"entries": " ".join(entry.encode() for entry in chunk.entries), "version": chunk.version}


def index_value(chunk: Chunk) -> str | None:
    """What the sparse index lists it as; None: not at all."""
    if chunk.unfinished:
        return INDEX
    return UNKNOWN if chunk.unknown else None


def ref_of(item: Mapping[str, Any]) -> str:
    """The name of the chunk that one of its items belongs to. Raises ValueError."""
    return chunk_ref(item["campaign"].rpartition("#")[2], int(item["item"].partition("#")[2]))


def called(item: Mapping[str, Any]) -> str:
    """The same in words, also where that is no chunk's name."""
    return f"{item['campaign'].rpartition('#')[2]}-{item['item'].partition('#')[2]}"


def chunk_of(campaign: str, ref: str, items: Iterable[Mapping[str, Any]]) -> Chunk | None:
    """A chunk of its two items, in whatever order; None where there is neither. Raises BadInput."""
    with readable(f"Chunk {ref} of {campaign}"):
        parts = {item["item"].partition("#")[0]: item for item in items if ref_of(item) == ref}
        return _chunk(campaign, ref, parts["chunk"], parts["state"]) if parts else None


def _chunk(campaign: str, ref: str, fixed: Mapping[str, Any], state: Mapping[str, Any]) -> Chunk:
    recipients, entries = tuple(fixed["recipients"].split()), entries_of(state)
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


def state_entries(campaign: str, state: Mapping[str, Any]) -> tuple[RecipientState, ...]:
    """The entries of a state item alone. Raises BadInput, which names the chunk."""
    with readable(f"Chunk {called(state)} of {campaign}"):
        return entries_of(state)


def entries_of(state: Mapping[str, Any]) -> tuple[RecipientState, ...]:
    """The entries of a state item. Raises what `readable` turns into words."""
    return tuple(RecipientState.decode(text) for text in state["entries"].split())
