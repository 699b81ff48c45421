"""What happened in a rehearsal, as its timeline tells it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class TimelineEvent:
    """One thing that happened. `at` is aware, in UTC; `text` is one or two plain sentences.

    `kind` is "load" (an archive was read), "edit" (somebody changed a session), "act" (a reader did something),
    "tick", "waiting" (something is due and can't leave yet) or "campaign"; `campaign` names the campaign that the
    moment is about, such as "2024-04/invite", and `mails` the mails by their numbers, such as "0041".
    """

    at: datetime
    kind: str
    text: str
    campaign: str | None = None
    mails: tuple[str, ...] = ()
