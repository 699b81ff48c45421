"""By night nothing leaves, however long a list is."""

from __future__ import annotations

import pytest

from convener.campaigns import Stage, WaitReason
from tests.support.sweeping import ID, MORNING, NIGHT, PENDING, SENT, world


@pytest.mark.parametrize("stage", [Stage.OPEN, Stage.SENDING])
def test_a_long_mailing_rests_by_night(stage: Stage) -> None:
    """No mail leaves at night, also of a list that takes hours; in the morning it goes on from where it was."""
    long = world([PENDING], stage=stage)
    assert long.sweep(NIGHT).idle
    assert (long.campaign.stage, long.campaign.why, long.campaign.until) == (Stage.WAITING, WaitReason.NIGHT, MORNING)
    assert long.queued == []
    assert long.sweep(MORNING).brought_back == [ID]
    assert long.queued == ["0-00001"]


def test_what_has_nothing_left_to_send_ends_by_night_too() -> None:
    """Only mails rest."""
    over = world([SENT])
    assert over.sweep(NIGHT).done == [ID]
