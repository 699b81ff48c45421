"""The fields of a session: the values that each takes, and the checks of these values."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from convener.intake.files.decoding import shortened
from convener.intake.sessions.dates import read_time
from convener.intake.sessions.list_fields import MAX_TITLE_CHARACTERS, read_presentations, read_speakers
from convener.intake.sessions.outline import Fields, Node, Text
from convener.intake.sessions.typed_text import https_address, one_line, paragraphs
from convener.intake.sessions.validation import Findings, ValidationError
from convener.sessions.models import Material
from convener.sessions.series import Series

MAX_SUMMARY_CHARACTERS = 20_000
MIN_LENGTH_MINUTES, MAX_LENGTH_MINUTES = 5, 24 * 60
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
"""The value of a field after the word `remove`."""
_MATERIALS = ("insights", "recording")
_MINUTES = re.compile(r"(\d{1,5})(?:\.0)? ?(?:minutes|minute|mins?\.?|m)?$", re.IGNORECASE)
_HOUR_OF_MORNING = re.compile(r"[1-7][:.]\d\d$")


def read_values(fields: dict[str, Node], *, series: Series, findings: Findings) -> dict[str, Any]:
    """Return the checked values of the fields, without those that say which session and which day it is.

    Faults and warnings go to the findings; a field with a fault is left out.
    """
    values: dict[str, Any] = {}
    for name, node in fields.items():
        if name in REMOVED and isinstance(node, Text) and node.value.strip().lower() == REMOVE:
            values[name] = REMOVED[name]
        elif name in ("speakers", "presentations"):
            values[name] = (read_speakers if name == "speakers" else read_presentations)(node, findings)
        elif name in _TEXT_READERS:
            with findings.catching(node.where):
                if text := _material_text(node) if name in _MATERIALS else single_text(node):
                    values[name] = _TEXT_READERS[name](text, series)
    if (start := fields.get("start")) and isinstance(start, Text) and _HOUR_OF_MORNING.match(start.value.strip()):
        findings.warn(f"{start.value.strip()} is in the morning. Write 6pm or 18:00 for the evening.", start.where)
    return values


def single_text(node: Node) -> str:
    """Return the text of a field that takes one text. Raises ValidationError for a list or a group of fields."""
    if isinstance(node, Text):
        return node.value.strip()
    raise ValidationError(
        "There is a list or a group of fields where one text is wanted.",
        "Write the text after the colon. One that holds { } [ ] or a colon needs quotation marks around it.",
    )


def _material_text(node: Node) -> str:
    """Return the address of insights or a recording, the word `announced`, or an empty string.

    An export has the fields `announced` and `url` instead of a text.
    """
    if not isinstance(node, Fields):
        return single_text(node)
    texts = {key.value.strip().lower(): single_text(value) for key, value in node.entries}
    announced = texts.get("announced", "").lower()
    if texts.keys() - {"announced", "url"} or announced not in ("", "true", "false"):
        raise ValidationError("These fields are not known here.", "Write the address alone, or the word announced.")
    return texts.get("url", "") or ("announced" if announced == "true" else "")


def read_version(text: str) -> int:
    """Return the version from which an editor started. Raises ValidationError."""
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
    except ValidationError as error:
        raise ValidationError(error.text, f"Write it as 18:00 or 6pm, in {series.zone_name}.") from error


def _length(text: str, series: Series) -> Any:
    match = _MINUTES.match(text)
    if match and MIN_LENGTH_MINUTES <= int(match[1]) <= MAX_LENGTH_MINUTES:
        return int(match[1])
    raise ValidationError(
        f"“{shortened(text)}” is not a length in minutes.",
        f"Write a whole number of at least 5, such as {series.length_minutes}.",
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


_TEXT_READERS: dict[str, Callable[[str, Series], Any]] = {
    "title": lambda text, _: one_line(text, max_characters=MAX_TITLE_CHARACTERS),
    "summary": lambda text, _: paragraphs(text, max_characters=MAX_SUMMARY_CHARACTERS),
    "start": _start,
    "length_minutes": _length,
    "join_url": lambda text, _: https_address(text),
    "insights": _material,
    "recording": _material,
    "status": _status,
}
