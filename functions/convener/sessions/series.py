"""The series: the recurring conversation that one installation serves, read from the `series.toml` of its community."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from dateutil.rrule import rrulestr
from pydantic import (
    AfterValidator,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    ValidationError,
    model_validator,
)

from convener.consent_coverage import VERSION, Coverage
from convener.errors import Misconfigured
from convener.mailing_types import COVERED_BY_DEFAULT, REGISTRY, MailingType, mailing_types
from convener.sessions.models import Frozen, HttpsUrl, MonthId

Words = Annotated[str, StringConstraints(min_length=1)]
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"{name!r} is no time zone of the IANA database (such as Europe/London)")
    return name


def _monthly_rule(rule: str) -> str:
    if "FREQ=MONTHLY" not in rule.upper():
        raise ValueError("must be an RRULE with FREQ=MONTHLY (RFC 5545 §3.3.10), such as FREQ=MONTHLY;BYDAY=3TH")
    rrulestr(rule)
    return rule


ZoneName = Annotated[str, AfterValidator(_known_zone)]


class Sender(Frozen):
    """The sender of the mails. `list_id` is the stable list identifier of RFC 2919."""

    name: Words
    address: Words
    reply_to: Words
    list_id: Words


class Organisation(Frozen):
    """The organisation that is responsible for the mails. Every mail names the organisation at its end."""

    name: Words
    postal_address: Words
    privacy_url: HttpsUrl


class Palette(Frozen):
    """The colours of the light or the dark mode. `docs/look.md` says where each colour is used."""

    paper: Colour
    card: Colour
    ink: Colour
    heading: Colour
    quiet: Colour
    accent: Colour
    on_accent: Colour
    line: Colour
    panel: Colour


class Brand(Frozen):
    """The colours and the logo of mails and pages."""

    light: Palette
    dark: Palette
    warm: Colour
    logo_url: HttpsUrl | None = None
    logo_alt: str = ""


class DepartureBefore(Frozen):
    """When mailings leave that come before the session, in the series' zone.

    `hour` is the time of day, `days_before` the number of days before the session. `quiet_minutes` must have passed
    since the last edit of the session.
    """

    hour: time
    days_before: Annotated[int, Field(ge=0, le=60)] = 0
    quiet_minutes: Annotated[int, Field(ge=0, le=24 * 60)] = 0


class DepartureAfter(Frozen):
    """When mailings leave that bring materials after the session, in the series' zone.

    `hour` is the time of day. `quiet_minutes` must have passed since the last edit of the session. The mailing waits
    `wait_days` at most for all materials. From `give_up_days` after the session on it is too late for the mailing.
    """

    hour: time
    quiet_minutes: Annotated[int, Field(ge=0, le=24 * 60)]
    wait_days: Annotated[int, Field(ge=0, le=60)]
    give_up_days: Annotated[int, Field(ge=1, le=365)]


_BEFORE, _AFTER = "days-before", "days-after"


def _departure_tag(section: object) -> str:
    """Return which model reads a section: one with days to wait is for mailings after the session."""
    names = (
        section if isinstance(section, Mapping) else type(section).model_fields if isinstance(section, Frozen) else ()
    )
    return _AFTER if {"wait_days", "give_up_days"} & set(names) else _BEFORE


Departure = Annotated[
    Annotated[DepartureBefore, Tag(_BEFORE)] | Annotated[DepartureAfter, Tag(_AFTER)], Discriminator(_departure_tag)
]


class Departures(Frozen):
    """When each mailing type leaves: one section for each departure that the registry of mailing types names.

    Nothing leaves from `night_from` until the hour of the type's own section.
    """

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Departure]

    night_from: time

    @model_validator(mode="after")
    def _as_registered(self) -> Departures:
        """Check that there is exactly one section for each departure, of the form that its rule needs."""
        sections = self.__pydantic_extra__
        needed = {
            row.departure: DepartureBefore if row.departure_rule.before_session else DepartureAfter
            for row in mailing_types()
        }
        for name, model in needed.items():
            if name not in sections:
                raise ValueError(f"[departures.{name}] is missing")
            if not isinstance(sections[name], model):
                *others, last = model.model_fields
                raise ValueError(f"[departures.{name}] must have {', '.join(others)} and {last}")
        if unknown := sorted(set(sections) - set(needed)):
            raise ValueError(f"[departures.{unknown[0]}] is the departure of no mailing type")
        return self

    @model_validator(mode="after")
    def _day_before_night(self) -> Departures:
        for name, section in self.__pydantic_extra__.items():
            if section.hour >= self.night_from:
                raise ValueError(f"{name}.hour {section.hour:%H:%M} is not before night_from {self.night_from:%H:%M}")
        return self

    def hour(self, kind: MailingType) -> time:
        """Return the hour of the day, in the series' zone, at which mailings of that type leave."""
        return self.__pydantic_extra__[kind.departure].hour

    def before(self, kind: MailingType) -> DepartureBefore:
        """Return the section of a type that leaves before the session. Raises TypeError for any other type."""
        section = self.__pydantic_extra__[kind.departure]
        if not isinstance(section, DepartureBefore):
            raise TypeError(f"{kind} does not leave before the session")
        return section

    def after(self, kind: MailingType) -> DepartureAfter:
        """Return the section of a type that leaves after the session. Raises TypeError for any other type."""
        section = self.__pydantic_extra__[kind.departure]
        if not isinstance(section, DepartureAfter):
            raise TypeError(f"{kind} does not leave after the session")
        return section


class SkippedMonth(Frozen):
    """A month without a session, with the reason."""

    month: MonthId
    reason: Words


def _covered_types(names: tuple[str, ...]) -> tuple[str, ...]:
    """Check that each name is a mailing type, that no name is there twice, and that readers can choose one of them."""
    for place, name in enumerate(names):
        if name not in REGISTRY:
            raise ValueError(f"{name!r} is no mailing type; there are {', '.join(REGISTRY)}")
        if name in names[:place]:
            raise ValueError(f"{name!r} is there twice")
    if not any(REGISTRY[name].declinable for name in names):
        raise ValueError("names no mailing type that readers can choose; there are " + ", ".join(_choosable()))
    return names


def _choosable() -> list[str]:
    return [row.name for row in mailing_types() if row.declinable]


class ConsentWording(Frozen):
    """The text that a person agrees to when they join. Earlier versions stay in the file.

    The consent record contains `version`, so a changed text needs a new version. `covers` names the mailing types that
    the text covers. Whoever agreed to it gets these, and no type that is added later.
    """

    version: Annotated[str, StringConstraints(pattern=rf"^{VERSION.pattern}$")]
    text: Words
    covers: Annotated[tuple[str, ...], AfterValidator(_covered_types)] = tuple(sorted(COVERED_BY_DEFAULT))


class Series(Frozen):
    """The settings that are the same for every session.

    Attributes:
        zone: The IANA name of the series' time zone.
        zone_name: The name of the zone for people, such as "UK time".
        doors_minutes: The link to join opens the meeting from this time before the session until this time after it.
        rule: The monthly recurrence rule (RRULE).
        mail_from: Sessions before this date get no mailings.
        consent: The consent wordings, the present one last.
    """

    name: Words
    tagline: str
    zone: ZoneName
    zone_name: Words
    zone_short: Words
    start: time
    length_minutes: Annotated[int, Field(ge=5, le=24 * 60)]
    doors_minutes: Annotated[int, Field(ge=0, le=24 * 60)] = 30
    rule: Annotated[str, AfterValidator(_monthly_rule)]
    mail_from: date
    contact_email: Words
    contact_words: Words
    how_to_join: Words
    how_it_goes: str
    sender: Sender
    organisation: Organisation
    brand: Brand
    departures: Departures
    consent: Annotated[tuple[ConsentWording, ...], Field(min_length=1)]
    skipped: tuple[SkippedMonth, ...] = ()

    @model_validator(mode="after")
    def _each_wording_once(self) -> Series:
        versions = [wording.version for wording in self.consent]
        if twice := sorted({version for version in versions if versions.count(version) > 1}):
            raise ValueError(
                f"two consent wordings have the same version, {twice[0]!r}: a changed text needs a new one"
            )
        return self

    @property
    def wording(self) -> ConsentWording:
        """The present consent wording, which is the last in the file."""
        return self.consent[-1]

    @property
    def coverage(self) -> Coverage:
        """The mailing types that each consent wording covers."""
        return Coverage({wording.version: frozenset(wording.covers) for wording in self.consent})

    @property
    def tz(self) -> ZoneInfo:
        """The series' time zone."""
        return ZoneInfo(self.zone)

    def skip_reason(self, month: str) -> str | None:
        """Return the reason why that month has no session; None where the month has a session."""
        return next((skipped.reason for skipped in self.skipped if skipped.month == month), None)


def read_series(path: Path) -> Series:
    """Read and check the series file. Raises Misconfigured, which names the file, the line and the key."""
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError as error:
        raise Misconfigured(f"{path}: there is no such file.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{path}: can't be read as a text file in UTF-8: {error}.") from error
    try:
        return Series.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        from convener.sessions.series_faults import described  # noqa: PLC0415 - only a faulty file needs it

        raise Misconfigured(f"{path}: {described(error, text, Series, (_BEFORE, _AFTER))}") from error
