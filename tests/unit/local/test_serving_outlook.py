from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from convener.campaigns import Stage, WaitReason
from convener.sessions.models import Session
from local.rehearsal.edits import Edit
from local.serving.outlook import Outlook, look_ahead
from tests.support.people import campaign, material, series, session

EARLY = datetime(2024, 4, 3, 11, 7, tzinfo=UTC)


def seen(now: datetime, *sessions: Session, **more: object) -> Outlook:
    """The future of these sessions."""
    return look_ahead(now, sessions=sessions, campaigns=more.pop("campaigns", ()), series=series(), **more)  # type: ignore[arg-type]


def told(outlook: Outlook) -> list[tuple[str, str]]:
    return [(f"{one.at:%d %H:%M}", one.text) for one in outlook.coming]


def test_the_next_mailings_stand_in_their_order() -> None:
    """Invitation and reminder, at the ticks (UTC) at which they leave."""
    assert told(seen(EARLY, session())) == [
        ("04 08:00", "The invitation to “Kindness under pressure” leaves"),
        ("17 08:00", "The reminder of “Kindness under pressure” leaves"),
    ]


def test_while_the_series_is_paused_nothing_is_promised() -> None:
    """Since when, and what ends it; what editors add still comes."""
    edit = Edit(session="2024-04", field="insights", value="…", at=EARLY)
    outlook = seen(EARLY, session(), paused=EARLY, edits=[edit])
    assert [text[:14] for _, text in told(outlook)] == ["An editor adds"]
    assert outlook.waiting == [
        "The whole series is paused since Wednesday 3 April 2024, 12:07 UK time: no mail leaves until "
        "`convener series resume`."
    ]


def test_what_is_due_already_leaves_at_the_next_tick() -> None:
    """A file that was dropped late in the day is not hidden until it has left."""
    now = datetime(2024, 4, 5, 10, 7, tzinfo=UTC)
    assert told(seen(now, session()))[0][0] == "05 10:15"


def test_what_is_too_late_or_sent_is_no_longer_announced() -> None:
    """After the reminder's time no invitation; nothing that was opened comes again; nothing of a past session."""
    after = datetime(2024, 4, 17, 8, tzinfo=UTC)
    assert [text for _, text in told(seen(after, session()))] == ["The reminder of “Kindness under pressure” leaves"]
    opened = [campaign()]
    assert [text[:12] for _, text in told(seen(EARLY, session(), campaigns=opened))] == ["The reminder"]
    years_later = datetime(2026, 11, 23, tzinfo=UTC)
    assert seen(years_later, session()) == Outlook(coming=[], waiting=[])


def test_what_lacks_something_is_said_to_wait() -> None:
    """A session to come without a title, and one that is over without its materials; not the recap before that."""
    assert seen(EARLY, session(title=None)).waiting == ["The invitation to “2024-04” waits for a title."]
    over = datetime(2024, 4, 19, tzinfo=UTC)
    waiting = seen(over, session()).waiting
    assert waiting == ["The recap of “Kindness under pressure” waits for insights or a recording."]


def test_a_blocked_mailing_says_why_instead_of_when() -> None:
    """What the last tick could not let leave is not promised for the next one."""
    now = datetime(2024, 4, 4, 8, 20, tzinfo=UTC)
    outlook = seen(now, session(), blocked={"2024-04/invite": "the subject is empty."})
    assert outlook.waiting == ["The invitation to “Kindness under pressure” can’t leave: the subject is empty."]
    assert [text[:12] for _, text in told(outlook)] == ["The reminder"]


def test_a_rehearsals_edits_and_held_mails_are_part_of_the_future() -> None:
    """With the examples an editor adds materials in their time; what SES did not take is tried again."""
    edit = Edit(at=EARLY + timedelta(minutes=1), session="2024-04", field="recording", value=material("r"))
    outlook = seen(EARLY, session(), edits=(edit,), held=EARLY + timedelta(minutes=30))
    assert told(outlook)[:2] == [
        ("03 11:15", "An editor adds the recording of “Kindness under pressure”"),
        ("03 11:45", "What could not leave at its time is tried again"),
    ]
    assert outlook.next_at == datetime(2024, 4, 3, 11, 15, tzinfo=UTC)


@pytest.mark.parametrize("hour", [20, 23, 3])
def test_nothing_is_announced_for_the_night(hour: int) -> None:
    """What is due at night leaves at its kind's hour."""
    now = datetime(2024, 4, 5, hour, 30, tzinfo=UTC)
    assert told(seen(now, session()))[0][0][3:] == "08:00"


def test_a_campaign_that_waits_says_for_what_and_when_it_is_looked_at() -> None:
    """SES's quota has a moment; what an operator paused has none."""
    until = datetime(2024, 4, 4, 15, 3, tzinfo=UTC)
    quota = replace(campaign(), stage=Stage.WAITING, why=WaitReason.QUOTA, until=until)
    outlook = seen(EARLY, session(), campaigns=[quota])
    assert told(outlook)[0] == ("04 15:15", "2024-04/invite is looked at again")
    assert outlook.waiting[0].startswith("2024-04/invite waits: SES's daily quota is used up, until Thursday 4 April")
    paused = seen(EARLY, session(), campaigns=[replace(campaign(), stage=Stage.WAITING, why=WaitReason.PAUSED)])
    assert "convener campaign resume" in paused.waiting[0]
    assert [text[:12] for _, text in told(paused)] == ["The reminder"]
