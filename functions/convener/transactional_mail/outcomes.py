"""What came of a letter that was asked for. It names nobody, so it may stand in logs and metrics."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class OutcomeType(StrEnum):
    """How it ended.

    SENT: SES took a mail. HELD_BACK: the day's limit of mails to this address is reached. NOTHING_DUE: nobody is to
    get a mail; `why` says why. DROPPED: it came too late, or again. REFUSED: SES, or the address itself, never takes
    one. UNKNOWN: the answer of SES was lost, and the mail is one that is not repeated.
    """

    SENT = "sent"
    HELD_BACK = "held-back"
    NOTHING_DUE = "nothing-due"
    DROPPED = "dropped"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One letter's end. `mail` is which mail left or would have: confirm, known, welcome, invite and so on."""

    outcome: OutcomeType
    mail: str = ""
    why: str = ""

    @property
    def held_back(self) -> bool:
        """Whether the day's limit of mails to an address was met."""
        return self.outcome is OutcomeType.HELD_BACK


def sent(mail: str) -> Outcome:
    """SES took it."""
    return Outcome(outcome=OutcomeType.SENT, mail=mail)


def nothing(why: str) -> Outcome:
    """Nobody is to get a mail."""
    return Outcome(outcome=OutcomeType.NOTHING_DUE, why=why)


def dropped(why: str) -> Outcome:
    """Too late, or done already."""
    return Outcome(outcome=OutcomeType.DROPPED, why=why)


HELD_BACK = Outcome(outcome=OutcomeType.HELD_BACK)
