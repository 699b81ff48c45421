"""A community that has written down no session yet sees a month of its own series."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from convener.errors import BadInput
from convener.intake.sessions.loading import load_sessions
from convener.intake.sessions.reading import read_upload
from convener.sessions.departure_times import first_departure_days
from convener.sessions.recurrence import date_by_rule
from convener.sessions.series import Series, SkippedMonth
from local.cli import main
from local.rehearsal.edits import hold_back
from local.rehearsal.example_readers import BETWEEN, acts
from local.rehearsal.invented_sessions import NAME, invented_sessions
from local.rehearsal.month import rehearse
from local.rehearsal.run import never_mailed
from local.rehearsal.seeding import first_day
from local.rehearsal.timeline_events import TimelineEvents
from local.series_folder import chosen
from local.serving.run import Plan, _begins, _examples
from tests.support.fakes import FakeSessions
from tests.support.people import SERIES_FOLDER, series, subscriber
from tests.support.small_world import small_world

TODAY = date(2026, 12, 1)
SECOND_TUESDAY = "FREQ=MONTHLY;BYDAY=2TU"
NEW_YORK = {"zone": "America/New_York", "start": time(19, 30), "rule": SECOND_TUESDAY}


def own(**changes: object) -> Series:
    return series(**{"mail_from": date(2026, 1, 1), **NEW_YORK, **changes})


@settings(max_examples=25)
@given(
    today=st.dates(date(2020, 1, 1), date(2060, 1, 1)),
    mail_from=st.dates(date(2019, 1, 1), date(2061, 1, 1)),
    rule=st.sampled_from(
        [SECOND_TUESDAY, "FREQ=MONTHLY;BYDAY=-1FR", "FREQ=MONTHLY;BYDAY=5MO", "FREQ=MONTHLY;BYMONTHDAY=1"]
    ),
)
def test_every_mail_of_the_session_lies_ahead_and_the_rule_is_kept(today: date, mail_from: date, rule: str) -> None:
    """Whenever somebody tries it, and whatever rule they have. No earlier session has a recap that would leave."""
    mine = own(rule=rule, mail_from=mail_from)
    invented = invented_sessions(mine, today)
    upload = read_upload(invented.text.encode(), name=NAME, series=mine)
    assert upload.faults == ()
    days = [date_by_rule(one.month, rule) for one in upload.sessions]
    assert days == sorted(days)
    assert invented.day in days
    assert invented.day >= max(mail_from, today + timedelta(days=first_departure_days(mine) + 1))
    assert bool(invented.note) == (mail_from > today)
    begun = first_day(invented.day, mine)
    for one, day in zip(upload.sessions, days, strict=True):
        assert not begun <= day < invented.day
        assert ("insights" in one.values) == (day == invented.day or day < mail_from)


def test_the_first_session_after_mail_from_is_shown_and_why() -> None:
    """Nobody wonders why next month's session has no mails."""
    invented = invented_sessions(own(mail_from=date(2027, 6, 1)), TODAY)
    assert invented.day == date(2027, 6, 8)
    assert "mail_from in series.toml is 1 June 2027, which lies ahead" in invented.note
    assert "that of 8 June 2027" in invented.note


def test_sessions_before_mail_from_are_told_of() -> None:
    """Whoever rehearses a file of their own, and sees no mail, reads why."""
    begins, until = datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 3, 1, tzinfo=UTC)
    days = [date(2026, 12, 8), date(2027, 1, 12), date(2027, 2, 9), date(2027, 3, 9)]
    assert never_mailed(days, begins, until, own()) == []
    (note,) = never_mailed(days, begins, until, own(mail_from=date(2027, 2, 9)))
    assert note.startswith("No mail leaves about 12 January 2027: mail_from in series.toml is 9 February 2027, and")


def test_a_skipped_month_has_no_session() -> None:
    """As the settings say."""
    assert invented_sessions(own(), TODAY).day == date(2027, 1, 12)
    skipped = (SkippedMonth(month="2027-01", reason="Holidays."),)
    assert invented_sessions(own(skipped=skipped), TODAY).day == date(2027, 2, 9)


def test_a_rule_without_sessions_is_told() -> None:
    """Nothing would leave, and the message says what to change."""
    with pytest.raises(BadInput, match=r"Nothing would leave: the rule .*UNTIL=20200101.* Correct rule"):
        invented_sessions(own(rule=f"{SECOND_TUESDAY};UNTIL=20200101T000000"), TODAY)


def test_a_month_of_that_series_is_mailed_at_its_own_hours() -> None:
    """Invitation, reminder and recap leave at the hours of the zone of the series, about a session on its rule."""
    mine = own()
    invented = invented_sessions(mine, TODAY)
    store = FakeSessions([])
    begins = datetime.combine(first_day(invented.day, mine), time(0), mine.tz).astimezone(UTC)
    upload = read_upload(invented.text.encode(), name=NAME, series=mine)
    assert load_sessions(upload, store=store, series=mine, now=begins, by="a test").faults == ()
    held = [hold_back(session, mine, begins) for session in store.all()]
    world = small_world([known for known, _ in held], [subscriber(1)], begins, own=mine)
    edits = [edit for _, later in held for edit in later]
    until = begins + timedelta(days=23)
    moments = list(rehearse(world, edits, until=until, progress=lambda _at: None, telling=TimelineEvents()))
    sent = {one.campaign: one.at.astimezone(mine.tz) for one in moments if one.kind == "campaign"}
    assert {name: at.strftime("%d %H:%M") for name, at in sent.items()} == {
        "2027-01/invite": "29 09:00",
        "2027-01/reminder": "11 09:00",
        "2027-01/recap": "18 09:00",
    }


def test_readers_answer_mails_after_they_have_left() -> None:
    """The hours of the simulated readers follow those of the series. Where the mails leave close together none acts."""
    shown = own()
    day = date(2027, 1, 12)
    sections = shown.departures.__pydantic_extra__

    def leaving(**invite: object) -> Series:
        departures = shown.departures.model_copy()
        departures.__pydantic_extra__ = {**sections, "invite": sections["invite"].model_copy(update=invite)}
        return shown.model_copy(update={"departures": departures})

    late = leaving(hour=time(18), days_before=20)
    actions = {one.name: one.at.astimezone(shown.tz) for one in acts(late, day)}
    assert actions["Marcus"] == datetime(2026, 12, 23, 18, 20, tzinfo=shown.tz)
    assert min(actions.values()).date() == date(2026, 12, 22)
    assert list(acts(leaving(days_before=1 + BETWEEN), day)) == []


def test_serve_begins_with_invented_sessions_of_a_series_of_ones_own() -> None:
    """The clock begins the day before their first mail; an archive without such a session is told of in words."""
    mine = own(mail_from=date(2090, 1, 1))
    examples = Path(__file__).parents[3] / "local" / "examples"
    plan = Plan(folder=Path(), port=0, series_folder=SERIES_FOLDER, examples=examples, invented=True)
    assert _begins(_examples(plan, mine), mine).date() == date(2089, 12, 26)
    archive = Plan(folder=Path(), port=0, series_folder=SERIES_FOLDER, examples=examples)
    with pytest.raises(BadInput, match=r"archive\.txt has no session from 01 January 2090 on"):
        _examples(archive, mine)


def test_no_test_sees_the_folder_of_the_person_who_runs_it() -> None:
    """Whatever SERIES says outside, and whatever lies in series/mine."""
    assert chosen().path == SERIES_FOLDER


def test_a_folder_can_be_checked_by_a_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What counts is said in a few lines; a mistake ends with status 2 and its place."""
    monkeypatch.setenv("SERIES", str(tmp_path))
    file = tmp_path / "series.toml"
    file.write_text((SERIES_FOLDER / "series.toml").read_text("utf-8"), "utf-8")
    (tmp_path / "templates" / "invite").mkdir(parents=True)
    subject = tmp_path / "templates" / "invite" / "subject.txt"
    subject.write_text("Come along: {{ title }}\n", "utf-8")
    answer = CliRunner().invoke(main, ["series", "check"])
    assert answer.exit_code == 0, answer.output
    words = " ".join(answer.output.split())
    assert "is right: Conversation for Kindness, FREQ=MONTHLY;BYDAY=3TH, 18:00 UK time." in words
    assert "Templates of your own: templates/invite/subject.txt." in words
    subject.write_text("Come along\n{{ title }\n", "utf-8")
    answer = CliRunner().invoke(main, ["series", "check"])
    assert answer.exit_code == 2
    assert "subject.txt, line 2: unexpected '}'" in " ".join(answer.output.split())
    answer = CliRunner().invoke(main, ["series", "check", str(tmp_path / "nowhere")])
    assert answer.exit_code == 2
    assert "there is no such folder" in " ".join(answer.output.split())
