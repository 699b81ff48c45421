"""Merge fields: the values that differ by reader, and filling them into a mail. Standard library only.

The fields are plain substitution at send time. Values are escaped for the place that they land in.
"""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from convener.editions.formatting import (
    TEXT_WIDTH,
    clock_time,
    day_and_month,
    duration_words,
    hour_words,
    one_line,
    short_date,
    weekday,
    without_controls,
)
from convener.editions.models import CLOSE, FIELDS, OPEN, Content, Occasion, mark_free
from convener.editions.places import city, offset_words, zone_or_none

MAX_MONTH_GAP = timedelta(weeks=6)
"""A previous session this long ago, or less, was "last month"."""

_MARK = re.compile(f"{OPEN}([a-z_]+){CLOSE}")
# An HTML element that holds one field and nothing else. The element is removed if the value is empty, so no gap stays.
_ALONE = re.compile(rf"<(p|div|span)\b[^<>]*>\s*{OPEN}([a-z_]+){CLOSE}\s*</\1>")


def merge_values(
    *,
    occasion: Occasion,
    zone: str,
    first_name: str,
    joined_on: str,
    leave_url: str,
    preferences_url: str,
    now: datetime,
) -> dict[str, str]:
    """Return the value of every merge field for one reader, as plain text.

    `zone` is the reader's IANA time zone. An empty or unknown name counts as the zone of the series. `joined_on` are
    the words that follow "You get this because you joined …", see `delivery.footer`.
    """
    series_zone = zone_or_none(occasion.zone) or ZoneInfo("UTC")
    reader_zone = zone_or_none(zone) or series_zone
    name = one_line(first_name)
    return {
        "greeting": f"Hello {name}," if name else "",
        "joined_on": joined_on,
        "leave_url": leave_url,
        "preferences_url": preferences_url,
        "reader_time": _reader_time(occasion, series_zone, reader_zone),
        "when": _when(occasion, series_zone, reader_zone, now),
    }


def values_without_reader(occasion: Occasion) -> dict[str, str]:
    """Return the value of every merge field where no reader is known: all empty, except the date of the session."""
    begins = occasion.begins.astimezone(zone_or_none(occasion.zone) or ZoneInfo("UTC"))
    when = f"{short_date(begins)}, {hour_words(begins)} {occasion.zone_short}"
    return {**dict.fromkeys(FIELDS, ""), "when": when}


def fill(content: Content, values: Mapping[str, str]) -> Content:
    """Fill the merge fields of a mail.

    HTML in a value is shown as typed. A line or an element that has only empty fields is removed.

    Raises:
        KeyError: The content has a field that `values` lacks.
    """
    clean = {name: without_controls(mark_free(value)) for name, value in values.items()}
    escaped = {name: html.escape(value) for name, value in clean.items()}
    return Content(
        subject=one_line(_MARK.sub(lambda found: clean[found[1]], content.subject)),
        text=_fill_text(content.text, clean),
        html=_MARK.sub(lambda found: escaped[found[1]], _ALONE.sub(partial(_drop_empty, escaped), content.html)),
        calendar=content.calendar,
    )


def _reader_time(occasion: Occasion, series_zone: ZoneInfo, reader_zone: ZoneInfo) -> str:
    """Return the beginning on the reader's clock; empty if the reader's clock shows the time of the series."""
    clocks_changed = _clocks_changed(occasion, series_zone, reader_zone)
    if not _difference(occasion.begins, series_zone, reader_zone) and not clocks_changed:
        return ""
    begins = occasion.begins.astimezone(reader_zone)
    place = f"in {city(reader_zone)}" if city(reader_zone) else f"at {offset_words(begins)}"
    return f"For you {place}: {day_and_month(begins)}, {clock_time(begins)}{clocks_changed}"


def _clocks_changed(occasion: Occasion, series_zone: ZoneInfo, reader_zone: ZoneInfo) -> str:
    """Return a sentence if the hour of the session changed for the reader, but not for the series."""
    previous, begins = occasion.previous_begins, occasion.begins
    if previous is None or previous.astimezone(series_zone).time() != begins.astimezone(series_zone).time():
        return ""  # the session itself is at another hour, so the clocks are not the reason, or not alone
    difference, before = (_difference(moment, series_zone, reader_zone) for moment in (begins, previous))
    shift = (difference - before) // timedelta(minutes=1)
    if not shift or abs(shift) >= 12 * 60:  # a zone that moved across the date line keeps its hour
        return ""
    since = "last month" if begins - previous <= MAX_MONTH_GAP else "last time"
    return f". Clocks changed: {duration_words(abs(shift))} {'later' if shift > 0 else 'earlier'} than {since}."


def _difference(moment: datetime, series_zone: ZoneInfo, reader_zone: ZoneInfo) -> timedelta:
    """Return how far the reader's clock is ahead of the series' clock at that moment."""
    reader, series = (moment.astimezone(zone).utcoffset() or timedelta() for zone in (reader_zone, series_zone))
    return reader - series


def _when(occasion: Occasion, series_zone: ZoneInfo, reader_zone: ZoneInfo, now: datetime) -> str:
    """Return, for example, "Tomorrow, 6pm UK"; the reader's own day and hour if the reader's date differs."""
    series_begins, reader_begins = occasion.begins.astimezone(series_zone), occasion.begins.astimezone(reader_zone)
    days = (reader_begins.date() - now.astimezone(UTC).astimezone(reader_zone).date()).days
    named = weekday(reader_begins) if 0 < days < 7 else short_date(reader_begins)
    day = {0: "Today", 1: "Tomorrow"}.get(days, named)
    if series_begins.date() == reader_begins.date():
        return f"{day}, {hour_words(series_begins)} {occasion.zone_short}"
    place = f"in {city(reader_zone)}" if city(reader_zone) else f"at {offset_words(reader_begins)}"
    return f"{day}, {hour_words(reader_begins)} {place}"


def _drop_empty(values: Mapping[str, str], found: re.Match[str]) -> str:
    return found[0] if values[found[2]] else ""


def _fill_text(text: str, values: Mapping[str, str]) -> str:
    """Fill a text part, line by line.

    A line that its fields leave empty is removed, together with one of the empty lines around it. A filled line that is
    too long is wrapped.
    """
    lines: list[str] = []
    skip_empty = False
    for line in text.split("\n"):
        filled = _MARK.sub(lambda found: values[found[1]], line)
        if skip_empty and not line.strip():
            skip_empty = False
            continue
        skip_empty = False
        if filled == line:
            lines.append(line)
        elif filled.strip():
            lines += textwrap.wrap(filled, TEXT_WIDTH, break_long_words=False, break_on_hyphens=False)
        else:
            skip_empty = not lines or not lines[-1].strip()
    return "\n".join(lines)
