"""Where the clock is to be moved, as a form or a command says it. It moves forward only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from convener.errors import BadInput
from local.timeline.words import written_moment

UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
FARTHEST = timedelta(days=5 * 366)


def target(wish: Mapping[str, str], *, now: datetime, next_at: datetime | None, zone: ZoneInfo) -> datetime:
    """The moment meant by `next`, `by` (1h, 2d, 1w) or `to` (ISO 8601, in `zone` where it names none).

    Days and weeks are those of the zone's calendar: a day later is the same time of day, also when clocks change.
    Raises BadInput for what can't be understood, is past, or lies more than five years ahead.
    """
    if "next" in wish:
        if next_at is None:
            raise BadInput(
                "Nothing lies ahead that the clock could move to. Drop a file with a session to come, or end what the "
                "rest waits for: the inbox page names it."
            )
        return max(next_at, now)
    moment = _later(wish["by"], now, zone) if wish.get("by") else _moment(wish.get("to", ""), zone)
    if moment < now:
        raise BadInput(
            f"The clock shows {written_moment(now.astimezone(zone))}, and only moves forward. Nothing was changed."
        )
    if moment - now > FARTHEST:
        raise BadInput("That is more than five years ahead: move the clock in smaller steps. Nothing was changed.")
    return moment


def _later(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    found = re.fullmatch(r"(\d{1,4})([hdw])", text.strip())
    if not found:
        raise BadInput(f"“{text}” is no length of time: write such as 1h, 3d or 2w. Nothing was changed.")
    length = int(found[1]) * UNITS[found[2]]
    if found[2] == "h":
        return now + length
    return (now.astimezone(zone) + length).astimezone(UTC)


def _moment(text: str, zone: ZoneInfo) -> datetime:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise BadInput(
            f"“{text}” is no date and time: write such as 2026-12-18T09:00 ({zone.key} where no zone is given). "
            "Nothing was changed."
        ) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
