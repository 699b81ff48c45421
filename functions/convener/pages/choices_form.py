"""The form to choose by: as it stands for a row, as it was filled in, and what of it has to be mended."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from convener.editions.places import zone_or_none
from convener.errors import BadInput
from convener.pages.form import Form
from convener.pages.zones import Place, areas, read_zone
from convener.sessions.series import Series
from convener.subscribers.choosing import Wanted
from convener.subscribers.first_names import typed_first_name
from convener.subscribers.mailing_choices import chosen, ticked
from convener.subscribers.models import Calendar, Subscriber
from convener.subscribers.pausing import MONTHS, in_months, until_day

NO_PAUSE, KEEP, UNTIL_DAY = "none", "keep", "date"
FIELDS = ("zone", "first_name", "calendar", "pause")


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What the fields show. `pause` is none, keep (the pause that is), a number of months, or date: then `until`.

    `saved_zone` may stay whatever it is: a list that was imported knows more names than the page offers.
    """

    kinds: tuple[str, ...]
    zone: str
    first_name: str = field(repr=False)
    calendar: str
    text_only: bool
    pause: str
    until: str = ""
    saved_zone: str = ""

    @classmethod
    def of_row(cls, row: Subscriber, now: datetime) -> Choices:
        """As saved."""
        return cls(
            kinds=ticked(row.kinds),
            zone=row.zone,
            saved_zone=row.zone,
            first_name=row.first_name,
            calendar=row.calendar.value,
            text_only=row.text_only,
            pause=KEEP if row.paused(now) else NO_PAUSE,
        )

    @classmethod
    def of_form(cls, form: Form, saved: Choices) -> Choices:
        """As posted; a field that didn't come stays as it is saved, but for boxes, which come only when ticked.

        A day typed beside an untouched choice is meant: its button is easily missed.
        """
        came = {name for name, _ in form.fields}
        its = {name: form.get(name) if name in came else getattr(saved, name) for name in FIELDS}
        until = form.get("until")
        if until and its["pause"] == saved.pause:
            its["pause"] = UNTIL_DAY
        return cls(
            kinds=form.all("kinds"), text_only=bool(form.get("text_only")), until=until, saved_zone=saved.zone, **its
        )

    @property
    def areas(self) -> Sequence[tuple[str, Sequence[Place]]]:
        """The zones to choose among, with the saved one where the list doesn't have it."""
        listed = {place.zone for _, places in areas() for place in places}
        if not self.saved_zone or self.saved_zone in listed:
            return areas()
        return (("As saved", (Place(self.saved_zone, self.saved_zone.replace("_", " ")),)), *areas())

    def errors(self, series: Series, now: datetime) -> Mapping[str, str]:
        """What has to be mended, by field, in the order of the form."""
        checks: dict[str, Callable[[], object]] = {
            "kinds": lambda: chosen(self.kinds),
            "until" if self.pause == UNTIL_DAY else "pause": lambda: self._until(series, now),
            "zone": self._zone,
            "first_name": lambda: typed_first_name(self.first_name),
            "calendar": lambda: _read_calendar(self.calendar),
        }
        found = {name: _wrong(check) for name, check in checks.items()}
        return {name: words for name, words in found.items() if words}

    def wanted(self, series: Series, now: datetime) -> Wanted:
        """What to write. Raises BadInput where something has to be mended."""
        wanted = Wanted(
            kinds=chosen(self.kinds),
            zone=self._zone(),
            first_name=typed_first_name(self.first_name),
            calendar=_read_calendar(self.calendar),
            text_only=self.text_only,
        )
        if self.pause != KEEP:
            wanted["paused_until"] = self._until(series, now)
        return wanted

    def _zone(self) -> str:
        return self.zone if self.zone == self.saved_zone else read_zone(self.zone)

    def _until(self, series: Series, now: datetime) -> datetime | None:
        """The end of the pause, in the zone that is chosen along with it; None where there is none."""
        tz = zone_or_none(self.zone) or series.tz
        if self.pause in MONTHS:
            return in_months(MONTHS[self.pause], now=now, tz=tz)
        if self.pause == UNTIL_DAY:
            return until_day(self.until, now=now, tz=tz)
        if self.pause not in (NO_PAUSE, KEEP):
            raise BadInput("We don’t know this pause. Choose one of these.")
        return None


def _read_calendar(value: str) -> Calendar:
    if value not in list(Calendar):
        raise BadInput("We don’t know this choice. Choose one of these.")
    return Calendar(value)


def _wrong(check: Callable[[], object]) -> str:
    try:
        check()
    except BadInput as error:
        return str(error)
    return ""
