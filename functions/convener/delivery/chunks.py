"""Chunks and cursors, the parts of a campaign in the ledger.

A chunk holds up to 50 recipients of one shard. A shard's cursor says how far fan-out has come. Standard library only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from convener.delivery.states import ACCEPTED, DeliveryState, RecipientState
from convener.subscribers.models import shard_of

CHUNK_SIZE = 50
"""Recipients per chunk: the destinations of one SendBulkEmail (SES quotas), and entries for one write unit."""

FIRST_LATE, LAST_LATE = 100_000_000, 999_999_999
"""The chunk numbers of late additions have nine digits, and are far above the numbers that fan-out reaches."""


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """How far fan-out has come in one shard.

    Attributes:
        shard: The shard, a hexadecimal digit.
        last_id: The last recipient of the last chunk.
        count: Recipients written so far.
        chunks: Chunks written so far.
        finished: Whether fan-out has read the shard to its end.
    """

    shard: str
    last_id: str = ""
    count: int = 0
    chunks: int = 0
    finished: bool = False


@dataclass(frozen=True, kw_only=True)
class Chunk:
    """Recipients of one campaign and their entries.

    Attributes:
        campaign: The campaign's id.
        ref: The chunk's name, `<shard>-<number>`.
        recipients: The subscriber ids.
        entries: The recipients' entries, in the same order.
        version: The number of times that the entries were written.
        messages: SES's message ids by position.
    """

    campaign: str
    ref: str
    recipients: tuple[str, ...]
    entries: tuple[RecipientState, ...]
    version: int = 0
    messages: Mapping[int, str] = field(default_factory=dict)

    @property
    def late(self) -> bool:
        """Whether the chunk is a late addition, and not a chunk of fan-out."""
        return int(self.ref.partition("-")[2]) >= FIRST_LATE

    def claimable(self) -> list[int]:
        """Return the positions that may be claimed, in order."""
        return [place for place, entry in enumerate(self.entries) if entry.claimable]

    @property
    def unfinished(self) -> bool:
        """Whether work is left in the chunk."""
        return any(entry.unfinished for entry in self.entries)

    @property
    def unknown(self) -> bool:
        """Whether an entry is UNKNOWN."""
        return any(entry.state is DeliveryState.UNKNOWN for entry in self.entries)

    def with_entries(self, changed: Mapping[int, RecipientState]) -> Chunk:
        """Return the chunk with these entries replaced, by position, and with the next version."""
        entries = tuple(changed.get(place, entry) for place, entry in enumerate(self.entries))
        return replace(self, entries=entries, version=self.version + 1)


def chunk_ref(shard: str, number: int) -> str:
    """Return the name of a shard's n-th chunk. The name is a valid SES tag value."""
    return f"{shard}-{number:05d}"


def new_chunk(campaign: str, shard: str, number: int, recipients: Iterable[str]) -> Chunk:
    """Return a chunk whose entries are all PENDING."""
    ids = tuple(recipients)
    return Chunk(
        campaign=campaign, ref=chunk_ref(shard, number), recipients=ids, entries=(RecipientState(),) * len(ids)
    )


def late_chunk(campaign: str, recipient: str, entry: RecipientState, *, taken: Collection[str] = ()) -> Chunk:
    """Return the chunk of a late addition.

    Args:
        campaign: The campaign's id.
        recipient: The subscriber's id. The chunk's number follows from the id.
        entry: The claimed entry.
        taken: Names of existing chunks. The next free number is used.
    """
    shard, number = shard_of(recipient), int(recipient, 16) % (LAST_LATE - FIRST_LATE)
    while (ref := chunk_ref(shard, FIRST_LATE + number)) in taken:
        number = (number + 1) % (LAST_LATE - FIRST_LATE)
    return Chunk(campaign=campaign, ref=ref, recipients=(recipient,), entries=(entry,))


def tally(entries: Iterable[Sequence[RecipientState]]) -> Counter[DeliveryState]:
    """Count the entries of several chunks by state."""
    counts: Counter[DeliveryState] = Counter()
    for part in entries:
        counts.update(entry.state for entry in part)
    return counts


def totals(entries: Iterable[Sequence[RecipientState]]) -> dict[str, int]:
    """Sum up the entries of several chunks.

    Returns:
        The numbers `accepted`, `skipped`, `failed`, `unknown` and `unfinished`, and their sum `audience`.
    """
    counts: Counter[DeliveryState] = Counter()
    unfinished = 0
    for part in entries:
        counts.update(entry.state for entry in part if not entry.unfinished)
        unfinished += sum(entry.unfinished for entry in part)
    return {
        "audience": sum(counts.values()) + unfinished,
        "accepted": sum(counts[state] for state in ACCEPTED),
        "skipped": counts[DeliveryState.SKIPPED],
        "failed": counts[DeliveryState.FAILED],
        "unknown": counts[DeliveryState.UNKNOWN],
        "unfinished": unfinished,
    }
