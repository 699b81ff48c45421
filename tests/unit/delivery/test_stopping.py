"""Campaigns that stop themselves: the limits of the rule, and conclusions from a part about the whole."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convener.campaigns import Campaign, Stage, WaitReason
from convener.delivery.states import DeliveryState, RecipientState
from convener.delivery.stopping import is_suspicious, rates_in_words, reason_to_stop, stop_if_bad
from convener.errors import Conflict
from tests.support.fakes import FakeLedger
from tests.support.sweeping import ID, PENDING, SENT, World, world

C, B, D, A = DeliveryState.COMPLAINED, DeliveryState.BOUNCED, DeliveryState.DELIVERED, DeliveryState.ACCEPTED


@pytest.mark.parametrize(
    ("tally", "why"),
    [
        ({}, None),
        ({C: 2}, None),
        ({C: 3}, WaitReason.COMPLAINTS),
        ({C: 3, D: 996}, WaitReason.COMPLAINTS),
        ({C: 3, D: 997}, None),
        ({B: 4}, None),
        ({B: 5}, WaitReason.BOUNCES),
        ({B: 5, A: 60, D: 34}, WaitReason.BOUNCES),
        ({B: 5, A: 60, D: 35}, None),
        ({B: 5, C: 2, D: 92}, WaitReason.BOUNCES),
        ({C: 3, B: 5}, WaitReason.COMPLAINTS),
        ({C: 3, B: 4, D: 5000}, None),
        (
            {
                C: 2,
                B: 5,
                DeliveryState.FAILED: 900,
                DeliveryState.UNKNOWN: 900,
                DeliveryState.SKIPPED: 900,
                DeliveryState.PENDING: 900,
            },
            WaitReason.BOUNCES,
        ),
    ],
)
def test_the_limits_of_the_rule(tally: dict[DeliveryState, int], why: WaitReason | None) -> None:
    """At least 3 complaints and more than 0.3 %, or at least 5 bounces and more than 5 %, of the accepted mails."""
    assert reason_to_stop(tally) == why


tallies = st.dictionaries(st.sampled_from([C, B, D, A, DeliveryState.UNKNOWN]), st.integers(0, 50)).map(Counter)


@given(st.lists(tallies, max_size=6))
def test_if_the_whole_is_bad_some_part_is_suspicious(parts: list[Counter[DeliveryState]]) -> None:
    """So feedback, which sees parts, need not tally the whole campaign at each bounce."""
    whole: Counter[DeliveryState] = Counter()
    for part in parts:
        whole.update(part)
    if reason_to_stop(whole):
        assert any(is_suspicious(part) for part in parts)


def test_the_rates_are_written_in_words() -> None:
    """They are counts, and name nobody."""
    assert rates_in_words({C: 3, B: 1, D: 96}) == "complaints: 3, bounces: 1, of mails that SES took: 100"


class Turning(FakeLedger):
    """A ledger in which an operator's pause comes just before the change, once."""

    left = 1

    def turn(self, campaign: Campaign) -> None:
        if self.left:
            self.left -= 1
            self.campaigns[campaign.id] = self.campaigns[campaign.id].turned(Stage.WAITING, why=WaitReason.PAUSED)
            raise Conflict(campaign.id)
        super().turn(campaign)


def test_a_bad_campaign_is_stopped_although_another_writer_changes_it() -> None:
    """The decision is made again on the stored campaign."""
    bad = world([RecipientState(B, 1, 60)] * 5, [PENDING], world=World(ledger=Turning()))
    assert stop_if_bad(bad.ledger, ID) == "complaints: 0, bounces: 5, of mails that SES took: 5"
    assert (bad.campaign.stage, bad.campaign.why, bad.campaign.version) == (Stage.STOPPED, WaitReason.BOUNCES, 2)


@pytest.mark.parametrize("stage", [Stage.DONE, Stage.STOPPED])
def test_an_ended_campaign_is_left_alone(stage: Stage) -> None:
    """The first reason for the stop stays, and a done campaign can't be stopped."""
    ended = world([RecipientState(B, 1, 60)] * 5, stage=stage, why=WaitReason.OPERATOR)
    assert stop_if_bad(ended.ledger, ID) == ""
    assert (ended.campaign.stage, ended.campaign.why, ended.campaign.version) == (stage, WaitReason.OPERATOR, 0)


def test_a_campaign_with_low_rates_goes_on() -> None:
    """One bounce makes no rate."""
    good = world([RecipientState(B, 1, 60), SENT])
    assert stop_if_bad(good.ledger, ID) == ""
    assert good.campaign.stage == Stage.SENDING
