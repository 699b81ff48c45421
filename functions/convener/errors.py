"""Every error that Convener raises, named by what the catcher must do.

ConvenerError
├── BadInput             a person must correct their input; the message says what, where and how. Nothing was written
├── Misconfigured        an operator must correct the deployment; nothing runs until then
├── Blocked              a mailing did not pass composing or preflight; other mailings continue
├── Conflict             another writer was first: read again, then decide again
├── Unavailable          a service certainly did not do it: try again later
│   ├── Throttled        … because the requests came too fast
│   ├── QuotaUsedUp      … because the daily quota of mails is used up: wait for hours
│   └── SendingPaused    … because SES sends nothing for this account or configuration set at present
├── Refused              a service will never do it: give up this one, continue with the others
└── LostAnswer           a service may have done it or not: never repeat it automatically
"""

from __future__ import annotations

from datetime import datetime


class ConvenerError(Exception):
    """The root of all errors that Convener raises on purpose."""


class BadInput(ConvenerError):
    """An input can't be used. The message tells its author what is wrong, where, and how to correct it."""


class Misconfigured(ConvenerError):
    """A setting of the deployment is missing or contradictory. The message names the setting."""


class Blocked(ConvenerError):
    """A mailing must not leave as it is. The message gives the reason, in words for an editor."""


class Conflict(ConvenerError):
    """The condition of a write did not hold, because another writer was first."""


class Unavailable(ConvenerError):
    """The service certainly did not do it. Trying again later is safe."""


class Throttled(Unavailable):
    """The service certainly did not do it, because the requests came too fast."""


class QuotaUsedUp(Unavailable):
    """SES certainly did not send the mail, because the daily quota is used up.

    `until` is the moment at which a part of the quota is free again, where it is known.
    """

    def __init__(self, message: str, *, until: datetime | None = None) -> None:
        super().__init__(message)
        self.until = until


class SendingPaused(Unavailable):
    """SES certainly did not send the mail, and sends none until a person or AWS changes that."""


class Refused(ConvenerError):
    """The service certainly did not do it, and never will for this address or mail."""


class LostAnswer(ConvenerError):
    """The service may have done it: a time-out, a dropped connection or a 5xx answer after the request was sent."""
