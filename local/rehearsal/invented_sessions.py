"""Invented sessions on a series' own rule, for a community that has not written down any session yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from convener.errors import BadInput
from convener.sessions.departure_times import first_departure_days
from convener.sessions.recurrence import date_by_rule
from convener.sessions.series import Series

NAME = "invented sessions.yaml"
BEFORE, AFTER = 2, 2
"""How many sessions come before the rehearsed one, and after it: mails mention the last and the next."""

SEARCHED_MONTHS = 36
"""For so many months the rule is asked for a session."""

_TOPICS = (
    ("What we learnt from a difficult year", "Ana Silva, nurse, City Hospital"),
    ("The first five minutes", "Ben Okoro; Mei Tanaka, teacher"),
    ("Listening before answering", "Ruth Adeyemi, physiotherapist; Jonas Berg"),
    ("Small changes that lasted", "Sofia Marin, librarian"),
    ("Who is not in the room?", "Tom Hughes; Leila Haddad, midwife"),
)


@dataclass(frozen=True, kw_only=True)
class InventedSessions:
    """Invented sessions.

    Attributes:
        text: A file for upload, in YAML.
        day: The day of the session to rehearse.
        note: Why nothing would leave before that session; empty where nothing hinders it.
    """

    text: str
    day: date
    note: str


def invented_sessions(series: Series, today: date) -> InventedSessions:
    """Invent sessions around the first one whose mails all lie ahead: after `today` and not before `mail_from`.

    Raises BadInput where the rule has no such session: then nothing would leave, ever.
    """
    earliest = max(series.mail_from, today + timedelta(days=first_departure_days(series) + 1))
    days = [day for day in _days(series, earliest) if day >= earliest][: 1 + AFTER]
    if not days:
        raise BadInput(
            f"Nothing would leave: the rule {series.rule} has no session in the {SEARCHED_MONTHS} months after "
            f"{_written(earliest)} (mail_from in series.toml is {_written(series.mail_from)}). Correct rule, skipped "
            "or mail_from there, or name a file with sessions: --sessions FILE."
        )
    begins = days[0] - timedelta(days=first_departure_days(series) + 1)
    earlier = [day for day in _days(series, _months_before(begins, 6)) if day < begins][-BEFORE:]
    note = ""
    if series.mail_from > today:
        note = (
            f"mail_from in series.toml is {_written(series.mail_from)}, which lies ahead: no mail leaves about a "
            f"session before that day. So the month shown is that of {_written(days[0])}, the first session after it."
        )
    # The shown session has its materials as well: a rehearsal holds them back until editors would add them. Of the
    # earlier ones only those have any that no mail is sent about: else their recaps would leave on the first day.
    done = [day == days[0] or day < series.mail_from for day in (*earlier, *days)]
    parts = zip([*earlier, *days], _TOPICS, done, strict=False)
    texts = [_session(day, topic, done=has_materials) for day, topic, has_materials in parts]
    return InventedSessions(text="sessions:\n" + "".join(texts), day=days[0], note=note)


def _days(series: Series, start: date) -> Iterator[date]:
    """Yield the days of the series' sessions from the month of `start` on."""
    for month in islice(_months(start), SEARCHED_MONTHS):
        try:
            day = date_by_rule(month, series.rule)
        except BadInput:
            continue
        if series.skip_reason(month) is None:
            yield day


def _months(start: date) -> Iterator[str]:
    year, number = start.year, start.month
    while True:
        yield f"{year:04}-{number:02}"
        year, number = (year, number + 1) if number < 12 else (year + 1, 1)


def _months_before(day: date, count: int) -> date:
    months = day.year * 12 + day.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)


def _session(day: date, topic: tuple[str, str], *, done: bool) -> str:
    """Return one session as YAML; `done`: with insights and a recording."""
    title, speakers = topic
    month = f"{day:%Y-%m}"
    lines = [
        f"  - month: {month}",
        f"    title: {title}",
        f"    speakers: {speakers}",
        "    summary: >-",
        "      This session is invented, so that you see your mails before you have a session of your own. A paragraph",
        "      here says what the conversation is about, and ends with *the question for the small groups*.",
        f"    join_url: https://meet.example/{month}",
    ]
    if done:
        lines += [
            f"    insights: https://meet.example/insights/{month}.pdf",
            f"    recording: https://meet.example/recordings/{month}",
        ]
    return "\n".join(lines) + "\n"


def _written(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
