"""A small SES v2 for one machine: a WSGI application that keeps the mails it accepts and sends nothing to anybody.

It refuses what SES refuses, holds SES's rate and daily quota on a clock that is handed in, tells what became of a mail
by events, and fails on command.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol

from local.ses import drafts
from local.ses.account import Account
from local.ses.errors import QUOTA_USED_UP, TOO_FAST, Cut, SesError
from local.ses.faults import AFTER, Fault, Faults, Struck
from local.ses.limits import SendingLimits
from local.ses.mails import Draft, Kept, Mails
from local.ses.model import Asked
from local.ses.post import EventQueue


class ServerClock(Protocol):
    """What the server knows of time."""

    def now(self) -> datetime:
        """The present moment, aware."""

    def sleep(self, seconds: float) -> None:
        """Let that many seconds pass."""


ENTRY_STATUS = {
    "NotFoundException": "TEMPLATE_NOT_FOUND",
    "BadRequestException": "INVALID_PARAMETER",
    "MessageRejected": "MESSAGE_REJECTED",
    "LimitExceededException": "ACCOUNT_DAILY_QUOTA_EXCEEDED",
}
ENTRY_FAULTS = {
    Fault.ENTRY_THROTTLED: ("ACCOUNT_THROTTLED", TOO_FAST),
    Fault.ENTRY_QUOTA: ("ACCOUNT_DAILY_QUOTA_EXCEEDED", QUOTA_USED_UP),
    Fault.ENTRY_FAILED: ("TRANSIENT_FAILURE", "Internal failure."),
}
REFUSALS = {
    Fault.THROTTLED: ("TooManyRequestsException", TOO_FAST),
    Fault.QUOTA: ("LimitExceededException", QUOTA_USED_UP),
    Fault.PAUSED: ("SendingPausedException", "Sending is paused for this account."),
    Fault.REFUSED: ("MessageRejected", "Email address is not verified."),
    Fault.ERROR_BEFORE: ("InternalFailure", "Internal failure."),
    Fault.ERROR_AFTER: ("InternalFailure", "Internal failure."),
}


class SesServer:
    """Answers decoded requests; `local.ses.web` puts HTTP around it.

    `clock` may be exchanged while it runs. `counts` tells of requests by operation, and of mails accepted.
    """

    def __init__(self, *, clock: ServerClock, rate: float = 14.0, daily: float = 50_000) -> None:
        self._at_first = clock, rate, daily
        self._lock = threading.RLock()
        self.reset()

    def reset(self) -> None:
        """Begin anew with the clock and the limits that the server was made with: no mail, no fault, no identity."""
        with self._lock:
            self.clock, rate, daily = self._at_first
            self.limits = SendingLimits(rate=rate, daily=daily)
            self.account = Account(self.limits)
            self.faults = Faults()
            self.mails = Mails()
            self.post = EventQueue(self.now)
            self.counts: Counter[str] = Counter()

    @property
    def at_rest(self) -> AbstractContextManager[object]:
        """Let no request be carried out meanwhile: for who orders faults, or looks at what came of them."""
        return self._lock

    def now(self) -> datetime:
        """What the clock shows."""
        return self.clock.now()

    def sleep(self, seconds: float) -> None:
        """Let time pass on the clock."""
        self.clock.sleep(seconds)

    def answer(self, asked: Asked) -> dict[str, Any]:
        """What SES answers. Raises SesError, or Cut where the answer doesn't come as it should."""
        with self._lock:
            self.counts[asked.operation] += 1
            struck = self.faults.strike(asked)
            if struck and struck.fault not in AFTER:
                raise _refusal(struck)
            answer = self._carried_out(asked, answered=struck is None)
        self.post.pump()  # outside the lock, and before the answer: events may be the faster ones
        if struck:
            raise _refusal(struck, answer)
        return answer

    def _carried_out(self, asked: Asked, *, answered: bool) -> dict[str, Any]:
        now = self.clock.now()
        if asked.operation == "SendEmail":
            draft = drafts.single(asked.params, check=self.account.check_sender, at=now)
            self._take(len(draft.recipients), now)
            return {"MessageId": self._keep(draft, now, answered=answered).message_id}
        if asked.operation == "SendBulkEmail":
            return {"BulkEmailEntryResults": self._send_bulk(asked.params, now, answered=answered)}
        return self.account.answer(asked.operation, asked.params, now)

    def _send_bulk(self, params: dict[str, Any], now: datetime, *, answered: bool) -> Sequence[dict[str, Any]]:
        drafts.check_bulk(params, check=self.account.check_sender)
        made: list[Draft | tuple[str, str]] = []
        room = self.limits.room(now)
        for own in params["BulkEmailEntries"]:
            drafted = self._entry(params, own, now)
            if isinstance(drafted, Draft):
                room -= len(drafted.recipients)
                drafted = ENTRY_FAULTS[Fault.ENTRY_QUOTA] if room < 0 else drafted
            made.append(drafted)
        if number := sum(len(one.recipients) for one in made if isinstance(one, Draft)):
            self._take(number, now)
        return [self._result(one, now, answered=answered) for one in made]

    def _entry(self, params: dict[str, Any], own: dict[str, Any], now: datetime) -> Draft | tuple[str, str]:
        if struck := self.faults.strike_entry(own):
            return ENTRY_FAULTS[struck.fault]
        try:
            return drafts.entry(params, own, at=now)
        except SesError as error:
            return ENTRY_STATUS[error.code], error.message

    def _result(self, made: Draft | tuple[str, str], now: datetime, *, answered: bool) -> dict[str, Any]:
        if not isinstance(made, Draft):
            self.counts[made[0]] += 1
            return {"Status": made[0], "Error": made[1]}
        return {"Status": "SUCCESS", "MessageId": self._keep(made, now, answered=answered).message_id}

    def _take(self, number: int, now: datetime) -> None:
        try:
            self.limits.take(number, now)
        except SesError as error:
            self.counts[error.code] += 1
            raise

    def _keep(self, draft: Draft, now: datetime, *, answered: bool) -> Kept:
        kept = self.mails.keep(draft, at=now, answered=answered)
        self.counts["accepted"] += 1
        self.counts["answers lost"] += not answered
        self.post.tell(kept, suppressed=self.account.on_list(kept.recipients))
        return kept


def _refusal(struck: Struck, answer: dict[str, Any] | None = None) -> Exception:
    """What comes instead of the answer."""
    match struck.fault:
        case Fault.HANG_BEFORE | Fault.HANG_AFTER:
            return Cut(seconds=struck.seconds, answer=answer)
        case Fault.UNREACHED | Fault.DROPPED_BEFORE | Fault.DROPPED_AFTER:
            return Cut(reached=struck.fault != Fault.UNREACHED)
    return SesError(*REFUSALS[struck.fault])
