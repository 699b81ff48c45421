"""The fields of a session as files tell them: what each takes, and its checked value."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from convener.intake.sessions.addresses import https_address
from convener.intake.sessions.dates import read_time
from convener.intake.sessions.lists import LONGEST_TITLE, read_presentations
from convener.intake.sessions.nodes import Fields, Node, Text
from convener.intake.sessions.speakers import read_speakers
from convener.intake.sessions.validation import Findings, ValidationError
from convener.intake.sessions.words import one_line, paragraphs, shortened
from convener.sessions.models import Material
from convener.sessions.series import Series

LONGEST_SUMMARY = 20_000
REMOVE = "remove"
REMOVED: dict[str, Any] = {
    "title": None,
    "speakers": (),
    "summary": "",
    "join_url": None,
    "insights": Material(),
    "recording": Material(),
    "presentations": (),
}
"""What a field is after the word `remove`."""
_MATERIALS = ("insights", "recording")
_MINUTES = re.compile(r"(\d{1,5})(?:\.0)? ?(?:minutes|minute|mins?\.?|m)?$", re.IGNORECASE)
_BARE_MORNING = re.compile(r"[1-7][:.]\d\d$")


def read_values(fields: dict[str, Node], *, series: Series, findings: Findings) -> dict[str, Any]:
    """The told fields but those that say which session and which day it is."""
    values: dict[str, Any] = {}
    for name, node in fields.items():
        if name in REMOVED and isinstance(node, Text) and node.value.strip().lower() == REMOVE:
            values[name] = REMOVED[name]
        elif name in ("speakers", "presentations"):
            values[name] = (read_speakers if name == "speakers" else read_presentations)(node, findings)
        elif name in _TEXTS:
            with findings.catching(node.where):
                if text := _address_of(node) if name in _MATERIALS else single(node):
                    values[name] = _TEXTS[name](text, series)
    if (start := fields.get("start")) and isinstance(start, Text) and _BARE_MORNING.match(start.value.strip()):
        findings.warn(f"{start.value.strip()} is in the morning. Write 6pm or 18:00 for the evening.", start.where)
    return values


def single(node: Node) -> str:
    """The text of a value that can't be a list. Raises Wrong."""
    if isinstance(node, Text):
        return node.value.strip()
    raise ValidationError(
        "There is a list or a group of fields where one text is wanted.",
        "Write the text after the colon. One that holds { } [ ] or a colon needs quotation marks around it.",
    )


def _address_of(node: Node) -> str:
    """Insights and a recording may have the fields `announced` and `url`, as exported; both empty tell nothing."""
    if not isinstance(node, Fields):
        return single(node)
    told = {key.value.strip().lower(): single(value) for key, value in node.entries}
    if told.keys() - {"announced", "url"} or told.get("announced", "").lower() not in ("", "true", "false"):
        raise ValidationError("These fields are not known here.", "Write the address alone, or the word announced.")
    return told.get("url", "") or ("announced" if told.get("announced", "").lower() == "true" else "")


def read_version(text: str) -> int:
    """The version that an editor started from. Raises Wrong."""
    typed = text.strip().removesuffix(".0")
    if typed.isascii() and typed.isdigit() and len(typed) <= 9:
        return int(typed)
    raise ValidationError(
        f"“{shortened(typed)}” is not a version.", "Write the number from the last report, or leave it out."
    )


def _start(text: str, series: Series) -> Any:
    for zone in (series.zone_name, series.zone_short):
        if text.lower().endswith(f" {zone.lower()}"):
            text = text[: -len(zone)]
    try:
        return read_time(text)
    except ValidationError as wrong:
        raise ValidationError(wrong.text, f"Write it as 18:00 or 6pm, in {series.zone_name}.") from wrong


def _length(text: str, _series: Series) -> Any:
    match = _MINUTES.match(text)
    if match and 5 <= int(match[1]) <= 24 * 60:
        return int(match[1])
    raise ValidationError(
        f"“{shortened(text)}” is not a length in minutes.",
        f"Write a whole number of at least 5, such as {_series.length_minutes}.",
    )


def _material(text: str, _series: Series) -> Any:
    if text.lower() == "announced":
        return Material(announced=True)
    return Material(announced=True, url=https_address(text))


def _status(text: str, _series: Series) -> Any:
    status = {"canceled": "cancelled", "cancelled": "cancelled", "planned": "planned"}.get(text.lower())
    if status:
        return status
    raise ValidationError(f"“{shortened(text)}” is no status.", "Write planned or cancelled.")


_TEXTS: dict[str, Callable[[str, Series], Any]] = {
    "title": lambda text, _: one_line(text, most=LONGEST_TITLE),
    "summary": lambda text, _: paragraphs(text, most=LONGEST_SUMMARY),
    "start": _start,
    "length_minutes": _length,
    "join_url": lambda text, _: https_address(text),
    "insights": _material,
    "recording": _material,
    "status": _status,
}
