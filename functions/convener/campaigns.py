"""A campaign: one kind of mailing for one session. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What a mailing is for."""

    INVITE = "invite"
    REMINDER = "reminder"
    RECAP = "recap"
    FOLLOW_UP = "follow-up"


class Stage(StrEnum):
    """How far a campaign has come.

    OPEN: it exists, its shards may not be queued yet. SENDING: they are. DONE: every shard is finished and nothing
    is pending, to be tried again, or on its way.
    """

    OPEN = "open"
    SENDING = "sending"
    DONE = "done"


def campaign_id(session: str, kind: Kind, number: int = 1) -> str:
    """The derived id: `2024-04/invite`, and `2024-04/follow-up/2` for a second one."""
    return f"{session}/{kind}" if number == 1 else f"{session}/{kind}/{number}"


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
    campaign whose reached readers are this one's audience; empty means all confirmed subscribers. `totals` is
    filled when it is done.
    """

    id: str
    session: str
    kind: Kind
    stage: Stage
    opened_at: datetime
    too_late_at: datetime
    edition: str
    brings: frozenset[str] = frozenset()
    reached_by: str = ""
    totals: Mapping[str, int] = field(default_factory=dict)
