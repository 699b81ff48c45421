"""The consent record: what somebody agreed to, when, where and in which words. It is only ever added to.

ICO, "Consent: how should we obtain, record and manage consent?": who, when, what they were told, how, and whether they
have withdrawn. Erasure alone takes entries away. Standard library only.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from convener.subscribers.mailing_choices import spelled_out


class ConsentEvent(StrEnum):
    """What happened to a consent."""

    JOINED = "joined"
    IMPORTED = "imported"
    CHOSE = "chose"
    LEFT = "left"
    SAID_WHY = "said-why"
    CAME_BACK = "came-back"
    MOVED = "moved"
    LIFTED = "lifted"
    ERASED = "erased"
    UNDONE = "undone"
    """The import that brought her was taken back before she had anything to do with it."""


FOR_KINDS = frozenset({ConsentEvent.JOINED, ConsentEvent.IMPORTED, ConsentEvent.CHOSE, ConsentEvent.MOVED})
"""What says for which kinds of mailing it is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ConsentEntry:
    """One entry of one subscriber, named by her id.

    `by` is the form, file or hand it came by ("page", "embedded", "one-click", "import", "operator"); `wording` the
    version of the text she agreed to, empty where none was shown; `kinds` what it is for, empty for all; `note` a word
    more, such as where an import says that consent came from. `mark` tells two entries of one moment apart.
    """

    subscriber: str
    at: datetime
    what: ConsentEvent
    by: str
    wording: str = ""
    kinds: frozenset[str] = frozenset()
    note: str = ""
    mark: str = field(default_factory=lambda: uuid.uuid4().hex[:8])

    @property
    def kinds_in_full(self) -> frozenset[str]:
        """What it is for, each by its name; empty where the entry is about no kinds, such as leaving."""
        return spelled_out(self.kinds) if self.what in FOR_KINDS else self.kinds
