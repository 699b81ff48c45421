"""Outcomes of mail requests. They contain nothing personal, so they may appear in logs and metrics."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class OutcomeType(StrEnum):
    """How a mail request ended.

    Attributes:
        SENT: SES accepted a mail.
        HELD_BACK: The address had its maximum number of mails for the day.
        NOTHING_DUE: No mail is due; the reason is in `Outcome.reason`.
        DROPPED: The request came too late, or is already done.
        DONE: The request asked for no mail, and is carried out.
        REFUSED: SES never accepts this mail, or no mail can be addressed to this address.
        UNKNOWN: The answer of SES was lost, and the mail is not repeated.
    """

    SENT = "sent"
    HELD_BACK = "held-back"
    NOTHING_DUE = "nothing-due"
    DROPPED = "dropped"
    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The outcome of one mail request.

    `mail` names the mail that was sent, or would have been sent: confirm, known, welcome, invite and so on.
    """

    outcome: OutcomeType
    mail: str = ""
    reason: str = ""

    @property
    def held_back(self) -> bool:
        """Whether the address had its maximum number of mails for the day."""
        return self.outcome is OutcomeType.HELD_BACK


def sent(mail: str) -> Outcome:
    """Return the outcome that SES accepted this mail."""
    return Outcome(outcome=OutcomeType.SENT, mail=mail)


def nothing_due(reason: str) -> Outcome:
    """Return the outcome that no mail is due."""
    return Outcome(outcome=OutcomeType.NOTHING_DUE, reason=reason)


def dropped(reason: str) -> Outcome:
    """Return the outcome that the request came too late, or is already done."""
    return Outcome(outcome=OutcomeType.DROPPED, reason=reason)


def carried_out(result: str) -> Outcome:
    """Return the outcome that a request which asked for no mail is carried out, with this result."""
    return Outcome(outcome=OutcomeType.DONE, reason=result)


HELD_BACK = Outcome(outcome=OutcomeType.HELD_BACK)
