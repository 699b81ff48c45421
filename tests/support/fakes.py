"""In-memory stores, queues and mailer. The contract suite holds them to what the adapters do."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from convener.delivery.mail import Mail
from convener.editions.models import Edition
from tests.support.fake_ledger import FakeLedger
from tests.support.fake_sessions import FakeSessions

__all__ = ["FakeEditions", "FakeLedger", "FakeLinks", "FakeMailer", "FakeQueues", "FakeSessions"]


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

    def preferences_url(self, subscriber_id: str) -> str:
        return f"https://c.example/preferences/{subscriber_id}"

    def join_url(self, session_id: str) -> str:
        return f"https://c.example/join/{session_id}"

    def view_url(self, campaign: str) -> str:
        return f"https://c.example/view/{campaign}"
