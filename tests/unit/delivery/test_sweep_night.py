"""At night no mail leaves, however long the list is."""

from __future__ import annotations

import pytest

from convener.campaigns import Stage, WaitReason
from tests.support.sweeping import ID, MORNING, NIGHT, PENDING, SENT, world


@pytest.mark.parametrize("stage", [Stage.OPEN, Stage.SENDING])
def test_a_long_campaign_waits_at_night(stage: Stage) -> None:
    """In the morning it goes on where it was."""
    long = world([PENDING], stage=stage)
    assert long.sweep(NIGHT).idle
    assert (long.campaign.stage, long.campaign.why, long.campaign.until) == (Stage.WAITING, WaitReason.NIGHT, MORNING)
    assert long.queued == []
    assert long.sweep(MORNING).brought_back == [ID]
    assert long.queued == ["0-00001"]


def test_a_campaign_without_mails_to_send_ends_at_night() -> None:
    """Only mails wait for the morning."""
    over = world([SENT])
    assert over.sweep(NIGHT).done == [ID]
