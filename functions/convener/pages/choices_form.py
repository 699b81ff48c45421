"""The fields of the preferences form, and their checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from convener.editions.places import zone_or_none
from convener.errors import BadInput
from convener.mailing_types import COVERED_BY_DEFAULT
from convener.pages.form import Form, error_message
from convener.pages.zones import Place, areas, read_zone
from convener.sessions.series import Series
from convener.subscribers.choosing import Wanted
from convener.subscribers.first_names import typed_first_name
from convener.subscribers.mailing_choices import chosen, ticked
from convener.subscribers.models import Calendar, Subscriber
from convener.subscribers.pausing import MONTHS, in_months, until_day

NO_PAUSE, KEEP, UNTIL_DAY = "none", "keep", "date"
SINGLE_FIELDS = ("zone", "first_name", "calendar", "pause")


@dataclass(frozen=True, kw_only=True)
class ChoicesForm:
    """The values of the form.

    `pause` is "none", "keep" (the pause as it is saved), a number of months, or "date", and then `until` has the day.
    `saved_zone` may be any zone: an imported list knows more names than the page offers. `covered` are the mailing
    types that the subscriber's consent wording covers.
    """

    kinds: tuple[str, ...]
    zone: str
    first_name: str = field(repr=False)
    calendar: str
    text_only: bool
    pause: str
    until: str = ""
    saved_zone: str = ""
    covered: frozenset[str] = COVERED_BY_DEFAULT

    @classmethod
    def from_subscriber(cls, subscriber: Subscriber, series: Series, now: datetime) -> ChoicesForm:
        """Return the values as they are saved."""
        covered = series.coverage.of(subscriber.wording)
        return cls(
            kinds=ticked(subscriber.kinds, covered),
            covered=covered,
            zone=subscriber.zone,
            saved_zone=subscriber.zone,
            first_name=subscriber.first_name,
            calendar=subscriber.calendar.value,
            text_only=subscriber.text_only,
            pause=KEEP if subscriber.paused(now) else NO_PAUSE,
        )

    @classmethod
    def from_post(cls, form: Form, saved: ChoicesForm) -> ChoicesForm:
        """Return the values of a posted form.

        A field that is missing keeps its saved value; only check boxes are missing when they are not ticked. A day
        that was typed beside an unchanged pause counts as chosen: readers easily miss the radio button beside it.
        """
        posted = {name for name, _ in form.fields}
        values = {name: form.get(name) if name in posted else getattr(saved, name) for name in SINGLE_FIELDS}
        until = form.get("until")
        if until and values["pause"] == saved.pause:
            values["pause"] = UNTIL_DAY
        return cls(
            kinds=form.all("kinds"),
            text_only=bool(form.get("text_only")),
            until=until,
            saved_zone=saved.zone,
            covered=saved.covered,
            **values,
        )

    @property
    def areas(self) -> Sequence[tuple[str, Sequence[Place]]]:
        """The zones to choose from, and the saved zone if it is not among them."""
        listed = {place.zone for _, places in areas() for place in places}
        if not self.saved_zone or self.saved_zone in listed:
            return areas()
        return (("As saved", (Place(self.saved_zone, self.saved_zone.replace("_", " ")),)), *areas())

    def errors(self, series: Series, now: datetime) -> Mapping[str, str]:
        """Return the error message of each wrong field, in the order of the form."""
        checks: dict[str, Callable[[], object]] = {
            "kinds": lambda: chosen(self.kinds, self.covered),
            "until" if self.pause == UNTIL_DAY else "pause": lambda: self._paused_until(series, now),
            "zone": self._read_zone,
            "first_name": lambda: typed_first_name(self.first_name),
            "calendar": lambda: _read_calendar(self.calendar),
        }
        messages = {name: error_message(check) for name, check in checks.items()}
        return {name: message for name, message in messages.items() if message}

    def wanted(self, series: Series, now: datetime) -> Wanted:
        """Return the values to save. Raises BadInput if a field is wrong."""
        wanted = Wanted(
            kinds=chosen(self.kinds, self.covered),
            zone=self._read_zone(),
            first_name=typed_first_name(self.first_name),
            calendar=_read_calendar(self.calendar),
            text_only=self.text_only,
        )
        if self.pause != KEEP:
            wanted["paused_until"] = self._paused_until(series, now)
        return wanted

    def _read_zone(self) -> str:
        return self.zone if self.zone == self.saved_zone else read_zone(self.zone)

    def _paused_until(self, series: Series, now: datetime) -> datetime | None:
        """Return the end of the pause, in the zone that the form chooses; None if the form chooses no pause."""
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
