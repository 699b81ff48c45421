"""Changing a campaign: decided again after each Conflict, and written once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from convener.campaigns import Campaign, Stage, WaitReason
from convener.delivery.campaign_updates import MAX_ATTEMPTS, turn
from convener.errors import BadInput, Conflict
from tests.support.fakes import FakeLedger
from tests.support.people import campaign

ID = "2024-04/invite"


class Busy(FakeLedger):
    """A ledger in which another writer counts a lost answer just before each of a number of writes."""

    def __init__(self, rivals: int) -> None:
        super().__init__()
        self.campaigns[ID] = campaign()
        self.rivals = rivals

    def turn(self, campaign: Campaign) -> None:
        if self.rivals:
            self.rivals -= 1
            known = self.campaigns[ID]
            super().turn(replace(known, lost=known.lost + 1, version=known.version + 1))
        super().turn(campaign)


def paused(known: Campaign) -> Campaign | None:
    """Return the campaign paused; None where it is."""
    return None if known.why is WaitReason.PAUSED else known.turned(Stage.WAITING, why=WaitReason.PAUSED)


@pytest.mark.parametrize("rivals", range(8))
def test_a_change_is_made_on_the_stored_campaign(rivals: int) -> None:
    """No write is lost, and each raises the version by one."""
    ledger = Busy(rivals)
    turned = turn(ledger, ID, paused)
    assert turned == ledger.campaigns[ID]
    assert (turned.why, turned.lost, turned.version) == (WaitReason.PAUSED, rivals, rivals + 1)


def test_a_change_is_given_up_after_too_many_conflicts() -> None:
    """It must not go on for ever."""
    ledger = Busy(MAX_ATTEMPTS)
    with pytest.raises(Conflict, match=ID):
        turn(ledger, ID, paused)
    assert ledger.campaigns[ID].why is None


def test_an_unchanged_campaign_is_not_written() -> None:
    """The campaign is returned as it is."""
    ledger = Busy(0)
    assert turn(ledger, ID, paused) == turn(ledger, ID, paused)
    assert ledger.campaigns[ID].version == 1


def test_a_change_need_not_set_the_version() -> None:
    """`turn` sets the next version."""
    ledger = Busy(0)
    assert turn(ledger, ID, lambda known: replace(known, lost=3)).version == 1
    assert ledger.campaigns[ID].lost == 3


def test_a_missing_campaign_is_bad_input() -> None:
    """The message or the command can't be carried out."""
    with pytest.raises(BadInput, match="2030-01/invite"):
        turn(Busy(0), "2030-01/invite", paused)
