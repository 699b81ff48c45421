"""The cells of a list of people: the values beside the address, as our export and other programs write them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from email.utils import parseaddr
from functools import cache
from zoneinfo import available_timezones

from convener.consent_coverage import VERSION, row_wording
from convener.errors import BadInput
from convener.intake.files.dates import utc_moment
from convener.intake.subscribers.full_names import first_name, first_name_of
from convener.subscribers.mailing_choices import all_choices
from convener.subscribers.models import Calendar

_YES = frozenset({"yes", "true", "1", "x"})


def address_alone(typed: str) -> str:
    """Return the address between < and > in a cell with a name and one address, as mail programs write it.

    RFC 5322 §3.4. Any other cell is returned as it is; this does not say whether the cell is an address.
    """
    if not typed.endswith(">") or typed.count("<") != 1 or typed.count("@") != 1:
        return typed
    found = parseaddr(typed)[1]
    # Python 3.11 takes an address before a name in brackets, too.
    return found if found and typed.endswith(f"<{found}>") and "@" in found else typed


def zone(typed: str) -> str:
    """Return the name of a time zone in the IANA database, in any case. Raises BadInput."""
    if typed and typed.casefold() not in _zones():
        raise BadInput(f"“{typed[:40]}” is no time zone such as Europe/London.")
    return _zones().get(typed.casefold(), "")


@cache
def _zones() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones()}


def calendar(typed: str) -> Calendar:
    """Return how a person gets calendar entries: none, link or file; file for an empty cell. Raises BadInput."""
    try:
        return Calendar(typed.casefold() or Calendar.FILE)
    except ValueError as error:
        raise BadInput(f"“{typed[:40]}” is no choice for the calendar, such as none, link or file.") from error


def text_only(typed: str) -> bool:
    """Return whether a cell says yes."""
    return typed.casefold() in _YES


def kinds(typed: str) -> frozenset[str]:
    """Return the chosen kinds of mailing; an empty set for all that the wording covers.

    Raises BadInput for a word that is no kind: a choice that cannot be read must not be ignored.
    """
    chosen = frozenset(filter(None, re.split(r"[\s,;|]+", typed.casefold())))
    if odd := chosen - all_choices():
        raise BadInput(f"“{min(odd)[:40]}” is no kind of mailing. There are {', '.join(sorted(all_choices()))}.")
    return chosen


def wording(typed: str) -> str:
    """Return the version of the consent wording as a row stores it. Raises BadInput for a text that is no version."""
    if typed and not VERSION.fullmatch(typed):
        raise BadInput(f"“{typed[:40]}” is no version of a consent wording, such as 1.")
    return row_wording(typed)


def paused_until(typed: str) -> datetime | None:
    """Return the end of a pause, from a day or a moment, in UTC unless the cell says otherwise. Raises BadInput."""
    if not typed:
        return None
    try:
        return utc_moment(typed)
    except ValueError as error:
        raise BadInput(f"“{typed[:40]}” is no day to be paused until, such as 2024-06-01.") from error


OPTIONAL_CELLS: dict[str, Callable[[str], object]] = {
    "name": first_name_of,
    "first_name": first_name,
    "zone": zone,
    "calendar": calendar,
    "wording": wording,
}
"""The cells that are left out with a note where they cannot be used: no reader should be lost for them."""
