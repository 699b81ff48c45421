"""How the page writes days, moments and campaigns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from convener.mailing_types import mailing_types

LETTERS = {
    "confirm": "Please confirm",
    "confirm-address": "Please confirm a new address",
    "known": "On the list already",
    "welcome": "Welcome",
    "link": "A link that was asked for",
}
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


def written_day(day: date) -> str:
    """Such as "Thursday 18 April 2024"."""
    return f"{day:%A} {day.day} {day:%B} {day.year}"


def written_moment(moment: datetime) -> str:
    """Such as "Thursday 18 April 2024, 18:00", in the moment's own zone."""
    return f"{written_day(moment)}, {moment:%H:%M}"


def written_kind(kind: str) -> str:
    """Return the label of a mailing type, such as "Invitation" for `invite`; an unknown name stays as it is."""
    labels = {row.name: row.label for row in mailing_types()}
    return labels.get(kind, kind)


def written_campaign(campaign: str) -> str:
    """Such as "Invitation, April 2024" for `2024-04/invite`, "Update 2, April 2024" for `2024-04/update/2`.

    A sort of letter has words too, such as "Please confirm" for `confirm`.
    """
    session, _, rest = campaign.partition("/")
    kind, _, number = rest.partition("/")
    if not kind or not _MONTH.match(session):
        return LETTERS.get(campaign, campaign or "Other mail")
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


def written_loss(lost: Mapping[str, int]) -> str:
    """What of SES's answers and events a rehearsal lost on purpose, and what came of it: `lost` of `report.json`."""
    answers, events, settled = lost["answers"], lost["events"], lost["settled_by_events"]
    what = " and ".join(_many(number, word) for number, word in ((answers, "answer"), (events, "event")) if number)
    told = f"{what} of SES {'was' if answers + events == 1 else 'were'} lost on purpose."
    if not answers:
        return told
    mails = f"Of {_many(answers, 'mail')} without an answer"
    return f"{told} {mails}, events told what became of {settled}; {answers - settled} stayed unknown."


def _many(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
