"""The registry of mailing types: one row per type, which says everything that differs between the types.

Code that handles mailings never asks whether a mailing is an invite or a recap. It asks a column of the row. To add a
type, add a row here, a folder under `templates/`, and the golden mails of the new type; `docs/architecture.md` has the
steps. `tests/mailing_types/` checks that each type is complete, and takes a made-up type from due to delivered.
Standard library only.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class DepartureRule(StrEnum):
    """How the moment at which a mailing leaves follows from the records. `scheduling/due.py` has a function for each.

    Attributes:
        WHEN_TITLED: A number of days before the session, as soon as the session has a title.
        BEFORE_SESSION: A number of days before the session.
        WITH_MATERIALS: After the session, as soon as it has materials. The mailing waits some days for all of them.
        WITH_LATER_MATERIALS: After an earlier mailing of the session has ended, when materials exist that it lacked.
    """

    WHEN_TITLED = "when-titled"
    BEFORE_SESSION = "before-session"
    WITH_MATERIALS = "with-materials"
    WITH_LATER_MATERIALS = "with-later-materials"

    @property
    def before_session(self) -> bool:
        """Whether a mailing under this rule leaves before the session begins."""
        return self in (DepartureRule.WHEN_TITLED, DepartureRule.BEFORE_SESSION)


class TooLateRule(StrEnum):
    """From which moment on a mailing no longer leaves. `scheduling/due.py` has a function for each.

    Attributes:
        SUPERSEDED: When the mailing of the type `superseded_by` is planned to leave.
        SESSION_BEGINS: When the session begins.
        GIVE_UP: `give_up_days` of its departure section after the session has ended.
    """

    SUPERSEDED = "superseded"
    SESSION_BEGINS = "session-begins"
    GIVE_UP = "give-up"


class Audience(StrEnum):
    """Which subscribers a mailing is for.

    Attributes:
        CONFIRMED: Everybody who was confirmed when the campaign was opened.
        REACHED: The readers whom the earlier campaign of the type `follows` reached.
    """

    CONFIRMED = "confirmed"
    REACHED = "reached"


@dataclass(frozen=True, kw_only=True)
class FormField:
    """One box of the forms to join and to choose. A reader takes or declines all mailing types of the box together.

    Attributes:
        name: The value that the form posts.
        words: The box within a sentence, such as "the invitation".
        title: The text beside the box.
        hint: The smaller text below the title.
        welcome: The line of the welcome mail that says when these mailings come. `{before}` stands for the time
            before the session, such as "two weeks before".
        kept_when_leaving: Whether the page to leave offers to keep these mailings alone.
    """

    name: str
    words: str
    title: str
    hint: str
    welcome: str
    kept_when_leaving: bool = False


@dataclass(frozen=True, kw_only=True)
class MailingType:
    """One row of the registry.

    Attributes:
        name: The stored name. It is part of campaign ids, tags and URLs, and never changes.
        label: The name for people, such as "Invitation".
        phrase: The beginning of a sentence about one mailing, before the title of its session.
        form_field: The box of the forms that covers this type; None where readers can't decline it.
        consent_words: The words of the consent text in `series.toml` that cover this type.
        has_calendar: Whether the mails carry a calendar file and links that add the session to a calendar.
        brings_materials: Whether the mails carry links to insights, recording or presentations.
        departure: The section `[departures.…]` of `series.toml` with the hour and the days.
        departure_rule: How the moment of departure is worked out from that section and the records.
        audience: Which subscribers get it.
        follows: The type of the earlier campaign, for the audience REACHED and the rule WITH_LATER_MATERIALS.
        too_late_rule: From which moment on a mailing of this type no longer leaves.
        superseded_by: The type after which this one is not opened any more, for the rule SUPERSEDED.
        for_late_joiners: Whether subscribers who confirm after the campaign was opened get the mail as their welcome.
        linked_from_welcome: Whether the welcome mail links to the latest mailing of this type.
        urgent: Whether a mailing of this type is opened before other mailings that are due at the same tick.
        reaches_paused: Whether subscribers get the mail although they have paused their mails.
        needs_approval: Whether a person opens the mailing. The tick never opens a type that needs approval.
        templates: The folder under `templates/` with `subject.txt`, `body.txt` and `body.mjml`.
        needs_session: Whether a mailing belongs to a session. The tick plans only types that need a session.
    """

    name: str
    label: str
    phrase: str
    form_field: FormField | None
    consent_words: str
    has_calendar: bool
    brings_materials: bool
    departure: str
    departure_rule: DepartureRule
    audience: Audience
    follows: str = ""
    too_late_rule: TooLateRule
    superseded_by: str = ""
    for_late_joiners: bool
    linked_from_welcome: bool
    urgent: bool
    reaches_paused: bool
    needs_approval: bool
    templates: str
    needs_session: bool

    def __str__(self) -> str:
        """Return the stored name, as it stands in ids, tags and messages."""
        return self.name

    @property
    def declinable(self) -> bool:
        """Whether readers may decline this type. They do so by the box that covers it."""
        return self.form_field is not None


_INVITATIONS = FormField(
    name="invite",
    words="the invitation",
    title="The invitation",
    hint="two weeks before, with the topic and who speaks",
    welcome="The invitation, {before} each conversation",
)
_REMINDERS = FormField(
    name="reminder",
    words="the reminder",
    title="The reminder",
    hint="the day before, with the link to join",
    welcome="A reminder with the link to join, {before} it",
)
_RECAPS = FormField(
    name="recap",
    words="the recap",
    title="The recap and what follows",
    hint="insights, slides and the recording, when they are there",
    welcome="The recap, once the insights or the recording are there",
    kept_when_leaving=True,
)

INVITE = MailingType(
    name="invite",
    label="Invitation",
    phrase="The invitation to",
    form_field=_INVITATIONS,
    consent_words="the invitation",
    has_calendar=True,
    brings_materials=False,
    departure="invite",
    departure_rule=DepartureRule.WHEN_TITLED,
    audience=Audience.CONFIRMED,
    too_late_rule=TooLateRule.SUPERSEDED,
    superseded_by="reminder",
    for_late_joiners=True,
    linked_from_welcome=False,
    urgent=False,
    reaches_paused=False,
    needs_approval=False,
    templates="invite",
    needs_session=True,
)
REMINDER = MailingType(
    name="reminder",
    label="Reminder",
    phrase="The reminder of",
    form_field=_REMINDERS,
    consent_words="the reminder",
    has_calendar=True,
    brings_materials=False,
    departure="reminder",
    departure_rule=DepartureRule.BEFORE_SESSION,
    audience=Audience.CONFIRMED,
    too_late_rule=TooLateRule.SESSION_BEGINS,
    for_late_joiners=False,
    linked_from_welcome=False,
    urgent=False,
    reaches_paused=False,
    needs_approval=False,
    templates="reminder",
    needs_session=True,
)
RECAP = MailingType(
    name="recap",
    label="Recap",
    phrase="The recap of",
    form_field=_RECAPS,
    consent_words="the recap",
    has_calendar=False,
    brings_materials=True,
    departure="recap",
    departure_rule=DepartureRule.WITH_MATERIALS,
    audience=Audience.CONFIRMED,
    too_late_rule=TooLateRule.GIVE_UP,
    for_late_joiners=False,
    linked_from_welcome=True,
    urgent=False,
    reaches_paused=False,
    needs_approval=False,
    templates="recap",
    needs_session=True,
)
FOLLOW_UP = MailingType(
    name="follow-up",
    label="Follow-up",
    phrase="The follow-up to",
    form_field=_RECAPS,
    consent_words="the recap",
    has_calendar=False,
    brings_materials=True,
    departure="recap",
    departure_rule=DepartureRule.WITH_LATER_MATERIALS,
    audience=Audience.REACHED,
    follows="recap",
    too_late_rule=TooLateRule.GIVE_UP,
    for_late_joiners=False,
    linked_from_welcome=False,
    urgent=False,
    reaches_paused=False,
    needs_approval=False,
    templates="follow-up",
    needs_session=True,
)

REGISTRY: dict[str, MailingType] = {row.name: row for row in (INVITE, REMINDER, RECAP, FOLLOW_UP)}
"""Every type by its name, in the order in which forms, lists and plans show them. Use the functions below to read it.
Tests add a made-up type to it."""

COVERED_BY_DEFAULT = frozenset(row.name for row in (INVITE, REMINDER, RECAP, FOLLOW_UP))
"""The types that a consent wording without `covers` covers. A type that is added later is never among them."""


def mailing_type(name: str) -> MailingType:
    """Return the type with that stored name. Raises ValueError where no type has it."""
    try:
        return REGISTRY[name]
    except KeyError:
        raise ValueError(f"There is no mailing type {name}.") from None


def mailing_types() -> tuple[MailingType, ...]:
    """Return every type."""
    return tuple(REGISTRY.values())


def form_fields() -> tuple[FormField, ...]:
    """Return every box of the forms to join and to choose, each once."""
    return tuple(dict.fromkeys(row.form_field for row in mailing_types() if row.form_field))


def types_of(form_field: FormField) -> tuple[MailingType, ...]:
    """Return the types that a box covers. The first of them is the one that the words of the box are about."""
    return tuple(row for row in mailing_types() if row.form_field == form_field)


def type_for_late_joiners() -> MailingType:
    """Return the type of the mailing that subscribers who join late get as their welcome."""
    return next(row for row in mailing_types() if row.for_late_joiners)


def type_linked_from_welcome() -> MailingType:
    """Return the type of the mailing that the welcome mail links to."""
    return next(row for row in mailing_types() if row.linked_from_welcome)
