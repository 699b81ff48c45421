"""The mailing types that each consent wording covers. Standard library only: `deliver` and `fanout` read it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from convener.errors import Misconfigured
from convener.mailing_types import COVERED_BY_DEFAULT

VERSION = re.compile(r"[0-9A-Za-z.-]{1,20}")
"""The form of a wording's version."""

FIRST_WORDING = "1"
"""The wording of a row that names none: rows from before rows had a wording, and people whom a list brought."""


@dataclass(frozen=True)
class Coverage:
    """The names of the mailing types that each version of the consent wording covers.

    A version that the series file does not have covers the default types: nobody can say that it covers more.
    """

    by_version: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def of(self, wording: str) -> frozenset[str]:
        """Return the types that a wording covers. An empty wording is the first one."""
        return self.by_version.get(wording or FIRST_WORDING, COVERED_BY_DEFAULT)


def row_wording(version: str) -> str:
    """Return how a row stores the version of a wording: the first one is stored as no wording."""
    return "" if version == FIRST_WORDING else version


def read_coverage(path: Path) -> Coverage:
    """Read what the wordings of the series file cover, without pydantic, which takes long to import.

    `sessions.series` checks the whole file. Raises Misconfigured where the file or this part of it can't be read.
    """
    import tomllib  # noqa: PLC0415 - functions that read the whole series don't need it here

    try:
        wordings = tomllib.loads(path.read_text("utf-8"))["consent"]
        return Coverage({one["version"]: frozenset(one.get("covers", COVERED_BY_DEFAULT)) for one in wordings})
    except (AttributeError, KeyError, OSError, TypeError, ValueError) as error:
        raise Misconfigured(f"{path}: the consent wordings can't be read: {type(error).__name__}: {error}") from error
