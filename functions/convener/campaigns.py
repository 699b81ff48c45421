"""A campaign: one kind of mailing for one session. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from convener.mailing_types import MailingType


class Stage(StrEnum):
    """How far a campaign has come.

    OPEN: it exists, its shards may not be queued yet. SENDING: they are. WAITING: no mail leaves and no message is
    queued; `why` and `until` say for what, and the tick brings it back. DONE: every shard is finished and nothing is
    pending, to be tried again, or on its way. STOPPED: for good; what had not left becomes SKIPPED, and once that is
    done `totals` are filled.
    """

    OPEN = "open"
    SENDING = "sending"
    WAITING = "waiting"
    DONE = "done"
    STOPPED = "stopped"


class WaitReason(StrEnum):
    """What a WAITING campaign waits for, or what STOPPED it.

    PAUSED and SERIES wait for a person; QUOTA, SES_PAUSED and NIGHT until a moment; LOST_ANSWERS for a probe that
    succeeds; RESUMED for the next tick.
    """

    PAUSED = "paused"
    SERIES = "series-paused"
    QUOTA = "quota"
    SES_PAUSED = "ses-paused"
    LOST_ANSWERS = "lost-answers"
    NIGHT = "night"
    RESUMED = "resumed"
    OPERATOR = "operator"
    COMPLAINTS = "complaints"
    BOUNCES = "bounces"


def campaign_id(session: str, kind: MailingType, number: int = 1) -> str:
    """The derived id: `2024-04/invite`, and `2024-04/follow-up/2` for a second one."""
    return f"{session}/{kind.name}" if number == 1 else f"{session}/{kind.name}/{number}"


def campaign_tag(campaign: str) -> str:
    """The id in the characters that SES allows in tag values (letters, digits, `_`, `-`)."""
    return campaign.replace("/", "_")


def campaign_of_tag(tag: str) -> str:
    """The id that `campaign_tag` was given. No id holds an underscore of its own."""
    return tag.replace("_", "/")


@dataclass(frozen=True, kw_only=True)
class Campaign:
    """One campaign as the ledger keeps it.

    `edition` is the digest of its frozen content. `brings` names the materials it carries. `reached_by` is the
    campaign whose reached readers are this one's audience; empty means all confirmed subscribers. `why` and `until` go
    with WAITING and STOPPED. `lost` counts the answers of SES that were lost in a row. `totals` is filled when it has
    ended. `version` counts its writes.
    """

    id: str
    session: str
    kind: MailingType
    stage: Stage
    opened_at: datetime
    too_late_at: datetime
    edition: str
    brings: frozenset[str] = frozenset()
    reached_by: str = ""
    why: WaitReason | None = None
    until: datetime | None = None
    lost: int = 0
    totals: Mapping[str, int] = field(default_factory=dict)
    version: int = 0

    @property
    def ended(self) -> bool:
        """Whether nothing is left to do for it."""
        return self.stage == Stage.DONE or (self.stage == Stage.STOPPED and bool(self.totals))

    def turned(self, stage: Stage, *, why: WaitReason | None = None, until: datetime | None = None) -> Campaign:
        """The campaign in that stage; its version is the next one."""
        return replace(self, stage=stage, why=why, until=until, version=self.version + 1)
