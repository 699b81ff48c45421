"""The mails that left, read once each, newest first."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from local.timeline.mailview import Mail, read_mail


@dataclass
class Mails:
    """The outbox `folder` as a growing list."""

    folder: Path
    _known: dict[str, Mail] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def all(self) -> Sequence[Mail]:
        """Every mail, newest first."""
        with self._lock:
            for file in sorted(self.folder.glob("*.eml")):
                if file.name not in self._known:
                    self._known[file.name] = read_mail(file, number=file.name.split("-", 1)[0])
            return sorted(self._known.values(), key=lambda mail: int(mail.number), reverse=True)

    def find(self, number: str) -> Mail | None:
        """The mail with that number."""
        return next((mail for mail in self.all() if mail.number == number), None)

    def raw(self, name: str) -> bytes | None:
        """The bytes of one file of the outbox, as they left."""
        known = {mail.file for mail in self.all()}
        return (self.folder / name).read_bytes() if name in known else None


def as_json(mails: Sequence[Mail], *, base_url: str, zone: ZoneInfo) -> list[dict[str, Any]]:
    """What `/_inbox.json` holds. `received` is the time of the stack's own clock, with its offset."""
    return [
        {
            "id": mail.number,
            "to": mail.to,
            "subject": mail.subject,
            "kind": kind_of(mail),
            "received": mail.at.astimezone(zone).isoformat() if mail.at else None,
            "raw_url": f"{base_url}/_inbox/outbox/{quote(mail.file)}",
        }
        for mail in mails
    ]


def kind_of(mail: Mail) -> str:
    """`invite`, `reminder`, …; for a letter its own name, such as `confirm`; `other` for all else."""
    return mail.campaign.split("/")[1] if "/" in mail.campaign else mail.letter or "other"
