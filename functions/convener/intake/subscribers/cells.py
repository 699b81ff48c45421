"""The cells of a list of people beside the address, as the person's own wishes or as what other programs write."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parseaddr
from functools import cache
from zoneinfo import available_timezones

from convener.errors import BadInput
from convener.intake.subscribers.lines import LineOutcome
from convener.subscribers.first_names import listed_first_name
from convener.subscribers.mailing_choices import all_choices
from convener.subscribers.models import Calendar

WILLING = frozenset({"", "active", "confirmed", "enabled", "subscribed", "yes"})
"""What programs call people who get their mails; whoever has any other standing is left alone."""

_GONE = {
    "bounced": LineOutcome.BOUNCED,
    "cleaned": LineOutcome.BOUNCED,
    "complained": LineOutcome.COMPLAINED,
    "erased": LineOutcome.ERASED,
    "moved": LineOutcome.MOVED,
}
_YES = frozenset({"yes", "true", "1", "x"})


def line_status(typed: str) -> LineOutcome | None:
    """How a line ends that has this standing; None for one that says yes."""
    word = typed.casefold()
    return None if word in WILLING else _GONE.get(word, LineOutcome.LEFT)


def address_alone(typed: str) -> str:
    """What stands between < and > in a cell with a name and one address, as mail programs write it (RFC 5322 §3.4).

    Any other cell is as it was: whether it is an address is for others to say.
    """
    if not typed.endswith(">") or typed.count("<") != 1 or typed.count("@") != 1:
        return typed
    found = parseaddr(typed)[1]
    # Python 3.11 takes an address before a name in brackets, too.
    return found if found and typed.endswith(f"<{found}>") and "@" in found else typed


def first_name(typed: str) -> str:
    """A name, and no address of any sort, which our mails would carry on. Raises BadInput."""
    return listed_first_name(typed)


def zone(typed: str) -> str:
    """A name of the IANA database, however it is capitalised. Raises BadInput."""
    if typed and typed.casefold() not in _zones():
        raise BadInput(f"“{typed[:40]}” is no time zone such as Europe/London.")
    return _zones().get(typed.casefold(), "")


@cache
def _zones() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones()}


def calendar(typed: str) -> Calendar:
    """None, link or file; a file where nothing is said. Raises BadInput."""
    try:
        return Calendar(typed.casefold() or Calendar.FILE)
    except ValueError as error:
        raise BadInput(f"“{typed[:40]}” is no choice for the calendar, such as none, link or file.") from error


def text_only(typed: str) -> bool:
    """Whether it says yes."""
    return typed.casefold() in _YES


def kinds(typed: str) -> frozenset[str]:
    """The kinds that were chosen; none for all. Raises BadInput: a wish that can't be read is not to be passed over."""
    chosen = frozenset(filter(None, re.split(r"[\s,;|]+", typed.casefold())))
    if odd := chosen - all_choices():
        raise BadInput(f"“{min(odd)[:40]}” is no kind of mailing. There are {', '.join(sorted(all_choices()))}.")
    return frozenset() if chosen == all_choices() else chosen


def paused_until(typed: str) -> datetime | None:
    """A day or a moment, in UTC unless it says otherwise. Raises BadInput."""
    if not typed:
        return None
    try:
        moment = datetime.fromisoformat(typed)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadInput(f"“{typed[:40]}” is no day to be paused until, such as 2024-06-01.") from error


FORGIVEN: dict[str, Callable[[str], object]] = {"first_name": first_name, "zone": zone, "calendar": calendar}
"""What is left out, with a note, where it can't be used: none of it is worth losing a reader for."""
