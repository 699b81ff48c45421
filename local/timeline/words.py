"""How the page writes days, moments and campaigns."""

from __future__ import annotations

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

KINDS = {
    "invite": "Invitation",
    "reminder": "Reminder",
    "recap": "Recap",
    "follow-up": "Follow-up",
    "update": "Update",
    "cancellation": "Cancellation",
    "note": "Note",
}
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


def written_day(day: date) -> str:
    """Such as "Thursday 18 April 2024"."""
    return f"{day:%A} {day.day} {day:%B} {day.year}"


def written_moment(moment: datetime) -> str:
    """Such as "Thursday 18 April 2024, 18:00", in the moment's own zone."""
    return f"{written_day(moment)}, {moment:%H:%M}"


def written_kind(kind: str) -> str:
    """Such as "Invitation" for `invite`; a kind we have no word for is itself."""
    return KINDS.get(kind, kind)


def written_campaign(campaign: str) -> str:
    """Such as "Invitation, April 2024" for `2024-04/invite`, "Update 2, April 2024" for `2024-04/update/2`."""
    session, _, rest = campaign.partition("/")
    kind, _, number = rest.partition("/")
    if not kind or not _MONTH.match(session):
        return campaign or "Other mail"
    month = date(int(session[:4]), int(session[5:7]), 1)
    extra = f" ({session[7:]})" if session[7:] else ""
    return f"{written_kind(kind)}{f' {number}' if number else ''}, {month:%B %Y}{extra}"


def written_range(begin: str, end: str, *, zone: ZoneInfo) -> str:
    """Such as "3 April to 21 May 2024", from two ISO 8601 days or moments. Raises ValueError for anything else."""
    first, last = _day(begin, zone), _day(end, zone)
    year = f" {first.year}" if first.year != last.year else ""
    return f"{first.day} {first:%B}{year} to {last.day} {last:%B} {last.year}"


def _day(text: str, zone: ZoneInfo) -> date:
    moment = datetime.fromisoformat(text)
    return moment.astimezone(zone).date() if moment.tzinfo else moment.date()
