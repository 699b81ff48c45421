"""How people call the place that a time zone stands for. Standard library only: deliver uses it."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

# The areas of the IANA database whose zones are named after a place. Others (Etc, US, Brazil …) are not.
AREAS = frozenset(
    ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
)
NO_PLACE = frozenset(
    f"Australia/{name}"
    for name in ("ACT", "LHI", "NSW", "North", "Queensland", "South", "Victoria", "West", "Yancowinna")
)


def zone_or_none(name: str) -> ZoneInfo | None:
    """The zone, or None where the name is empty, unknown or strange. Raises nothing."""
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):  # OSError: a folder of the database, such as "America", or too long a name
        return None


def city(zone: ZoneInfo) -> str:
    """Buenos Aires for America/Argentina/Buenos_Aires; empty where the name says no place."""
    name = zone.key
    area, _, rest = name.partition("/")
    return rest.rpartition("/")[2].replace("_", " ") if area in AREAS and name not in NO_PLACE else ""


def offset_words(moment: datetime) -> str:
    """UTC, UTC+12, UTC−3, UTC+5:45, with a true minus sign."""
    offset = moment.utcoffset() or timedelta()
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    if not hours and not minutes:
        return "UTC"
    sign = "−" if offset < timedelta() else "+"
    return f"UTC{sign}{hours}{f':{minutes:02}' if minutes else ''}"
