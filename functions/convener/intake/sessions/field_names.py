"""The names that people give to the columns and fields of a session, and the field that each means."""

from __future__ import annotations

from convener.intake.files.decoding import shortened
from convener.intake.files.header_finder import ColumnNames, HeaderFinder
from convener.intake.sessions.validation import ValidationError

_SYNONYMS: dict[str, tuple[str, ...]] = {
    "id": ("sessionid", "identifier"),
    "month": ("sessionmonth", "months"),
    "date": ("when", "day", "sessiondate", "datum", "meetingdate", "eventdate", "on"),
    "start": ("starttime", "starts", "startsat", "time", "begins", "beginsat", "at", "from"),
    "length_minutes": ("length", "duration", "minutes", "durationminutes", "lengthinminutes",
                       "durationinminutes", "lengthmin", "durationmin", "durationmins"),
    "title": ("topic", "sessiontitle", "subject", "theme", "name", "heading", "sessionname", "conversation", "titel"),
    "speakers": ("speaker", "who", "guest", "guests", "guestspeaker", "guestspeakers", "presenter", "presenters",
                 "by", "host", "hosts", "ledby", "with"),
    "summary": ("description", "about", "abstract", "text", "details", "synopsis", "blurb", "resume", "sessionsummary"),
    "join_url": ("joinlink", "join", "zoom", "zoomlink", "zoomurl", "meetinglink", "meetingurl",
                 "teamslink", "joininglink", "joinhere", "linktojoin", "videolink", "calllink"),
    "insights": ("insight", "insightslink", "insightsurl", "insightsandsummary", "notes", "writeup", "takeaways"),
    "recording": ("recordings", "recordinglink", "recordingurl", "video", "videorecording", "film", "watch",
                  "recordedsession", "youtube", "vimeo", "linktorecording"),
    "presentations": ("presentation", "slides", "slide", "slidedeck", "deck", "slidedecks", "handouts",
                      "presentationlink", "presentationlinks", "slideslink", "slideslinks", "slidelinks"),
    "status": ("state", "sessionstatus"),
    "version": ("sessionversion", "versionnumber", "recordversion"),
}  # fmt: skip
KNOWN = tuple(_SYNONYMS)
SESSION_FIELDS = frozenset({"id", "month", "date"})
"""The fields that say which session a row is about."""
NAMES = ColumnNames(
    synonyms={field: (field.replace("_", ""), *names) for field, names in _SYNONYMS.items()},
    ignore_accents=True,
    unique=False,
)
HEADERS = HeaderFinder(names=NAMES, required=SESSION_FIELDS, max_rows=1)
"""The header is the first filled row."""


class UniqueNames:
    """The names of one header or one record. Each field may be named once."""

    def __init__(self, kind: str) -> None:
        """`kind` is the word that messages use for a name: "column" or "field"."""
        self.kind = kind
        self.taken: dict[str, str] = {}

    def take(self, name: str) -> str:
        """Return the field that a name means.

        Raises ValidationError for a name that is unknown, or that means the same field as an earlier name.
        """
        shown, field = shortened(name), NAMES.field_of(name)
        if not field:
            close = NAMES.closest_field(name)
            guess = f" Did you mean “{close}”?" if close else ""
            raise ValidationError(
                f"“{shown}” is no known {self.kind}.{guess}",
                f"Take it out, or give it one of these names: {', '.join(KNOWN)}.",
            )
        if field in self.taken:
            first = self.taken[field]
            same = f"“{shown}” is there twice." if first == shown else f"“{first}” and “{shown}” both mean {field}."
            raise ValidationError(same, self._mend(field))
        self.taken[field] = shown
        return field

    def _mend(self, field: str) -> str:
        may_be_new_session = self.kind == "field" and field in SESSION_FIELDS
        if not may_be_new_session:
            return "Take one of the two out."
        return "Take one of the two out. If another session begins here, write “- ” before each session's first field."
