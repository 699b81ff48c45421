"""Every error that Convener raises, named by what its catcher must do.

ConvenerError
├── BadInput             a person must mend what they gave; says what, where, how. Nothing was written
├── Misconfigured        an operator must mend the deployment; nothing runs until then
├── Blocked              a mailing did not pass composing or preflight; the others go on
├── Conflict             somebody else wrote first: read again, then decide again
├── Unavailable          a service did not do it, and said so or was never reached: try again later
│   └── Throttled        … because we were too fast
├── Refused              a service will never do this: give up on this one, go on with the rest
└── LostAnswer           a service may have done it or not: never repeat by yourself
"""

from __future__ import annotations


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
    """Certainly not done, because we were too fast or the daily quota is used up."""


class Refused(ConvenerError):
    """Certainly not done, and never will be for this address or mail."""


class LostAnswer(ConvenerError):
    """Perhaps done: time-out, dropped connection or 5xx after the request was handed over."""
