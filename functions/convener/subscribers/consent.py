"""The consent record: what a subscriber agreed to, when, in which form and to which words. Standard library only.

Entries are only added; erasing a subscriber alone deletes entries. ICO, "Consent: how should we obtain, record and
manage consent?", asks to record who consented, when, how, what they were told, and whether they have withdrawn.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from convener.consent_coverage import Coverage
from convener.subscribers.mailing_choices import spelled_out


class ConsentEvent(StrEnum):
    """The event that an entry of the consent record describes."""

    JOINED = "joined"
    IMPORTED = "imported"
    CHOSE = "chose"
    LEFT = "left"
    SAID_WHY = "said-why"
    CAME_BACK = "came-back"
    MOVED = "moved"
    LIFTED = "lifted"
    ERASED = "erased"
    EXPORTED = "exported"
    """An operator gave the subscriber's data to them, because they asked for it."""
    MARKED = "marked"
    """A list said that nobody may write to this address."""
    UNDONE = "undone"
    """An operator undid the import that added the subscriber, before the subscriber did anything."""


FOR_KINDS = frozenset({ConsentEvent.JOINED, ConsentEvent.IMPORTED, ConsentEvent.CHOSE, ConsentEvent.MOVED})
"""The events whose entries state the mailing types that the consent is for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ConsentEntry:
    """One entry in the consent record of one subscriber.

    Attributes:
        subscriber: The id of the subscriber.
        what: The event.
        by: The way in which the event came: "page", "embedded", "one-click", "import" or "operator".
        wording: The version of the text that the consent rests on; empty where no text was shown, or the first one.
        kinds: The mailing types that the consent is for; empty for all that the wording covers.
        note: More about the event, such as the source of the consent that an import states.
        mark: A random value that distinguishes two entries of the same time.
    """

    subscriber: str
    at: datetime
    what: ConsentEvent
    by: str
    wording: str = ""
    kinds: frozenset[str] = frozenset()
    note: str = ""
    mark: str = field(default_factory=lambda: uuid.uuid4().hex[:8])

    def kinds_in_full(self, coverage: Coverage) -> frozenset[str]:
        """Return the mailing types of the consent, with all types named; none for an event such as leaving."""
        return spelled_out(self.kinds, coverage.of(self.wording)) if self.what in FOR_KINDS else self.kinds
