"""Sessions to compose mails from: RICH is complete, BARE has almost no data. The facts are of April 2024."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from convener.editions.compose import Upcoming, compose
from convener.editions.merge_fields import fill, merge_values
from convener.editions.models import Content, Edition
from convener.editions.render import Templates
from convener.mailing_types import Audience, mailing_type, mailing_types
from convener.sessions.departure_times import moment_at, planned_before
from convener.sessions.models import Material, Presentation, Session, Speaker
from convener.sessions.series import Series
from tests.support.people import series

ROOT = Path(__file__).parents[2]
STAMP = datetime(2024, 4, 4, 8, 0, tzinfo=UTC)
TEMPLATES = Templates(ROOT / "templates")
KINDS = tuple(kind.name for kind in mailing_types())
"""The name of every mailing type."""

RICH = Session(
    id="2024-04",
    month="2024-04",
    date=date(2024, 4, 18),
    date_source="rule",
    start=time(18),
    length_minutes=90,
    title="The role of kindness in the British Red Cross",
    speakers=(
        Speaker(name="Lisa Hollins", role="Executive Director, UK services"),
        Speaker(name="Victoria Corbishley", role="Director for Health"),
        Speaker(name="Helen O’Connor", role="Head of Community Education"),
    ),
    summary="""How does an organisation that meets people on the worst day of their lives keep *kindness* at its centre?
Three people who do this work every day tell us what helps them, and then we think together about:

- what neighbours can do **before** help arrives,
- how those who care are cared for,
- and what we would like to [read on](https://kindness.example/reading).""",
    join_url="https://meet.kindness.example/april",
    insights=Material(announced=True, url="https://kindness.example/2024-04/insights.pdf"),
    recording=Material(announced=True, url="https://kindness.example/2024-04/recording"),
    presentations=(Presentation(title="Kindness in a crisis", url="https://kindness.example/2024-04/slides.pdf"),),
)
BARE = Session(
    id="2024-04",
    month="2024-04",
    date=date(2024, 4, 18),
    date_source="rule",
    start=time(18),
    length_minutes=90,
    recording=Material(url="https://kindness.example/2024-04/recording"),
)
MARCH = Session(
    id="2024-03",
    month="2024-03",
    date=date(2024, 3, 21),
    date_source="rule",
    start=time(18),
    length_minutes=90,
    title="Follow Your Compassion",
    speakers=(Speaker(name="Dharaa Patel"), Speaker(name="Simon Newitt")),
    insights=Material(url="https://kindness.example/2024-03/insights.pdf"),
    recording=Material(url="https://kindness.example/2024-03/recording"),
)
MAY_UPCOMING = Upcoming(datetime(2024, 5, 16, 17, 0, tzinfo=UTC), "Small acts, long echoes")


def the_series() -> Series:
    """Return the shipped series."""
    return series()


def composed(kind: str, session: Session = RICH, **others: object) -> Edition:
    """Compose an edition of a mailing type. `others` replaces any argument of `compose`."""
    row, bare = mailing_type(kind), session.title is None
    all_materials = not bare and row.audience is Audience.CONFIRMED
    brings = {"insights", "recording", "presentations"} if all_materials else {"recording"}
    arguments = {
        "campaign": f"{session.id}/{kind}",
        "kind": row,
        "session": session,
        "previous": None if bare else MARCH,
        "series": the_series(),
        "upcoming": None if bare else MAY_UPCOMING,
        "brings": frozenset(brings if row.brings_materials else ()),
        "templates": TEMPLATES,
        "join_url": "" if bare else "https://kindness.example/join/q7XcE2",
        "view_url": "https://kindness.example/view/e5oVw1",
        "stamp": STAMP,
    }
    return compose(**{**arguments, **others})  # type: ignore[arg-type]


def read_at(kind: str) -> datetime:
    """Return when readers get a mail of a type: when the mail leaves, or five days after the session."""
    row = mailing_type(kind)
    if row.departure_rule.before_session:
        return planned_before(RICH, row, the_series())
    return moment_at(RICH.date + timedelta(days=5), the_series().departures.hour(row), the_series())


def read_by_aroha(edition: Edition, kind: str, variant: str = "full") -> Content:
    """Return the mail that the reader Aroha in Auckland gets."""
    return fill(
        edition.variants[variant],
        merge_values(
            occasion=edition.occasion,
            zone="Pacific/Auckland",
            first_name="Aroha",
            joined_on=" on 3 March 2023",
            leave_url="https://kindness.example/leave/aroha",
            preferences_url="https://kindness.example/preferences/aroha",
            now=read_at(kind),
        ),
    )


def read_without_name(edition: Edition, kind: str, variant: str = "full") -> Content:
    """Return the mail that a reader without a known name, zone and joining date gets."""
    return fill(
        edition.variants[variant],
        merge_values(
            occasion=edition.occasion,
            zone="",
            first_name="",
            joined_on="",
            leave_url="https://kindness.example/leave/nobody",
            preferences_url="https://kindness.example/preferences/nobody",
            now=read_at(kind),
        ),
    )
