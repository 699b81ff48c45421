"""A campaign with too many complaints or bounces is stopped by the batch that brings them."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from convener.campaigns import Stage, WaitReason
from convener.delivery.states import DeliveryState, RecipientState
from convener.errors import Conflict, ConvenerError, LostAnswer, Unavailable
from tests.support.feedback_events import ID, PEOPLE, REF, Counting, entries, event_about, take, world
from tests.support.people import subscriber

MORE = [*PEOPLE, *(subscriber(16 * n) for n in range(4, 7))]
BOUNCED, COMPLAINED = RecipientState(DeliveryState.BOUNCED, 1, 90), RecipientState(DeliveryState.COMPLAINED, 1, 90)


class Counted(Counting):
    """A ledger that counts how often a whole campaign is tallied."""

    tallies = 0
    error: ConvenerError | None = None

    def tally(self, campaign: str) -> Counter[DeliveryState]:
        self.tallies += 1
        if self.error:
            raise self.error
        return super().tally(campaign)


def nearly(entry: RecipientState, number: int) -> Any:
    """Return feedback on a campaign with this number of mails in that state."""
    return world(
        *[RecipientState(DeliveryState.ACCEPTED, 1, 91)] * (6 - number),
        *[entry] * number,
        people=MORE,
        ledger=Counted(),
    )


@pytest.mark.parametrize(
    ("entry", "before", "what", "why"),
    [(BOUNCED, 4, "bounced", WaitReason.BOUNCES), (COMPLAINED, 2, "complaint", WaitReason.COMPLAINTS)],
)
@pytest.mark.parametrize("stage", [Stage.OPEN, Stage.SENDING, Stage.WAITING])
def test_the_event_that_reaches_the_limit_stops_the_campaign(
    entry: RecipientState, before: int, what: str, why: WaitReason, stage: Stage
) -> None:
    """It is the fifth bounce or the third complaint of a dozen mails. The numbers are reported, and no address."""
    feedback = nearly(entry, before)
    feedback.ledger.campaigns[ID] = feedback.ledger.campaigns[ID].turned(stage, why=None)
    result = take(feedback, event_about(what))
    stopped = feedback.ledger.campaigns[ID]
    assert (stopped.stage, stopped.why, stopped.version) == (Stage.STOPPED, why, 2)
    assert list(result.stopped) == [ID]
    assert result.stopped[ID].endswith("of mails that SES took: 12")
    assert not result.again


def test_an_event_below_the_limit_does_not_stop_the_campaign() -> None:
    """The campaign goes on."""
    feedback = nearly(BOUNCED, 3)
    result = take(feedback, event_about("bounced"))
    assert (feedback.ledger.tallies, result.stopped) == (1, {})
    assert feedback.ledger.campaigns[ID].stage == Stage.SENDING


def test_repeated_and_good_events_do_not_tally_the_campaign() -> None:
    """A campaign is tallied once a batch at most, and only where a new bounce or complaint came."""
    feedback = nearly(BOUNCED, 2)
    take(feedback, event_about("delivered"), event_about("delayed", 1), event_about("away", 2))
    assert feedback.ledger.tallies == 0
    take(feedback, event_about("bounced"), event_about("bounced", 1), event_about("bounced", chunk="0-00002"))
    assert feedback.ledger.tallies == 1
    take(feedback, event_about("bounced"), event_about("bounced", 1))
    assert feedback.ledger.tallies == 1


def test_a_rare_bounce_does_not_tally_the_campaign() -> None:
    """Where no chunk has a rate at which the whole campaign would stop, the whole has none."""
    many = [*PEOPLE, *(subscriber(16 * n) for n in range(4, 51))]
    feedback = world(people=many, ledger=Counted())
    take(feedback, event_about("bounced"), event_about("bounced", 1), event_about("bounced", 2))
    assert feedback.ledger.tallies == 1
    feedback = world(people=many, ledger=Counted())
    take(feedback, event_about("bounced"), event_about("bounced", 1), event_about("bounced", chunk="0-00002"))
    assert feedback.ledger.tallies == 0


@pytest.mark.parametrize("stage", [Stage.DONE, Stage.STOPPED])
def test_an_ended_campaign_keeps_its_stage(stage: Stage) -> None:
    """Late events change its entries and not its stage."""
    feedback = nearly(BOUNCED, 4)
    feedback.ledger.campaigns[ID] = feedback.ledger.campaigns[ID].turned(stage, why=WaitReason.OPERATOR)
    result = take(feedback, event_about("bounced"))
    assert (feedback.ledger.campaigns[ID].why, result.stopped) == (WaitReason.OPERATOR, {})
    assert entries(feedback, REF)[0].state is DeliveryState.BOUNCED


@pytest.mark.parametrize(
    "error", [Unavailable("down"), LostAnswer("dropped"), Conflict(f"others kept writing campaign {ID}")]
)
def test_after_an_error_in_stopping_the_events_stay_done(error: ConvenerError) -> None:
    """They are written already, so a repetition would not check the rates again. The tick checks every campaign."""
    feedback = nearly(BOUNCED, 4)
    feedback.ledger.error = error
    result = take(feedback, event_about("bounced"))
    assert (result.again, result.parked, result.stopped) == ({}, {}, {})
    assert result.unchecked == {ID: f"{type(error).__name__}: {error}"}
