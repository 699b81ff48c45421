"""When the recap and the follow-ups are due."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from convener.campaigns import Campaign, Stage
from convener.mailing_types import FOLLOW_UP, RECAP, REMINDER
from convener.scheduling.due import due
from convener.sessions.models import Material
from tests.support.people import campaign, material, session
from tests.support.planning import SERIES, due_campaigns, leaves_at, london


def test_the_recap_leaves_at_the_first_nine_with_insights_and_recording() -> None:
    """With both materials there, the recap leaves the morning after the session."""
    both: dict[str, Any] = {"insights": material("i"), "recording": material("r")}
    assert leaves_at(RECAP, **both) == london(2024, 4, 19, 9)


@pytest.mark.parametrize(
    ("edited", "expected"),
    [
        (london(2024, 4, 22, 7, 0), london(2024, 4, 22, 9)),
        (london(2024, 4, 22, 7, 1), london(2024, 4, 23, 9)),
        (london(2024, 4, 22, 15, 0), london(2024, 4, 23, 9)),
    ],
)
def test_the_recap_waits_for_two_quiet_hours(edited: datetime, expected: datetime) -> None:
    """The recap leaves at the first nine o'clock that is at least two hours after the last edit."""
    assert leaves_at(RECAP, insights=material("i"), recording=material("r"), edited_at=edited) == expected


def test_an_announcement_without_an_address_does_not_count() -> None:
    """An announced recording without an address counts as missing, so the recap waits ten days."""
    announced: dict[str, Any] = {"insights": material("i"), "recording": Material(announced=True)}
    assert leaves_at(RECAP, **announced) == london(2024, 4, 28, 9)


def test_after_ten_days_the_recap_leaves_with_what_there_is() -> None:
    """The recap brings the materials that exist. Without any it waits until the morning after the first arrives."""
    planned = session(recording=material("r"))
    (recap,) = due(london(2024, 4, 28, 9), [planned], [campaign(), campaign(REMINDER)], SERIES)
    assert (recap.kind, sorted(recap.brings)) == (RECAP, ["recording"])
    assert leaves_at(RECAP) is None
    assert leaves_at(RECAP, insights=material("i"), edited_at=london(2024, 5, 20, 16)) == london(2024, 5, 21, 9)


def test_no_recap_comes_sixty_days_after() -> None:
    """The recap may leave until 60 days after the end of the session."""
    planned = session(insights=material("i"), recording=material("r"), edited_at=london(2024, 6, 1))
    assert due_campaigns(london(2024, 6, 17, 19, 29), planned) == ["2024-04/recap"]
    assert due_campaigns(london(2024, 6, 17, 19, 30), planned) == []


def recap_with(*brings: str, stage: Stage = Stage.DONE) -> Campaign:
    """Return a recap that was opened on 28 April and brought those materials."""
    return campaign(RECAP, stage=stage, brings=frozenset(brings), opened_at=london(2024, 4, 28, 9))


def test_a_follow_up_brings_what_the_recap_lacked_to_its_readers() -> None:
    """The follow-up leaves at nine, at least two hours after the edit, to the readers whom the recap reached."""
    planned = session(insights=material("i"), recording=material("r"), edited_at=london(2024, 5, 2, 11))
    earlier = [campaign(), campaign(REMINDER), recap_with("insights")]
    assert due_campaigns(london(2024, 5, 2, 12), planned, campaigns=earlier) == []
    (mailing,) = due(london(2024, 5, 3, 9), [planned], earlier, SERIES)
    assert (mailing.campaign, sorted(mailing.brings)) == ("2024-04/follow-up", ["recording"])
    assert mailing.reached_by == "2024-04/recap"


def test_a_complete_recap_has_no_follow_up() -> None:
    """A recap with all materials has no follow-up, also after later edits."""
    planned = session(insights=material("new"), recording=material("r"), edited_at=london(2024, 5, 2))
    assert due_campaigns(london(2024, 5, 3, 9), planned, campaigns=[recap_with("insights", "recording")]) == []


def test_a_follow_up_waits_until_the_recap_is_done() -> None:
    """The audience of the follow-up is complete only when the recap has ended."""
    planned = session(insights=material("i"), recording=material("r"))
    assert due_campaigns(london(2024, 5, 3, 9), planned, campaigns=[recap_with("insights", stage=Stage.SENDING)]) == []


def test_nothing_follows_a_recap_that_was_stopped() -> None:
    """After a stopped recap its readers get no follow-up, whoever stopped the recap."""
    planned = session(insights=material("i"), recording=material("r"))
    stopped = replace(recap_with("insights", stage=Stage.STOPPED), totals={"audience": 9})
    assert due_campaigns(london(2024, 5, 3, 9), planned, campaigns=[stopped]) == []
    assert due_campaigns(london(2024, 5, 3, 9), planned, campaigns=[recap_with("insights")]) == ["2024-04/follow-up"]


def test_two_materials_that_arrive_separately_make_two_follow_ups() -> None:
    """A recap with slides only lacks both materials. Each later arrival has its own follow-up with its own id."""
    first = replace(campaign(FOLLOW_UP, stage=Stage.DONE), brings=frozenset({"insights"}))
    planned = session(insights=material("i"), recording=material("r"), edited_at=london(2024, 5, 2))
    earlier = [recap_with("presentations"), first]
    (mailing,) = due(london(2024, 5, 3, 9), [planned], earlier, SERIES)
    assert (mailing.campaign, sorted(mailing.brings)) == ("2024-04/follow-up/2", ["recording"])
