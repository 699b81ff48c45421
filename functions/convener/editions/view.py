"""What the templates see of a session, a series and what is around them: cleaned, worded, linked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from markupsafe import Markup
from pydantic import BaseModel, ValidationError

from convener.editions.markdown import to_html
from convener.editions.models import FIELDS, mark, mark_free
from convener.editions.plain import to_text
from convener.editions.wording import (
    MONTHS,
    day_and_month,
    from_to,
    hour_words,
    listed,
    one_line,
    short_date,
    shortened,
)
from convener.errors import Blocked
from convener.sessions.models import Session, Speaker
from convener.sessions.series import Series

LONGEST_TITLE = 100  # characters of a title in a subject; inside the mail it stands in full
MATERIALS = ("insights", "recording", "presentations")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Upcoming:
    """The next session, for the end of a recap. `begins` is aware."""

    begins: datetime
    title: str | None


@dataclass(frozen=True)
class Missed:
    """An earlier session with something to read or watch."""

    label: str
    title: str
    speakers: str
    links: Mapping[str, str]
    presentations: Sequence[tuple[str, str]]


def cleaned(model: Model) -> Model:
    """The one place where all human text loses the two characters of merge fields, and control characters."""
    try:
        return type(model).model_validate(_clean(model.model_dump(warnings=False)))
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise Blocked(f"{type(model).__name__} {where}: holds only characters that no mail can show.") from error


def _clean(value: object) -> object:
    if isinstance(value, str):
        return _CONTROL.sub("", mark_free(value).replace("\r\n", "\n"))
    if isinstance(value, Mapping):
        return {key: _clean(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return tuple(_clean(inner) for inner in value)
    return value


def base_view(session: Session, series: Series, join_url: str) -> dict[str, object]:
    """What every kind shows. Session and series are cleaned already."""
    begins, ends = session.begins(series.tz), session.ends(series.tz)
    return {
        "series": series,
        "session": session,
        "title": title_of(session, series),
        "short_title": shortened(title_of(session, series), LONGEST_TITLE),
        "titled": bool(session.title),
        "speakers": [speaker_parts(speaker) for speaker in session.speakers],
        "speaker_names": names_of(session),
        "date": day_and_month(begins),
        "date_and_time": from_to(begins, ends, series.zone_name),
        "short_when": f"{short_date(begins)}, {hour_words(begins)} {series.zone_short}",
        "summary_html": Markup(to_html(session.summary, series.brand.light)),  # noqa: S704 - nh3 made it safe
        "summary_text": to_text(session.summary),
        "join_url": join_url,
        "fields": {name: mark(name) for name in FIELDS},
    }


def title_of(session: Session, series: Series) -> str:
    """Its title, on one line; the name of the series while it has none."""
    return one_line(session.title or "") or one_line(series.name)


def names_of(session: Session) -> str:
    """A, B and C."""
    return listed(one_line(speaker.name) for speaker in session.speakers)


def speaker_parts(speaker: Speaker) -> dict[str, str]:
    """Name, and what is known about the person: role, organisation, both, or nothing."""
    about = [one_line(part) for part in (speaker.role, speaker.organisation)]
    return {"name": one_line(speaker.name), "about": ", ".join(part for part in about if part)}


def links_of(session: Session, names: Sequence[str] = ("insights", "recording")) -> dict[str, str]:
    """Name and address of what is there to read or watch."""
    found = {name: getattr(session, name).url for name in names}
    return {name: url for name, url in found.items() if url}


def slides_of(session: Session) -> list[tuple[str, str]]:
    """Title and address of each presentation."""
    return [(one_line(slides.title) or "Presentation", str(slides.url)) for slides in session.presentations]


def missed_view(previous: Session | None, session: Session, series: Series) -> Missed | None:
    """The session before, where it has something to read or watch."""
    if previous is None or not (links_of(previous) or previous.presentations):
        return None
    month_before = session.date.replace(day=1) - timedelta(days=1)
    near = previous.month == f"{month_before:%Y-%m}"
    return Missed(
        label="last month" if near else f"our conversation in {_month_words(previous.date, session.date)}",
        title=title_of(previous, series),
        speakers=names_of(previous),
        links=links_of(previous),
        presentations=slides_of(previous),
    )


def _month_words(day: date, seen_from: date) -> str:
    return MONTHS[day.month - 1] + ("" if day.year == seen_from.year else f" {day.year}")


def upcoming_view(upcoming: Upcoming | None, series: Series) -> dict[str, str] | None:
    """Date, time and title of the next session."""
    if upcoming is None:
        return None
    begins = upcoming.begins.astimezone(series.tz)
    title = one_line(mark_free(upcoming.title or ""))
    return {"when": f"{day_and_month(begins)}, {hour_words(begins)} {series.zone_name}", "title": title}
