"""In-memory ledger, sessions, editions, queues and mailer. The contract suite holds them to what the adapters do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from convener.campaigns import Campaign
from convener.delivery.chunks import Chunk, Cursor, tally, totals
from convener.delivery.mail import Mail
from convener.delivery.ports import Work
from convener.delivery.states import REACHED, Entry, State
from convener.editions.models import Edition
from convener.errors import Conflict
from convener.sessions.history import Entry as HistoryEntry
from convener.sessions.history import Mark, joined, parts
from convener.sessions.models import Session
from convener.subscribers.models import SHARDS


class FakeLedger:
    """The Ledger table in dictionaries."""

    def __init__(self) -> None:
        self.campaigns: dict[str, Campaign] = {}
        self.cursor_items: dict[tuple[str, str], Cursor] = {}
        self.chunk_items: dict[tuple[str, str], Chunk] = {}
        self.series_paused_since: datetime | None = None
        self.unreadable: dict[str, str] = {}

    def all(self) -> Sequence[Campaign]:
        return [self.campaigns[name] for name in sorted(self.campaigns)]

    def campaign(self, campaign: str) -> Campaign | None:
        return self.campaigns.get(campaign)

    def shard(self, campaign: str, shard: str) -> tuple[Campaign | None, Cursor]:
        return self.campaign(campaign), self.cursor(campaign, shard)

    def open(self, campaign: Campaign) -> None:
        if campaign.id in self.campaigns:
            raise Conflict(campaign.id)
        self.campaigns[campaign.id] = campaign

    def turn(self, campaign: Campaign) -> None:
        known = self.campaigns.get(campaign.id)
        if known is None or known.version != campaign.version - 1:
            raise Conflict(campaign.id)
        changing = ("stage", "why", "until", "lost", "totals", "version")
        self.campaigns[campaign.id] = replace(known, **{name: getattr(campaign, name) for name in changing})

    def paused_since(self) -> datetime | None:
        return self.series_paused_since

    def pause(self, since: datetime) -> None:
        self.series_paused_since = since

    def resume(self) -> None:
        self.series_paused_since = None

    def work(self, campaign: str, ref: str) -> Work:
        paused = self.series_paused_since is not None
        return Work(campaign=self.campaign(campaign), chunk=self.chunk(campaign, ref), paused=paused)

    def unfinished(self, campaign: str) -> Iterator[Chunk]:
        return (chunk for chunk in self._chunks(campaign) if chunk.unfinished)

    def unknown(self, campaign: str) -> Iterator[Chunk]:
        return (chunk for chunk in self._chunks(campaign) if chunk.unknown and not chunk.unfinished)

    def _chunks(self, campaign: str) -> list[Chunk]:
        return [chunk for (owner, _), chunk in sorted(self.chunk_items.items()) if owner == campaign]

    def tally(self, campaign: str) -> Counter[State]:
        return tally(chunk.entries for chunk in self._chunks(campaign))

    def finished_totals(self, campaign: str) -> Mapping[str, int] | None:
        cursors = self.cursors(campaign)
        if len(cursors) < len(SHARDS) or not all(cursor.finished for cursor in cursors):
            return None
        sums = totals(part for shard in SHARDS for part in self.entries(campaign, shard))
        return None if sums["unfinished"] else sums

    def cursor(self, campaign: str, shard: str) -> Cursor:
        return self.cursor_items.get((campaign, shard), Cursor(shard=shard))

    def cursors(self, campaign: str) -> Sequence[Cursor]:
        return [cursor for (owner, _), cursor in sorted(self.cursor_items.items()) if owner == campaign]

    def move(self, campaign: str, *, frm: Cursor, to: Cursor, chunk: Chunk | None) -> None:
        if self.cursor(campaign, to.shard) != frm:
            raise Conflict(campaign)
        self.cursor_items[campaign, to.shard] = to
        if chunk:
            self.chunk_items[campaign, chunk.ref] = chunk

    def chunk(self, campaign: str, ref: str) -> Chunk | None:
        return self.chunk_items.get((campaign, ref))

    def save(self, chunk: Chunk, *, messages: Mapping[int, str]) -> None:
        known = self.chunk_items.get((chunk.campaign, chunk.ref))
        if known is None or known.version != chunk.version - 1:
            raise Conflict(chunk.ref)
        merged = dict(known.messages) | dict(messages)
        self.chunk_items[chunk.campaign, chunk.ref] = replace(chunk, messages=merged)

    def of_shard(self, campaign: str, shard: str) -> Iterator[Chunk]:
        for (owner, ref), chunk in sorted(self.chunk_items.items()):
            if owner == campaign and ref.startswith(f"{shard}-"):
                yield chunk

    def entries(self, campaign: str, shard: str) -> Iterator[Sequence[Entry]]:
        return (chunk.entries for chunk in self.of_shard(campaign, shard))

    def reached(self, campaign: str, shard: str) -> frozenset[str]:
        return frozenset(
            recipient
            for chunk in self.of_shard(campaign, shard)
            for recipient, entry in zip(chunk.recipients, chunk.entries, strict=True)
            if entry.state in REACHED
        )

    def any_unfinished(self, campaign: str) -> bool:
        return any(chunk.unfinished for chunk in self._chunks(campaign))


class FakeSessions:
    """The Sessions table in a dictionary."""

    def __init__(self, sessions: Sequence[Session] = ()) -> None:
        self.rows = {session.id: session for session in sessions}
        self.unreadable: dict[str, str] = {}
        self.entry_parts: dict[str, HistoryEntry] = {}
        self.marks: dict[str, Mark] = {}

    def all(self) -> Sequence[Session]:
        return [self.rows[name] for name in sorted(self.rows)]

    def save(self, session: Session, *, expected_version: int) -> None:
        if self._version(session.id) != expected_version:
            raise Conflict(session.id)
        self.rows[session.id] = session

    def history(self) -> Iterator[HistoryEntry]:
        return joined(sorted(self.entry_parts.values(), key=lambda part: part.id, reverse=True))

    def mark(self, key: str) -> Mark | None:
        return self.marks.get(key)

    def commit(self, sessions: Sequence[tuple[Session, int]], *, entry: HistoryEntry | None, mark: Mark | None) -> None:
        new = {part.id: part for part in (parts(entry) if entry else ())}
        known = self.marks.get(mark.key) if mark else None
        stale = any(version != self._version(session.id) for session, version in sessions)
        if stale or new.keys() & self.entry_parts.keys() or (mark and known and _not_later(mark, known)):
            raise Conflict("transaction")
        self.rows |= {session.id: session for session, _ in sessions}
        self.entry_parts |= new
        if mark:
            self.marks[mark.key] = mark

    def _version(self, name: str) -> int:
        return self.rows[name].version if name in self.rows else 0


def _not_later(mark: Mark, known: Mark) -> bool:
    return known.order > mark.order or known.is_same(mark)


class FakeEditions:
    """The editions bucket; what lies there is what was put there first."""

    def __init__(self) -> None:
        self.objects: dict[str, str] = {}

    def put(self, edition: Edition) -> str:
        self.objects.setdefault(edition.digest, edition.to_json())
        return edition.digest

    def get(self, digest: str) -> Edition:
        return Edition.from_json(self.objects[digest])


class FakeQueues:
    """Both work queues as lists."""

    def __init__(self) -> None:
        self.shards: list[tuple[str, str]] = []
        self.chunks: list[tuple[str, str, int]] = []
        self.probes: list[tuple[str, str]] = []

    def add_shards(self, campaign: str, shards: Sequence[str]) -> None:
        self.shards += [(campaign, shard) for shard in shards]

    def add_chunk(self, campaign: str, ref: str, *, delay: int = 0) -> None:
        self.chunks.append((campaign, ref, delay))

    def add_chunks(self, campaign: str, refs: Sequence[str]) -> None:
        self.chunks += [(campaign, ref, 0) for ref in refs]

    def add_probe(self, campaign: str, ref: str) -> None:
        self.probes.append((campaign, ref))


class FakeMailer:
    """Keeps what it takes. `fails` may raise for a mail, before anything is kept."""

    def __init__(self, fails: Callable[[Mail], None] = lambda _mail: None) -> None:
        self.sent: list[Mail] = []
        self.fails = fails

    def send(self, mail: Mail) -> str:
        self.fails(mail)
        self.sent.append(mail)
        return f"message-{len(self.sent)}"


class FakeLinks:
    """Links that show what they are for."""

    def leave_url(self, subscriber_id: str) -> str:
        return f"https://c.example/leave/{subscriber_id}"

    def join_url(self, session_id: str) -> str:
        return f"https://c.example/join/{session_id}"

    def view_url(self, campaign: str) -> str:
        return f"https://c.example/view/{campaign}"
