"""What a session says of itself, in words fit to be shown; without Markdown, which most pages needn't wait for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from convener.editions.formatting import listed, one_line
from convener.editions.models import mark_free
from convener.errors import Blocked
from convener.sessions.models import Session, Speaker
from convener.sessions.series import Series

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")

Model = TypeVar("Model", bound=BaseModel)


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
