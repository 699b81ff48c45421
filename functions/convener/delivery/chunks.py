"""A chunk: up to 50 recipients of one campaign within one shard, and the shard's cursor. Standard library only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from convener.delivery.states import ACCEPTED, DeliveryState, RecipientState
from convener.subscribers.models import shard_of

CHUNK_SIZE = 50
"""SendBulkEmail takes 50 destinations (SES quotas), and 50 entries stay under one write unit."""

FIRST_LATE, LAST_LATE = 100_000_000, 999_999_999
"""Late additions have numbers of nine digits, far above those that fan-out counts."""


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """How far fan-out has come in one shard: the last subscriber seen, recipients and chunks written so far."""

    shard: str
    last_id: str = ""
    count: int = 0
    chunks: int = 0
    finished: bool = False


@dataclass(frozen=True, kw_only=True)
class Chunk:
    """Recipients and their entries, side by side. `ref` is `<shard>-<number>`, `version` counts the entries' writes."""

    campaign: str
    ref: str
    recipients: tuple[str, ...]
    entries: tuple[RecipientState, ...]
    version: int = 0
    messages: Mapping[int, str] = field(default_factory=dict)

    @property
    def late(self) -> bool:
        """Whether it is the addition of one who joined late, beside the ranges."""
        return int(self.ref.partition("-")[2]) >= FIRST_LATE

    def claimable(self) -> list[int]:
        """Positions that may be claimed, in order."""
        return [place for place, entry in enumerate(self.entries) if entry.claimable]

    @property
    def unfinished(self) -> bool:
        """Whether anything is still to be done here."""
        return any(entry.unfinished for entry in self.entries)

    @property
    def unknown(self) -> bool:
        """Whether the answer of SES was lost for anyone here, and nothing has told since."""
        return any(entry.state is DeliveryState.UNKNOWN for entry in self.entries)

    def with_entries(self, changed: Mapping[int, RecipientState]) -> Chunk:
        """The chunk after those positions changed; its version is the next one."""
        entries = tuple(changed.get(place, entry) for place, entry in enumerate(self.entries))
        return replace(self, entries=entries, version=self.version + 1)


def chunk_ref(shard: str, number: int) -> str:
    """The name of a shard's n-th chunk, also as an SES tag."""
    return f"{shard}-{number:05d}"


def new_chunk(campaign: str, shard: str, number: int, recipients: Iterable[str]) -> Chunk:
    """A chunk in which nobody was sent anything yet."""
    ids = tuple(recipients)
    return Chunk(
        campaign=campaign, ref=chunk_ref(shard, number), recipients=ids, entries=(RecipientState(),) * len(ids)
    )


def late_chunk(campaign: str, recipient: str, entry: RecipientState, *, taken: Collection[str] = ()) -> Chunk:
    """A chunk for one person beside the ranges, claimed already; its number comes from her id, or is the next free."""
    shard, number = shard_of(recipient), int(recipient, 16) % (LAST_LATE - FIRST_LATE)
    while (ref := chunk_ref(shard, FIRST_LATE + number)) in taken:
        number = (number + 1) % (LAST_LATE - FIRST_LATE)
    return Chunk(campaign=campaign, ref=ref, recipients=(recipient,), entries=(entry,))


def tally(entries: Iterable[Sequence[RecipientState]]) -> Counter[DeliveryState]:
    """How many entries of chunks are in which state."""
    count: Counter[DeliveryState] = Counter()
    for part in entries:
        count.update(entry.state for entry in part)
    return count


def totals(entries: Iterable[Sequence[RecipientState]]) -> dict[str, int]:
    """Sums over the entries of chunks: accepted + skipped + failed + unknown + unfinished is always the audience."""
    count: Counter[DeliveryState] = Counter()
    unfinished = 0
    for part in entries:
        count.update(entry.state for entry in part if not entry.unfinished)
        unfinished += sum(entry.unfinished for entry in part)
    return {
        "audience": sum(count.values()) + unfinished,
        "accepted": sum(count[state] for state in ACCEPTED),
        "skipped": count[DeliveryState.SKIPPED],
        "failed": count[DeliveryState.FAILED],
        "unknown": count[DeliveryState.UNKNOWN],
        "unfinished": unfinished,
    }
