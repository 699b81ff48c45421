"""Every error that Convener raises, named by what its catcher must do.

ConvenerError
├── BadInput             a person must mend what they gave; says what, where, how. Nothing was written
├── Misconfigured        an operator must mend the deployment; nothing runs until then
├── Blocked              a mailing did not pass composing or preflight; the others go on
├── Conflict             somebody else wrote first: read again, then decide again
├── Unavailable          a service did not do it, and said so or was never reached: try again later
│   ├── Throttled        … because we were too fast
│   ├── QuotaUsedUp      … because the day's quota of mails is used up: nothing more for hours
│   └── SendingPaused    … because SES lets this account or configuration set send nothing at present
├── Refused              a service will never do this: give up on this one, go on with the rest
└── LostAnswer           a service may have done it or not: never repeat by yourself
"""

from __future__ import annotations

from datetime import datetime


class ConvenerError(Exception):
    """Root of all errors that Convener raises on purpose."""


class BadInput(ConvenerError):
    """What somebody gave can't be used. The message is for that person: what, where, how to mend."""


class Misconfigured(ConvenerError):
    """The deployment lacks or contradicts something. The message names the setting."""


class Blocked(ConvenerError):
    """A mailing must not leave as it is. The message says why, in words for an editor."""


class Conflict(ConvenerError):
    """The condition of a write did not hold: somebody else was first."""


class Unavailable(ConvenerError):
    """Certainly not done. Trying again later is safe."""


class Throttled(Unavailable):
    """Certainly not done, because we were too fast."""


class QuotaUsedUp(Unavailable):
    """Certainly not done, because the daily quota is used up. `until`: when some of it is free again, where known."""

    def __init__(self, message: str, *, until: datetime | None = None) -> None:
        super().__init__(message)
        self.until = until


class SendingPaused(Unavailable):
    """Certainly not done: SES lets nothing leave from here until a person or AWS changes that."""


class Refused(ConvenerError):
    """Certainly not done, and never will be for this address or mail."""


class LostAnswer(ConvenerError):
    """Perhaps done: time-out, dropped connection or 5xx after the request was handed over."""
