"""The cells of a list of people: the values beside the address, as our export and other programs write them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parseaddr
from functools import cache
from zoneinfo import available_timezones

from convener.consent_coverage import VERSION, row_wording
from convener.errors import BadInput
from convener.intake.files.dates import numeric_date, utc_moment
from convener.intake.subscribers.lines import LineOutcome
from convener.subscribers.first_names import listed_first_name
from convener.subscribers.mailing_choices import all_choices
from convener.subscribers.models import Calendar

CONFIRMED_WORDS = frozenset({"", "active", "confirmed", "enabled", "subscribed", "yes"})
"""The words that programs have for people who get their mails. A person with any other status is not imported."""

_OUTCOMES = {
    "bounced": LineOutcome.BOUNCED,
    "cleaned": LineOutcome.BOUNCED,
    "complained": LineOutcome.COMPLAINED,
    "erased": LineOutcome.ERASED,
    "moved": LineOutcome.MOVED,
}
_YES = frozenset({"yes", "true", "1", "x"})
EARLIEST_JOINED_YEAR = 1970
_AHEAD_OF_UTC = timedelta(hours=14)
"""How far the calendar of Pacific/Kiritimati is ahead of UTC: "today" may be tomorrow in UTC."""
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_ISO_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d", re.ASCII)


def line_status(typed: str) -> LineOutcome | None:
    """Return the outcome of a line with a status; None for a status that says yes."""
    word = typed.casefold()
    return None if word in CONFIRMED_WORDS else _OUTCOMES.get(word, LineOutcome.LEFT)


def address_alone(typed: str) -> str:
    """Return the address between < and > in a cell with a name and one address, as mail programs write it.

    RFC 5322 §3.4. Any other cell is returned as it is; this does not say whether the cell is an address.
    """
    if not typed.endswith(">") or typed.count("<") != 1 or typed.count("@") != 1:
        return typed
    found = parseaddr(typed)[1]
    # Python 3.11 takes an address before a name in brackets, too.
    return found if found and typed.endswith(f"<{found}>") and "@" in found else typed


def first_name(typed: str) -> str:
    """Return a first name. Raises BadInput for a web or mail address, which our mails would pass on."""
    return listed_first_name(typed)


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


def joined_at(typed: str, *, now: datetime) -> datetime:
    """Return when a person joined, in UTC. A date is never guessed: a wrong date of consent is worse than none.

    Args:
        typed: A date (`2024-04-18`), or a moment (`2024-04-18T18:00:00Z`, in UTC unless it says otherwise). A date in
            numbers is read only if there is one way to read it: 18/04/2024 and 4/18/2024, but not 4/5/2024.
        now: The moment of the import.

    Raises:
        BadInput: The text is no date, or could be two dates, or the date is in the future or before 1970.
    """
    if _ISO_DAY.fullmatch(typed):
        return _midnight(typed, now)
    if len(readings := _readings(typed)) == 1:
        return _midnight(readings[0], now)
    try:
        if not _ISO_MOMENT.match(typed):
            raise ValueError(typed)
        joined = utc_moment(typed)
    except ValueError as error:
        raise BadInput(_how_to_write(typed)) from error
    _refuse_unlikely(joined, latest=now)
    return joined


def _midnight(day: str, now: datetime) -> datetime:
    try:
        midnight = datetime.combine(date.fromisoformat(day), time(), tzinfo=UTC)
    except ValueError as error:
        raise BadInput(f"“{day}” is no day of the calendar.") from error
    _refuse_unlikely(midnight, latest=now + _AHEAD_OF_UTC)
    return min(midnight, now)


def _refuse_unlikely(joined: datetime, *, latest: datetime) -> None:
    if joined > latest:
        raise BadInput(f"The date of joining, {joined:%Y-%m-%d}, lies in the future. Correct it, or leave it empty.")
    if joined.year < EARLIEST_JOINED_YEAR:
        raise BadInput(f"The date of joining lies before {EARLIEST_JOINED_YEAR}. Correct it, or leave it empty.")


def _readings(typed: str) -> list[str]:
    """Return the days that a date in numbers may mean, as YYYY-MM-DD."""
    if not (numbers := numeric_date(typed, lenient=False)):
        return []
    return [f"{numbers.year}-{month:02}-{day:02}" for month, day in numbers.orders]


def _how_to_write(typed: str) -> str:
    if readings := _readings(typed):
        return f"“{typed}” isn't written the same way everywhere. Write {' or '.join(readings)}."
    return f"“{typed[:40]}” is not a date this can read. Write it like 2024-04-18, or leave it empty."


OPTIONAL_CELLS: dict[str, Callable[[str], object]] = {
    "first_name": first_name,
    "zone": zone,
    "calendar": calendar,
    "wording": wording,
}
"""The cells that are left out with a note where they cannot be used: no reader should be lost for them."""
