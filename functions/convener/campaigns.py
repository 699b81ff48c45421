"""A campaign: one mailing of one type, for one session, to its audience. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from convener.mailing_types import MailingType


class Stage(StrEnum):
    """The stage of a campaign.

    Attributes:
        OPEN: The campaign is written. Its shards may not be queued yet.
        SENDING: The shards are queued.
        WAITING: No mail leaves and no message is queued. `why` and `until` give the reason.
        DONE: Every shard is finished, and no mail is pending, in RETRY or in SENDING.
        STOPPED: The campaign ended early. Mails that had not left become SKIPPED; after that `totals` is filled.
    """

    OPEN = "open"
    SENDING = "sending"
    WAITING = "waiting"
    DONE = "done"
    STOPPED = "stopped"


class WaitReason(StrEnum):
    """The reason of a WAITING or STOPPED campaign.

    Attributes:
        PAUSED: An operator paused the campaign, and must resume it.
        SERIES: An operator paused the series, and must resume it.
        QUOTA: The daily quota of SES is used up. The campaign waits until a moment.
        SES_PAUSED: SES sends nothing for this account at present. The campaign waits until a moment.
        LOST_ANSWERS: Answers of SES were lost. The campaign waits for a probe that gets an answer.
        NIGHT: Mails leave by day only. The campaign waits until a moment.
        RESUMED: The next tick resumes the campaign.
        OPERATOR: An operator stopped the campaign.
        COMPLAINTS: Too many complaints stopped the campaign.
        BOUNCES: Too many bounces stopped the campaign.
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
    """Return the derived id of a campaign: `2024-04/invite`, or `2024-04/follow-up/2` for a second follow-up."""
    return f"{session}/{kind.name}" if number == 1 else f"{session}/{kind.name}/{number}"


def campaign_tag(campaign: str) -> str:
    """Return the id in the characters that SES allows in values of tags: letters, digits, `_` and `-`."""
    return campaign.replace("/", "_")


def campaign_of_tag(tag: str) -> str:
    """Return the id for a tag value of `campaign_tag`. This is possible because no id contains an underscore."""
    return tag.replace("_", "/")


@dataclass(frozen=True, kw_only=True)
class Campaign:
    """One campaign as the ledger stores it.

    Attributes:
        too_late_at: The moment from which no mail of the campaign leaves any more.
        edition: The digest of the frozen content.
        brings: The materials that the mails carry.
        reached_by: The id of an earlier campaign. The readers whom it reached are the audience. Empty: the audience is
            all confirmed subscribers.
        why: The reason of the stages WAITING and STOPPED.
        until: The moment until which the campaign waits.
        lost: The number of answers of SES that were lost in a row.
        totals: The sums over all recipients, filled when the campaign has ended.
        version: The number of writes of the campaign.
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
        """Whether nothing is left to do for the campaign."""
        return self.stage == Stage.DONE or (self.stage == Stage.STOPPED and bool(self.totals))

    def turned(self, stage: Stage, *, why: WaitReason | None = None, until: datetime | None = None) -> Campaign:
        """Return the campaign in another stage, with the next version."""
        return replace(self, stage=stage, why=why, until=until, version=self.version + 1)
