"""The session model: one meeting of the series, with the values that editors upload."""

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
    """Return the URL in the form that a browser sends, with the host as A-labels."""
    return str(_https.validate_python(text))


HttpsUrl = Annotated[str, AfterValidator(_https_address)]
MonthId = Annotated[str, StringConstraints(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
SessionId = Annotated[str, StringConstraints(pattern=r"^\d{4}-(0[1-9]|1[0-2])[b-z]?$")]


class Frozen(BaseModel):
    """The base of immutable models. Unknown keys are errors, and error messages do not repeat the input."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, hide_input_in_errors=True)


class Speaker(Frozen):
    """A person who leads the conversation. Role and organisation are empty if unknown."""

    name: Annotated[str, StringConstraints(min_length=1)]
    role: str = ""
    organisation: str = ""


class Material(Frozen):
    """The insights or the recording of a session: announced without a link, or available at an https URL."""

    announced: bool = False
    url: HttpsUrl | None = None


class Presentation(Frozen):
    """The slides of one talk."""

    title: str
    url: HttpsUrl


class Session(Frozen):
    """One meeting of the series.

    Attributes:
        id: The first month that the session was planned for, with a letter for further sessions of that month. The id
            stays when the session moves.
        month: The month of `date`.
        date_source: Whether `date` follows from the series' rule or was given by an editor.
        start: The wall-clock time in the series' zone.
        join_url: The link to the online meeting.
        version: Rises with every change.
        sequence: Rises when calendar entries must change: date, time, length, link or status (RFC 5545 §3.8.7.4).
        edited_at: The time of the last change.
        edited_by: The AWS principal, or the name of the person on their machine, that made the last change.
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
        """Return the time at which the session starts, in the series' zone."""
        return datetime.combine(self.date, self.start, tzinfo=zone)

    def ends(self, zone: ZoneInfo) -> datetime:
        """Return the time at which the session ends. The length is elapsed time, also across a change of clocks."""
        return (self.begins(zone).astimezone(UTC) + timedelta(minutes=self.length_minutes)).astimezone(zone)
