"""A session: one meeting of the series, as editors know it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    HttpUrl,
    StringConstraints,
    TypeAdapter,
    UrlConstraints,
)

_https: TypeAdapter[HttpUrl] = TypeAdapter(Annotated[HttpUrl, UrlConstraints(allowed_schemes=["https"])])


def _https_address(text: str) -> str:
    """The address in the form that a browser would send, with its host as A-labels."""
    return str(_https.validate_python(text))


HttpsUrl = Annotated[str, AfterValidator(_https_address)]
MonthId = Annotated[str, StringConstraints(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
SessionId = Annotated[str, StringConstraints(pattern=r"^\d{4}-(0[1-9]|1[0-2])[b-z]?$")]


class Frozen(BaseModel):
    """A value: unknown keys are mistakes, nothing changes once it is made, errors don't repeat what people wrote."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, hide_input_in_errors=True)


class Speaker(Frozen):
    """Who leads the conversation. Role and organisation may be unknown."""

    name: Annotated[str, StringConstraints(min_length=1)]
    role: str = ""
    organisation: str = ""


class Material(Frozen):
    """Insights or a recording: announced by words alone, or there at an https address."""

    announced: bool = False
    url: HttpsUrl | None = None


class Presentation(Frozen):
    """Slides of one talk."""

    title: str
    url: HttpsUrl


class Session(Frozen):
    """One meeting.

    `id` is its first month and stays when it moves. `version` rises with every change, `sequence` only when the
    calendar entry must change (date, time, length, link or status: RFC 5545 §3.8.7.4). `start` is wall-clock time in
    the series' zone, `edited_at` the moment of the last change,
    `edited_by` who made it (an AWS principal, or a person's name on a machine).
    """

    id: SessionId
    month: MonthId
    date: date
    date_source: Literal["rule", "given"]
    start: time
    length_minutes: Annotated[int, Field(ge=5, le=24 * 60)]
    title: str | None = None
    speakers: tuple[Speaker, ...] = ()
    summary: str = ""
    join_url: HttpsUrl | None = None
    insights: Material = Material()
    presentations: tuple[Presentation, ...] = ()
    recording: Material = Material()
    status: Literal["planned", "cancelled"] = "planned"
    version: int = 0
    sequence: int = 0
    edited_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    edited_by: str = ""

    def begins(self, zone: ZoneInfo) -> datetime:
        """When it starts, aware, in the series' zone."""
        return datetime.combine(self.date, self.start, tzinfo=zone)

    def ends(self, zone: ZoneInfo) -> datetime:
        """When it is over. The length is elapsed time, also across a change of clocks."""
        return (self.begins(zone).astimezone(UTC) + timedelta(minutes=self.length_minutes)).astimezone(zone)
