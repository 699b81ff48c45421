"""A made-up mailing type goes all the way: a row, a folder and words are enough.

No test here touches product code. Each adds a row to the registry, a folder to a copy of `templates/` and a section to
a copy of the tests' `series.toml`, and runs the shipped use cases on fakes in virtual time.
"""

from __future__ import annotations

import email
import email.policy
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from convener.aws.ledger_items import campaign_item, campaign_of
from convener.delivery.mail import Mail
from convener.errors import BadInput, Misconfigured
from convener.intake.subscribers import cells
from convener.mailing_types import (
    COVERED_BY_DEFAULT,
    Audience,
    DepartureRule,
    MailingType,
    TooLateRule,
)
from convener.pages.joining_form import JoiningForm
from convener.pages.page_renderer import PageRenderer
from convener.pages.zones import areas
from convener.scheduling.due import due
from convener.sessions.series import read_series
from convener.subscribers.mailing_choices import boxes, chosen, in_words, ticked
from convener.subscribers.models import Subscriber
from convener.transactional_mail.welcome_view import welcome_view
from local.timeline.words import written_campaign
from tests.support.made_up_types import made_up, registered
from tests.support.people import SERIES_FOLDER, TEMPLATES, campaign, material, session, subscriber
from tests.support.planning import london
from tests.support.small_world import small_world

SUBJECT = "A word of thanks: {{ short_title }}"
TEXT = """{% extends "_base/layout.txt" %}
{% block letter %}
{{ fields.greeting }}
Thank you for {{ title }}.
{% for name, url in links.items() %}
{{ name }}: {{ url }}
{% endfor %}
{% endblock %}
"""
MJML = """{% extends "_base/layout.mjml" %}
{% block card %}
<mj-section css-class="side"><mj-column>{{ parts.title_line(title) }}</mj-column></mj-section>
{% endblock %}
"""
BEFORE = "[departures.thanks]\ndays_before = 2\nhour = 10:00:00\n\n"
AFTER = "[departures.thanks]\nhour = 10:00:00\nquiet_minutes = 0\nwait_days = 0\ngive_up_days = 7\n\n"
LEAVES = london(2024, 4, 16, 10)
AFTERWARDS = made_up(
    has_calendar=False,
    brings_materials=True,
    departure_rule=DepartureRule.WITH_MATERIALS,
    too_late_rule=TooLateRule.GIVE_UP,
)


NEW_WORDING = """
[[consent]]
version = "2"
text = "Please send me the invitation and the thanks."
covers = ["invite", "thanks"]
"""


def project_with(folder: Path, departure: str, *, wording: str = NEW_WORDING) -> Path:
    """Return a copy of `templates/` with a folder for the made-up type and a section for its departure.

    `wording` is added behind the shipped consent wording, which does not cover the made-up type.
    """
    project = folder / "templates"
    shutil.copytree(TEMPLATES, project)
    shutil.copyfile(SERIES_FOLDER / "series.toml", project / "series.toml")
    (project / "thanks").mkdir()
    for name, text in (("subject.txt", SUBJECT), ("body.txt", TEXT), ("body.mjml", MJML)):
        (project / "thanks" / name).write_text(text, "utf-8")
    series = project / "series.toml"
    text = series.read_text("utf-8").replace("[[consent]]", f"{departure}[[consent]]", 1)
    series.write_text(text + wording, "utf-8")
    return project


def played(kind: MailingType, project: Path, people: list[Subscriber], until: datetime, **changes: Any) -> Any:
    """Run ticks every quarter of an hour from five hours before `until`, and deliver whatever is queued."""
    with registered(kind):
        world = small_world([session(**changes)], people, until - timedelta(hours=5), project=project)
        while world.clock.now() < until:
            world.clock.move_to(world.clock.now() + timedelta(minutes=15))
            world.pump.invoke("tick", {"asked_at": world.clock.now().isoformat()})
            world.pump.drain()
    return world


def delivered(world: Any, kind: str = "thanks") -> dict[str, Any]:
    """Return the mails of that type by their recipients' addresses."""
    return {mail.recipient: mail for mail in world.pump.mailer.sent if mail.tags["campaign"] == f"2024-04_{kind}"}


def parts(mail: Mail) -> dict[str, str]:
    """Return the subject and the parts of a mail by their types, as a mail program decodes them."""
    message = email.message_from_bytes(mail.raw, policy=email.policy.default)
    return {
        "subject": message["Subject"],
        **{part.get_content_type(): part.get_content() for part in message.walk() if not part.is_multipart()},
    }


def people() -> dict[str, Subscriber]:
    """Return subscribers with different choices, by what they chose."""
    return {
        "all types": subscriber(1, wording="2"),
        "all types of an older wording": subscriber(5),
        "all types of a wording that nobody knows": subscriber(6, wording="9"),
        "the made-up type": subscriber(2, kinds=frozenset({"thanks"})),
        "another type": subscriber(3, kinds=frozenset({"invite"})),
        "a pause": subscriber(4, wording="2", paused_until=datetime(2025, 1, 1, tzinfo=UTC)),
    }


@pytest.mark.parametrize(
    ("columns", "readers"),
    [
        ({}, {"all types", "the made-up type"}),
        ({"form_field": None}, set(people()) - {"a pause"}),
        ({"reaches_paused": True}, {"all types", "the made-up type", "a pause"}),
        ({"needs_approval": True}, set()),
        ({"needs_session": False}, set()),
        ({"departure": "reminder"}, set()),
    ],
    ids=["as it is", "not declinable", "reaches paused readers", "needs approval", "needs no session", "not due yet"],
)
def test_a_made_up_type_is_delivered_as_its_columns_say(
    tmp_path: Path, columns: dict[str, Any], readers: set[str]
) -> None:
    """From due to delivered: opened at its hour, composed, checked, fanned out, and sent to its audience."""
    departure = BEFORE if "departure" not in columns else ""
    rows = people()
    world = played(made_up(**columns), project_with(tmp_path, departure), list(rows.values()), LEAVES)
    assert set(delivered(world)) == {rows[name].address for name in readers}
    campaign = world.ledger.campaign("2024-04/thanks")
    assert (campaign is not None) == bool(readers)
    if campaign:
        assert campaign.opened_at.replace(microsecond=0) == LEAVES
        assert campaign.too_late_at == session().begins(world.series.tz)


def test_the_mail_is_made_of_the_folder_and_the_columns(tmp_path: Path) -> None:
    """Subject, text and HTML come from the folder; the calendar file comes where the column says so."""
    reader = people()["all types"]
    for folder, columns in (("with", {}), ("without", {"has_calendar": False})):
        world = played(made_up(**columns), project_with(tmp_path / folder, BEFORE), [reader], LEAVES)
        mail = parts(delivered(world)[reader.address])
        assert mail["subject"] == "A word of thanks: Kindness under pressure"
        assert "Hello Aroha,\nThank you for Kindness under pressure." in mail["text/plain"].replace("\r\n", "\n")
        assert "Kindness under pressure" in mail["text/html"]
        assert ("text/calendar" in mail) == (folder == "with")


def test_a_made_up_type_may_bring_materials_after_the_session(tmp_path: Path) -> None:
    """The rule of the recap serves another type, with a section of its own."""
    reader = people()["all types"]
    until = london(2024, 4, 19, 10)
    changes = {"insights": material("insights.pdf"), "edited_at": london(2024, 4, 18, 21)}
    world = played(AFTERWARDS, project_with(tmp_path, AFTER), [reader], until, **changes)
    assert "https://files.example/insights.pdf" in parts(delivered(world)[reader.address])["text/plain"]
    campaign = world.ledger.campaign("2024-04/thanks")
    assert (campaign.brings, campaign.too_late_at) == ({"insights"}, london(2024, 4, 25, 19, 30))


def test_a_made_up_type_may_be_for_the_readers_of_another(tmp_path: Path) -> None:
    """The audience is what an earlier campaign reached; here those whom the made-up type itself reached."""
    later = made_up(
        name="encore",
        has_calendar=False,
        brings_materials=True,
        departure_rule=DepartureRule.WITH_LATER_MATERIALS,
        audience=Audience.REACHED,
        follows="thanks",
        too_late_rule=TooLateRule.GIVE_UP,
    )
    rows = people()
    project = project_with(tmp_path, AFTER, wording=NEW_WORDING.replace('"thanks"]', '"thanks", "encore"]'))
    with registered(AFTERWARDS, later):
        begins = london(2024, 4, 19, 9)
        first = session(insights=material("insights.pdf"))
        world = small_world([first], [rows["all types"], rows["another type"]], begins, project=project)
        for day, changes in ((19, {}), (20, {"recording": material("recording.mp4")})):
            world.sessions.rows[first.id] = first.model_copy(update=changes)
            for minute in (0, 15):
                world.clock.move_to(london(2024, 4, day, 10, minute))
                world.pump.invoke("tick", {"asked_at": world.clock.now().isoformat()})
                world.pump.drain()
    assert world.ledger.campaign("2024-04/encore").reached_by == "2024-04/thanks"
    assert set(delivered(world, "encore")) == {rows["all types"].address}


@pytest.fixture
def thanks(tmp_path: Path) -> Iterator[Path]:
    """The registry with the made-up type, and the folder of its templates."""
    with registered(made_up()):
        yield project_with(tmp_path, BEFORE)


def test_urgent_types_are_opened_first(tmp_path: Path) -> None:
    """Of mailings that are due at the same tick, an urgent one comes first, even if it leaves later."""
    project = project_with(tmp_path, BEFORE)
    now = london(2024, 4, 17, 10)
    for urgent, first in ((False, "2024-04/thanks"), (True, "2024-04/encore")):
        later = made_up(name="encore", departure="reminder", urgent=urgent)
        with registered(made_up(), later):
            series = read_series(project / "series.toml")
            campaigns = [mailing.campaign for mailing in due(now, [session()], [], series)]
            assert next(name for name in campaigns if name in ("2024-04/thanks", "2024-04/encore")) == first


def test_the_forms_offer_the_box_of_a_made_up_type(thanks: Path) -> None:
    """A reader may tick the new box alone, and the pages say its words."""
    older = COVERED_BY_DEFAULT
    assert chosen(["thanks"], older) == {"thanks"}
    assert chosen(["invite", "reminder", "recap"], older) == frozenset()
    assert chosen(boxes(), older) == {*older, "thanks"}
    assert ticked(frozenset({"thanks"}), older) == ("thanks",)
    assert in_words(frozenset({"invite", "recap", "thanks"}), older) == "the invitation, the recap and the thanks"
    series = read_series(thanks / "series.toml")
    typed = JoiningForm.untouched(series)
    assert typed.kinds == ("invite", "thanks")
    assert typed.chosen(series) == frozenset()
    assert JoiningForm(kinds=("invite",)).chosen(series) == {"invite"}
    pages = PageRenderer([thanks], series, base_url="https://kindness.example")
    view = {"typed": typed, "errors": {}, "areas": areas(), "fresh": True}
    body = pages.page("subscribe", view).body
    assert '<input type="checkbox" name="kinds" value="thanks" checked>' in body
    assert '<input type="checkbox" name="kinds" value="reminder">' in body
    assert "<span>The thanks<small>a word from those who led the conversation</small></span>" in body


def test_the_welcome_says_when_a_made_up_type_comes(thanks: Path) -> None:
    """The days are those of the type's own section."""
    series = read_series(thanks / "series.toml")
    view = welcome_view(subscriber(1, wording="2"), None, None, series=series, now=LEAVES)
    assert list(view["coming"])[-1] == "The thanks, two days before the conversation"  # type: ignore[call-overload]
    assert "thanks" not in str(welcome_view(subscriber(1), None, None, series=series, now=LEAVES)["coming"])


def test_lists_may_name_a_made_up_type() -> None:
    """An import knows the new name as soon as the row is there, and no sooner."""
    with pytest.raises(BadInput, match="thanks"):
        cells.kinds("invite thanks")
    with registered(made_up()):
        assert cells.kinds("invite thanks") == {"invite", "thanks"}


def test_a_made_up_type_is_stored_by_its_name() -> None:
    """The item has the name alone; without the row it is a word that this version does not know."""
    kind = made_up()
    stored = campaign_item(campaign(kind))
    assert stored["kind"] == "thanks"
    with registered(kind):
        assert campaign_of("2024-04/thanks", stored) == campaign(kind)
    with pytest.raises(BadInput, match="a word that this version does not know"):
        campaign_of("2024-04/thanks", stored)


def test_the_local_pages_name_a_made_up_type() -> None:
    """The label of the row is the word for people."""
    with registered(made_up()):
        assert written_campaign("2024-04/thanks/2") == "Thanks 2, April 2024"


@pytest.mark.parametrize(
    ("rows", "departure", "says"),
    [
        ([made_up()], "", r"\[departures.thanks\] is missing"),
        ([made_up()], AFTER, r"\[departures.thanks\] must have hour, days_before and quiet_minutes"),
        ([AFTERWARDS], BEFORE, r"\[departures.thanks\] must have hour, quiet_minutes, wait_days and give_up_days"),
        ([], BEFORE, r"\[departures.thanks\] is the departure of no mailing type"),
        ([made_up()], BEFORE.replace("10:00", "22:00"), "thanks.hour 22:00 is not before night_from 21:00"),
        ([made_up()], BEFORE.replace("= 2", "= 99"), "departures.thanks.days_before: Input should be less than"),
    ],
)
def test_a_departure_that_does_not_fit_is_named(
    tmp_path: Path, rows: list[MailingType], departure: str, says: str
) -> None:
    """The settings have one section for each departure of the registry, in the form that its rule needs."""
    project = project_with(tmp_path, departure, wording="")
    with registered(*rows), pytest.raises(Misconfigured, match=says):
        read_series(project / "series.toml")
