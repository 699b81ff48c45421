"""The texts of a session, ready to be shown. Pages import this module, so it does not import Markdown."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from convener.editions.formatting import and_list, one_line
from convener.editions.models import mark_free
from convener.errors import Blocked
from convener.sessions.models import Session, Speaker
from convener.sessions.series import Series

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")

Model = TypeVar("Model", bound=BaseModel)


def cleaned(model: Model) -> Model:
    """Return a copy of a model with the merge field characters and control characters removed from every text.

    Raises Blocked where a required text has only such characters.
    """
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
    """Return the title of a session on one line; the name of the series if the session has no title."""
    return one_line(session.title or "") or one_line(series.name)


def names_of(session: Session) -> str:
    """Return the names of the speakers, such as "A, B and C"."""
    return and_list(one_line(speaker.name) for speaker in session.speakers)


def speaker_parts(speaker: Speaker) -> dict[str, str]:
    """Return the name of a speaker, and under `about` the role and the organisation as far as they are known."""
    about = [one_line(part) for part in (speaker.role, speaker.organisation)]
    return {"name": one_line(speaker.name), "about": ", ".join(part for part in about if part)}


def links_of(session: Session, names: Sequence[str] = ("insights", "recording")) -> dict[str, str]:
    """Return the name and the URL of each material of the session that has a URL."""
    found = {name: getattr(session, name).url for name in names}
    return {name: url for name, url in found.items() if url}


def slides_of(session: Session) -> list[tuple[str, str]]:
    """Return the title and the URL of each presentation."""
    return [(one_line(slides.title) or "Presentation", str(slides.url)) for slides in session.presentations]
