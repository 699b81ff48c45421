"""Names for the places that time zones stand for. Standard library only: deliver uses this module."""

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
    """Return the time zone, or None if the name is empty, unknown or invalid. Raises nothing."""
    try:
        return ZoneInfo(name) if name else None
    except (
        KeyError,
        ValueError,
        OSError,
    ):  # OSError: a folder, such as "America", or a name that is too long
        return None


def city(zone: ZoneInfo) -> str:
    """Return the place, such as "Buenos Aires" for America/Argentina/Buenos_Aires; empty if the name has none."""
    name = zone.key
    area, _, rest = name.partition("/")
    return rest.rpartition("/")[2].replace("_", " ") if area in AREAS and name not in NO_PLACE else ""


def offset_words(moment: datetime) -> str:
    """Return, for example, "UTC", "UTC+12", "UTC−3" or "UTC+5:45", with the minus sign U+2212."""
    offset = moment.utcoffset() or timedelta()
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    if not hours and not minutes:
        return "UTC"
    sign = "−" if offset < timedelta() else "+"
    return f"UTC{sign}{hours}{f':{minutes:02}' if minutes else ''}"
