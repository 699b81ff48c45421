"""What the page groups: moments by day, mails by campaign."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from local.timeline.mailview import Mail
from local.timeline.moments import TimelineEvent
from local.timeline.words import written_day

_LABELS = {
    "load": "Archive",
    "edit": "Editor",
    "act": "Reader",
    "tick": "Tick",
    "waiting": "Waiting",
    "campaign": "Mailing",
}


@dataclass(frozen=True)
class Entry:
    """A moment as the timeline shows it.

    `totals` is the campaign's line of the report, where it has one; `mails` are the numbers of single mails.
    """

    at: datetime
    kind: str
    label: str
    text: str
    campaign: str
    anchor: str
    totals: Mapping[str, Any] | None
    mails: Sequence[str]


@dataclass(frozen=True)
class Group:
    """The mails of one campaign, or letters of one sort. `subject` is the one that most of them have."""

    campaign: str
    anchor: str
    subject: str
    mails: Sequence[Mail]


def days(moments: Sequence[TimelineEvent], zone: ZoneInfo, totals: Mapping[str, Any]) -> list[tuple[str, list[Entry]]]:
    """Moments by day of that zone, oldest first; what happened at one moment keeps its order."""

    def entry(moment: TimelineEvent) -> Entry:
        campaign = moment.campaign or ""
        label = _LABELS.get(moment.kind, moment.kind)
        at = moment.at.astimezone(zone)
        anchor, sums = _anchor(campaign), totals.get(campaign)
        return Entry(at, moment.kind, label, moment.text, campaign, anchor, sums, moment.mails)

    entries = [entry(moment) for moment in sorted(moments, key=lambda moment: moment.at)]
    return [(written_day(day), list(those)) for day, those in groupby(entries, key=lambda one: one.at.date())]


def groups(mails: Sequence[Mail], order: Sequence[str]) -> list[Group]:
    """Mails by campaign, in the report's order; then letters and whatever else there is, so that no mail is hidden."""
    known = list(dict.fromkeys([*order, *(mail.about for mail in mails)]))
    found = {about: [mail for mail in mails if mail.about == about] for about in known}
    return [
        Group(about, _anchor(about), Counter(mail.subject for mail in those).most_common(1)[0][0], those)
        for about, those in found.items()
        if those
    ]


def _anchor(campaign: str) -> str:
    """The id of a campaign's list in the page."""
    return "c-" + re.sub(r"[^\w-]", "_", campaign)
