"""The faults of a `series.toml`, in words for the person who wrote it: the line, the key, and how to correct it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

HELP = "series/example/series.toml has every key with a value that fits."
_HEADER = re.compile(r"\s*\[(\[)?\s*([\w.\s\"'-]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"\s*([\w\"'-]+)\s*=")

Location = tuple[str | int, ...]


def described(
    error: tomllib.TOMLDecodeError | ValidationError, text: str, model: type[BaseModel], tags: Sequence[str]
) -> str:
    """Return what is wrong in a file with this text.

    `model` is what the file is read into, and `tags` are parts of pydantic's locations that no key stands for.
    """
    if isinstance(error, tomllib.TOMLDecodeError):
        return f"not readable as TOML: {error}. Words stand in quotes, a day is written 2027-01-21. {HELP}"
    lines = dict(_lines(text))
    faults = []
    for one in error.errors():
        location = tuple(part for part in one["loc"] if part not in tags)
        line = _line(location, lines)
        key = ".".join(str(part) for part in location)
        faults.append(f"{f'line {line}: ' if line else ''}{f'{key}: ' if key else ''}{_reason(one, location, model)}")
    return f"{'; '.join(faults)}. {HELP}"


def _reason(one: ErrorDetails, location: Location, model: type[BaseModel]) -> str:
    if one["type"] == "missing":
        return "is missing"
    if one["type"] == "extra_forbidden":
        alike = get_close_matches(str(location[-1]), _keys(location, model), n=1)
        return f"no setting has this name{f'; did you mean {alike[0]}?' if alike else ''}"
    said = one["msg"].removeprefix("Value error, ").rstrip(".")
    return said if isinstance(one["input"], Mapping) else f"{said} (it is {one['input']!s})"


def _keys(location: Location, model: type[BaseModel]) -> list[str]:
    """Return the keys that the section of a location may have; none where the section is no plain one."""
    fields = model.model_fields
    for part in location[:-1]:
        inner = fields[part].annotation if isinstance(part, str) and part in fields else None
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            return []
        fields = inner.model_fields
    return list(fields)


def _lines(text: str) -> Iterator[tuple[Location, int]]:
    """Yield the line of each section and key, as pydantic names their location."""
    section: Location = ()
    counts: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            section = _parts(header[2])
            if header[1]:
                counts[header[2]] = counts.get(header[2], -1) + 1
                section = (*section, counts[header[2]])
            yield section, number
        elif key := _KEY.match(line):
            yield (*section, *_parts(key[1])), number


def _parts(dotted: str) -> Location:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))


def _line(location: Location, lines: Mapping[Location, int]) -> int | None:
    """Return the line of a key, or of the nearest section that the file has: a missing key has no line of its own."""
    while location:
        if location in lines:
            return lines[location]
        location = location[:-1]
    return None
