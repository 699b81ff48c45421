"""The mails that SES accepted: in memory and, where a folder is named, as files there."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

FIRST = "010b"  # as ids of eu-west-2 begin


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A mail that is asked for, checked and made. `unrendered` says why it will never be delivered, where it won't."""

    message_id: str
    sender: str
    recipients: Sequence[str]
    raw: bytes
    tags: Mapping[str, str]
    configuration_set: str = ""
    unrendered: str = ""


@dataclass(frozen=True, kw_only=True)
class Kept(Draft):
    """A mail that was accepted. `number` counts from 1; `answered` is False where the answer to it was lost."""

    number: int
    at: datetime
    answered: bool = True

    @property
    def file(self) -> str:
        """The name of its file, such as `0001-2024-04_invite-5e1f0c9a.eml`."""
        named = (
            self.tags.get("campaign") or self.tags.get("letter", "mail"),
            self.tags.get("recipient", self.message_id[-19:])[:8],
        )
        return f"{self.number:04d}-{'-'.join(named)}.eml"


def new_message_id(now: datetime) -> str:
    """An id as SES makes them."""
    return f"{FIRST}{int(now.timestamp() * 1000):012x}-{uuid.uuid4()}-000000"


class Mails:
    """All of them, oldest first."""

    def __init__(self) -> None:
        self.all: list[Kept] = []
        self.folder: Path | None = None

    @property
    def count(self) -> int:
        """How many were accepted."""
        return len(self.all)

    def keep_in(self, folder: Path) -> None:
        """Write every mail from now on into that folder too."""
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder

    def keep(self, draft: Draft, *, at: datetime, answered: bool) -> Kept:
        """Accept one."""
        kept = Kept(**vars(draft), number=len(self.all) + 1, at=at, answered=answered)
        self.all.append(kept)
        if self.folder:
            unfinished = self.folder / "unfinished"
            unfinished.write_bytes(kept.raw)  # whoever looks at the folder meanwhile sees whole mails only
            unfinished.rename(self.folder / kept.file)
        return kept
