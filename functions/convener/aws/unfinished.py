"""What is left of a campaign, by the sparse index: nobody has to read a ledger to find the few chunks that matter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from convener.aws.chunk_items import INDEX, UNKNOWN, chunk_of, part_keys, ref_of
from convener.aws.chunks import DynamoChunks
from convener.aws.items import batch_get, query, readable
from convener.aws.translate import translated
from convener.delivery.chunks import Chunk
from convener.errors import BadInput

BATCH = 50
"""Chunks that one BatchGetItem takes: 100 keys."""


class DynamoUnfinished(DynamoChunks):
    """The index lags a little, so only the chunks themselves, read consistently, decide.

    `unreadable` tells which ones were left out and why: one bad chunk must not keep the others from being swept.
    """

    unreadable: dict[str, str]

    def any_unfinished(self, campaign: str) -> bool:
        """Whether the index knows of a chunk with work left: True may be late, False early."""
        with translated():
            return next(self._listed(campaign, INDEX), None) is not None

    def unfinished(self, campaign: str) -> Iterator[Chunk]:
        """Chunks with work left, but those in `unreadable`. One that was written just now may be missing."""
        return (chunk for chunk in self._found(campaign, INDEX) if chunk.unfinished)

    def unknown(self, campaign: str) -> Iterator[Chunk]:
        """Chunks without work left in which an outcome is unknown, in the same way."""
        return (chunk for chunk in self._found(campaign, UNKNOWN) if chunk.unknown and not chunk.unfinished)

    def _listed(self, campaign: str, value: str) -> Iterator[dict[str, Any]]:
        condition = f"{INDEX} = :index AND begins_with(campaign, :campaign)"
        values = {":index": value, ":campaign": f"{campaign}#"}
        return query(self._client, self._table, condition, values, IndexName=INDEX)

    def _refs(self, campaign: str, value: str) -> list[str]:
        refs = []
        with translated():
            for item in self._listed(campaign, value):
                name = f"{item['campaign']} {item['item']}"
                with self._telling(name), readable(name):
                    refs.append(ref_of(item))
        return sorted(refs)

    def _found(self, campaign: str, value: str) -> Iterator[Chunk]:
        refs = self._refs(campaign, value)
        for start in range(0, len(refs), BATCH):
            some = refs[start : start + BATCH]
            keys = [key for ref in some for key in part_keys(campaign, ref)]
            parts = defaultdict(list)
            with translated():
                for item in batch_get(self._client, self._table, keys):
                    parts[ref_of(item)].append(item)
            for ref in some:
                with self._telling(f"{campaign} {ref}"):
                    if chunk := chunk_of(campaign, ref, parts[ref]):
                        yield chunk

    @contextmanager
    def _telling(self, name: str) -> Iterator[None]:
        try:
            yield
        except BadInput as error:
            self.unreadable[name] = str(error)
