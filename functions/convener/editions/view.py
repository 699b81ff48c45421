"""The values that templates of mailings get from a session, its series and the session before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from convener.editions.formatting import MONTHS, day_and_month, hour_words, short_date, shortened, time_range
from convener.editions.markdown import to_html
from convener.editions.models import FIELDS, mark
from convener.editions.plain_text import to_text
from convener.editions.session_text import links_of, names_of, slides_of, speaker_parts, title_of
from convener.sessions.models import Session
from convener.sessions.series import Series

MAX_TITLE_CHARACTERS = 100
"""The longest title in a subject. The mail itself has the whole title."""

MATERIALS = ("insights", "recording", "presentations")


@dataclass(frozen=True)
class Missed:
    """The session before, with its materials."""

    label: str
    title: str
    speakers: str
    links: Mapping[str, str]
    presentations: Sequence[tuple[str, str]]


def base_view(session: Session, series: Series, *, join_url: str, view_url: str) -> dict[str, object]:
    """Return the values that every mailing type needs. `session` and `series` are cleaned."""
    begins, ends = session.begins(series.tz), session.ends(series.tz)
    return {
        "series": series,
        "session": session,
        "title": title_of(session, series),
        "short_title": shortened(title_of(session, series), MAX_TITLE_CHARACTERS),
        "titled": bool(session.title),
        "speakers": [speaker_parts(speaker) for speaker in session.speakers],
        "speaker_names": names_of(session),
        "date": day_and_month(begins),
        "date_and_time": time_range(begins, ends, series.zone_name),
        "short_when": f"{short_date(begins)}, {hour_words(begins)} {series.zone_short}",
        "summary_html": Markup(to_html(session.summary, series.brand.light)),  # noqa: S704 - nh3 made it safe
        "summary_text": to_text(session.summary),
        "join_url": join_url,
        "view_url": view_url,
        "in_browser": False,
        "fields": {name: mark(name) for name in FIELDS},
    }


def missed_view(previous: Session | None, session: Session, series: Series) -> Missed | None:
    """Return the session before, if it has materials."""
    if previous is None or not (links_of(previous) or previous.presentations):
        return None
    month_before = session.date.replace(day=1) - timedelta(days=1)
    was_last_month = previous.month == f"{month_before:%Y-%m}"
    return Missed(
        label="last month" if was_last_month else f"our conversation in {_month_words(previous.date, session.date)}",
        title=title_of(previous, series),
        speakers=names_of(previous),
        links=links_of(previous),
        presentations=slides_of(previous),
    )


def _month_words(day: date, seen_from: date) -> str:
    """Return the month, with the year if it is not the year of `seen_from`."""
    return MONTHS[day.month - 1] + ("" if day.year == seen_from.year else f" {day.year}")
