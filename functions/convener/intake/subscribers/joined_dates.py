"""Dates of joining in lists of people, as programs and people write them.

A wrong date of consent is worse than none, so a date is read only where there is one way to read it.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import StrEnum

from convener.errors import BadInput
from convener.intake.files.dates import MONTHS, numeric_date, spreadsheet_day, utc_moment

EARLIEST_JOINED_YEAR = 1970
MAX_DATE_CHARACTERS = 100
"""A longer text is no date."""
_MAX_SHOWN_CHARACTERS = 40
_AHEAD_OF_UTC = timedelta(hours=14)
"""How far the calendar of Pacific/Kiritimati is ahead of UTC: "today" may be tomorrow in UTC."""


class DateOrder(StrEnum):
    """The order of the two numbers before the year in the dates of a column."""

    DAY_FIRST = "day"
    MONTH_FIRST = "month"


_NO_DATE = frozenset({"", "-", "–", "—", "0", "null", "none", "n/a", "na", "#n/a", "never", "undefined", "nan", "nat"})
_ZERO_DAY = re.compile(r"0000-00-00|000[01]-01-01|1970-01-01|1899-12-3[01]|1900-01-00")
"""The days by which databases and spreadsheets say that there is none."""
_OTHER_MONTHS = (
    "januar janner janvier janv januari enero ene gennaio gen janeiro",
    "februar feber fevrier fevr fev februari febrero febbraio fevereiro",
    "marz maerz mrz mars maart mrt marzo marco",
    "avril avr abril abr aprile",
    "mai mei mayo maggio mag maio",
    "juni juin junio giugno giu junho",
    "juli juillet juil julio luglio lug julho",
    "aout augustus agosto ago",
    "septembre septiembre setiembre settembre set setembro",
    "oktober okt octobre octubre ottobre ott outubro out",
    "novembre noviembre novembro",
    "dezember dez decembre diciembre dic dicembre dezembro",
)
"""The months in German, French, Dutch, Spanish, Italian and Portuguese, without accents."""
_MONTHS = {word: number for number, words in enumerate(_OTHER_MONTHS, start=1) for word in words.split()} | MONTHS
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})"
_WEEKDAYS = """
    monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun
    montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so
    lundi mardi mercredi jeudi vendredi samedi dimanche lun mar mer jeu ven sam dim
    maandag dinsdag woensdag donderdag vrijdag zaterdag zondag ma wo vr za zo
    lunes martes miercoles jueves viernes sabado domingo mie jue vie sab dom
    lunedi martedi mercoledi giovedi venerdi gio
"""
_BEFORE = rf"(?:(?:{'|'.join(_WEEKDAYS.split())})\.?,? )?(?:(?:on|am|den|le|il|el|op|em) )?(?:the )?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|e|\.|º|°)?"
_YEAR = r"(?P<year>\d{4})"
_IN_WORDS = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        rf"{_BEFORE}{_DAY}(?: of)?(?: de)?[ ./-]*{_MONTH}\b\.?,?(?: del?)?[ ./-]*{_YEAR}",
        rf"{_BEFORE}{_MONTH}\b\.?[ ./-]*{_DAY}(?:, ?|[ ./-]+){_YEAR}",
        rf"{_YEAR}[ ./-]+{_MONTH}\b\.?[ ./-]*{_DAY}",
    )
)
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})([-/.]?)(?P<month>\d\d?)\2(?P<day>\d\d?)", re.ASCII)
_NUMBERS = re.compile(r"\s*(\d{1,2})([/.-])(\d{1,2})\2\d{4}(?!\d)", re.ASCII)
_CLOCK = re.compile(
    r"(?P<day>.*?\d{2})(?:t| |, )\s*(?:(?:at|um|om|a|a las|alle|as|kl\.?|-) )?"
    r"(?P<hour>\d{1,2})[:h](?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d{1,9})?)?"
    r"(?: ?(?P<half>[ap])\.? ?m\.?)?(?: ?(?:uhr|h))?"
    r"(?: ?(?P<zone>z|utc|gmt|[a-z]{2,5})?(?P<offset>[+-]\d{1,2}(?::?\d\d)?)?(?: ?[a-z]{2,5})?(?: \([^()]*\))?)?",
    re.ASCII,
)
"""A day and a time of the day. Go writes “2023-05-02 08:01:02.123 +0000 UTC”, Google “2023/04/03 10:00:00 AM GMT+1”."""
_UTC_NAMES = frozenset({"z", "utc", "gmt"})
_ISO_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d", re.ASCII)
_UNIX_TIME = re.compile(r"\d{10}(?:\.\d+)?|\d{13}", re.ASCII)
_SECONDS_IN_MILLISECONDS = 10**11
"""A larger Unix time is in milliseconds: in seconds it would be after the year 5000."""
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?", re.ASCII)


def read_joined(typed: str, *, order: DateOrder | None = None) -> datetime | None:
    """Return when a person joined, in UTC; None where the cell is blank or says that there is no date.

    Args:
        typed: A date (`2024-04-18`, `18 April 2024`, `Apr 18, 2024`) or a moment (`2024-04-18T18:00:00Z`, in UTC
            unless it says otherwise, or a Unix time of ten or thirteen digits). A date in numbers with the year last is
            read only if there is one way to read it: 18/04/2024 and 4/18/2024, but not 4/5/2024.
        order: The order of the numbers, where other dates of the column show it.

    Returns:
        The moment. A date without a time is its midnight.

    Raises:
        BadInput: The text is no date, or could be two dates, or lies before 1970. The message says how to write it.
    """
    text = _simplified(typed)
    if text in _NO_DATE or _ZERO_DAY.match(text):
        return None
    joined = _moment(typed.strip(), text, order)
    if joined.year < EARLIEST_JOINED_YEAR:
        raise BadInput(f"The date of joining lies before {EARLIEST_JOINED_YEAR}.")
    return joined


def not_in_future(joined: datetime, *, now: datetime) -> datetime:
    """Return the moment of joining, or now where it is "today" in a zone ahead. Raises BadInput for a later moment."""
    if joined > now + _AHEAD_OF_UTC:
        raise BadInput(f"The date of joining, {joined:%Y-%m-%d}, lies in the future.")
    return min(joined, now)


def shown_order(typed: str) -> DateOrder | None:
    """Return the order that a date in numbers shows, because one of its numbers is no month; else None."""
    if not (numbers := _NUMBERS.match(typed)):
        return None
    first, second = int(numbers[1]), int(numbers[3])
    if first <= 12 < second:
        return DateOrder.MONTH_FIRST
    return DateOrder.DAY_FIRST if second <= 12 < first else None


def is_ambiguous(typed: str) -> bool:
    """Return whether a cell begins with a date in numbers that could be two dates."""
    numbers = _NUMBERS.match(typed)
    return numbers is not None and 0 < int(numbers[1]) <= 12 and 0 < int(numbers[3]) <= 12 and numbers[1] != numbers[3]


def looks_like_date(typed: str) -> bool:
    """Return whether a cell holds a date, perhaps one that can be read in two ways; False for 1, yes, or a blank."""
    if not any(map(str.isdigit, typed)):
        return False
    try:
        return read_joined(typed, order=DateOrder.DAY_FIRST) is not None
    except BadInput:
        return bool(_NUMBERS.match(typed) or _SERIAL.fullmatch(typed.strip()))


def _simplified(typed: str) -> str:
    """Return a text in one case, without accents, and with single spaces."""
    decomposed = unicodedata.normalize("NFKD", typed[: MAX_DATE_CHARACTERS + 1]).casefold()
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


def _moment(typed: str, text: str, order: DateOrder | None) -> datetime:
    if len(text) > MAX_DATE_CHARACTERS:
        raise BadInput("A long text stands in place of the date of joining.")
    if _ISO_MOMENT.match(typed):
        try:
            return utc_moment(typed)
        except ValueError:
            pass
    if _UNIX_TIME.fullmatch(text):
        seconds = float(text) / 1000 if float(text) > _SECONDS_IN_MILLISECONDS else float(text)
        return datetime.fromtimestamp(seconds, tz=UTC)
    clock = _CLOCK.fullmatch(text)
    day = _day(clock["day"].rstrip(" ,") if clock else text, typed, order)
    try:
        return _at(day, clock) if clock else datetime.combine(day, time(), tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise BadInput(_how_to_write(typed)) from error


def _at(day: date, clock: re.Match[str]) -> datetime:
    """Return the moment of a day and a time. Raises ValueError and OverflowError where there is no such moment."""
    hour = int(clock["hour"])
    if clock["half"]:
        if not 1 <= hour <= 12:
            raise ValueError(hour)
        hour = hour % 12 + (12 if clock["half"] == "p" else 0)
    moment = time(hour, int(clock["minute"]), int(clock["second"] or 0))
    if clock["offset"]:
        digits = re.sub(r"\D", "", clock["offset"])
        hours, minutes = (int(digits), 0) if len(digits) <= 2 else (int(digits[:-2]), int(digits[-2:]))
        ahead = timedelta(hours=hours, minutes=minutes)
        zone = timezone(-ahead if clock["offset"].startswith("-") else ahead)
        return datetime.combine(day, moment, tzinfo=zone).astimezone(UTC)
    if clock["zone"] and clock["zone"] not in _UTC_NAMES:
        moment = time()  # an abbreviation such as CST has many meanings, so only the day is certain
    return datetime.combine(day, moment, tzinfo=UTC)


def _day(text: str, typed: str, order: DateOrder | None) -> date:
    if found := _YEAR_FIRST.fullmatch(text):
        return _date(int(found["year"]), int(found["month"]), int(found["day"]), typed)
    for pattern in _IN_WORDS:
        if found := pattern.fullmatch(text):
            return _date(int(found["year"]), _MONTHS[found["month"]], int(found["day"]), typed)
    readings = _readings(text, order)
    if len(readings) == 1:
        return _date(*readings[0], typed)
    if readings:
        either = " or ".join(f"{year}-{month:02}-{day:02}" for year, month, day in readings)
        raise BadInput(f"“{typed[:_MAX_SHOWN_CHARACTERS]}” isn't written the same way everywhere. Write {either}.")
    raise BadInput(_how_to_write(typed))


def _readings(text: str, order: DateOrder | None) -> list[tuple[int, int, int]]:
    """Return the days (year, month, day) that a date in numbers may mean."""
    if not (numbers := numeric_date(text, lenient=False)):
        return []
    year, orders = int(numbers.year), numbers.orders
    if len(orders) == 2 and order:
        orders = orders[:1] if order is DateOrder.DAY_FIRST else orders[1:]
    return [(year, month, day) for month, day in orders]


def _date(year: int, month: int, day: int, typed: str) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise BadInput(f"“{typed[:_MAX_SHOWN_CHARACTERS]}” is no day of the calendar.") from error


def _how_to_write(typed: str) -> str:
    shown = typed[:_MAX_SHOWN_CHARACTERS]
    if _SERIAL.fullmatch(typed) and (day := spreadsheet_day(float(typed))):
        return (
            f"“{shown}” may be {day:%Y-%m-%d}, as a spreadsheet counts days. Show the column as dates, and save again."
        )
    return f"“{shown}” is not a date this can read. Write it like 2024-04-18."
