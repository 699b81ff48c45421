"""The names that people give to columns and fields, and what each means."""

from __future__ import annotations

import difflib
import unicodedata

from convener.intake.sessions.validation import ValidationError
from convener.intake.sessions.words import shortened

MEANINGS: dict[str, tuple[str, ...]] = {
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
KNOWN = tuple(MEANINGS)
_BY_NAME = {name: meaning for meaning, names in MEANINGS.items() for name in (meaning.replace("_", ""), *names)}


def meaning_of(name: str) -> str:
    """The field that a name means, or empty. Case, spaces, hyphens, underscores and accents make no difference."""
    return _BY_NAME.get(_plain(name), "")


def _plain(name: str) -> str:
    apart = unicodedata.normalize("NFKD", name[:200]).casefold()
    return "".join(character for character in apart if character.isalnum())


def closest(name: str) -> str:
    """The field that a mistyped name may have meant, or empty."""
    close = difflib.get_close_matches(_plain(name), _BY_NAME, n=1, cutoff=0.7)
    return _BY_NAME[close[0]] if close else ""


class Names:
    """The names of one header or one record: each meaning is taken once."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.taken: dict[str, str] = {}

    def take(self, name: str) -> str:
        """What it means. Raises Wrong for a name that is unknown, or means what another did."""
        shown, meaning = shortened(name), meaning_of(name)
        if not meaning:
            near = closest(name)
            guess = f" Did you mean “{near}”?" if near else ""
            raise ValidationError(
                f"“{shown}” is no known {self.what}.{guess}",
                f"Take it out, or give it one of these names: {', '.join(KNOWN)}.",
            )
        if meaning in self.taken:
            first = self.taken[meaning]
            same = f"“{shown}” is there twice." if first == shown else f"“{first}” and “{shown}” both mean {meaning}."
            raise ValidationError(same, self._mend(meaning))
        self.taken[meaning] = shown
        return meaning

    def _mend(self, meaning: str) -> str:
        another = self.what == "field" and meaning in ("id", "month", "date")
        if not another:
            return "Take one of the two out."
        return "Take one of the two out. If another session begins here, write “- ” before each session's first field."
