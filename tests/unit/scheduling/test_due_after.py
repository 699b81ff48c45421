"""When recap and follow-ups leave."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from convener.campaigns import Campaign, Stage
from convener.mailing_types import FOLLOW_UP, RECAP, REMINDER
from convener.scheduling.due import due
from convener.sessions.models import Material
from tests.support.people import campaign, session, there
from tests.support.planning import SERIES, kinds_due, leaves, london


def test_the_recap_leaves_at_the_first_nine_with_insights_and_recording() -> None:
    """The morning after, where both are there already."""
    both: dict[str, Any] = {"insights": there("i"), "recording": there("r")}
    assert leaves(RECAP, **both) == london(2024, 4, 19, 9)


@pytest.mark.parametrize(
    ("edited", "expected"),
    [
        (london(2024, 4, 22, 7, 0), london(2024, 4, 22, 9)),
        (london(2024, 4, 22, 7, 1), london(2024, 4, 23, 9)),
        (london(2024, 4, 22, 15, 0), london(2024, 4, 23, 9)),
    ],
)
def test_the_recap_waits_for_two_quiet_hours(edited: datetime, expected: datetime) -> None:
    """Exactly two hours are enough."""
    assert leaves(RECAP, insights=there("i"), recording=there("r"), edited_at=edited) == expected


def test_a_mere_announcement_is_not_a_recording() -> None:
    """An announced recording without an address counts as missing: the recap waits its ten days."""
    announced: dict[str, Any] = {"insights": there("i"), "recording": Material(announced=True)}
    assert leaves(RECAP, **announced) == london(2024, 4, 28, 9)


def test_after_ten_days_the_recap_leaves_with_what_there_is() -> None:
    """It brings just that; with nothing it waits, and once something comes it leaves the next morning."""
    one = session(recording=there("r"))
    (recap,) = due(london(2024, 4, 28, 9), [one], [campaign(), campaign(REMINDER)], SERIES)
    assert (recap.kind, sorted(recap.brings)) == (RECAP, ["recording"])
    assert leaves(RECAP) is None
    assert leaves(RECAP, insights=there("i"), edited_at=london(2024, 5, 20, 16)) == london(2024, 5, 21, 9)


def test_no_recap_comes_sixty_days_after() -> None:
    """The last moment is 60 days after the session was over."""
    one = session(insights=there("i"), recording=there("r"), edited_at=london(2024, 6, 1))
    assert kinds_due(london(2024, 6, 17, 19, 29), one) == ["2024-04/recap"]
    assert kinds_due(london(2024, 6, 17, 19, 30), one) == []


def recap_with(*brings: str, stage: Stage = Stage.DONE) -> Campaign:
    """A recap that was opened on 28 April and brought those."""
    return campaign(RECAP, stage=stage, brings=frozenset(brings), opened_at=london(2024, 4, 28, 9))


def test_a_follow_up_brings_what_the_recap_lacked_to_its_readers() -> None:
    """It leaves at nine, two quiet hours after the edit, to those whom the recap reached."""
    one = session(insights=there("i"), recording=there("r"), edited_at=london(2024, 5, 2, 11))
    earlier = [campaign(), campaign(REMINDER), recap_with("insights")]
    assert kinds_due(london(2024, 5, 2, 12), one, campaigns=earlier) == []
    (mailing,) = due(london(2024, 5, 3, 9), [one], earlier, SERIES)
    assert (mailing.campaign, sorted(mailing.brings)) == ("2024-04/follow-up", ["recording"])
    assert mailing.reached_by == "2024-04/recap"


def test_a_complete_recap_has_no_follow_up() -> None:
    """Nothing was lacking, so nothing follows, whatever is edited later."""
    one = session(insights=there("new"), recording=there("r"), edited_at=london(2024, 5, 2))
    assert kinds_due(london(2024, 5, 3, 9), one, campaigns=[recap_with("insights", "recording")]) == []


def test_a_follow_up_waits_until_the_recap_is_done() -> None:
    """Who still waits for the recap in a quota would otherwise be left out."""
    one = session(insights=there("i"), recording=there("r"))
    assert kinds_due(london(2024, 5, 3, 9), one, campaigns=[recap_with("insights", stage=Stage.SENDING)]) == []


def test_nothing_follows_a_recap_that_was_stopped() -> None:
    """Whether a person stopped it or complaints did: its readers are left in peace."""
    one = session(insights=there("i"), recording=there("r"))
    stopped = replace(recap_with("insights", stage=Stage.STOPPED), totals={"audience": 9})
    assert kinds_due(london(2024, 5, 3, 9), one, campaigns=[stopped]) == []
    assert kinds_due(london(2024, 5, 3, 9), one, campaigns=[recap_with("insights")]) == ["2024-04/follow-up"]


def test_two_things_that_come_one_by_one_make_two_follow_ups() -> None:
    """A recap of slides alone lacked both; each arrival is told once, under an id of its own."""
    first = replace(campaign(FOLLOW_UP, stage=Stage.DONE), brings=frozenset({"insights"}))
    one = session(insights=there("i"), recording=there("r"), edited_at=london(2024, 5, 2))
    earlier = [recap_with("presentations"), first]
    (mailing,) = due(london(2024, 5, 3, 9), [one], earlier, SERIES)
    assert (mailing.campaign, sorted(mailing.brings)) == ("2024-04/follow-up/2", ["recording"])
