"""A campaign to which too much comes back is stopped by the batch that tells."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from convener.campaigns import Stage, WaitReason
from convener.delivery.states import DeliveryState, RecipientState
from convener.errors import Conflict, ConvenerError, LostAnswer, Unavailable
from tests.support.feedback_events import ID, PEOPLE, REF, Counting, entries, take, told, world
from tests.support.people import subscriber

MORE = [*PEOPLE, *(subscriber(16 * n) for n in range(4, 7))]
BOUNCED, COMPLAINED = RecipientState(DeliveryState.BOUNCED, 1, 90), RecipientState(DeliveryState.COMPLAINED, 1, 90)


class Counted(Counting):
    """Counts how often a whole campaign is read."""

    tallies = 0
    error: ConvenerError | None = None

    def tally(self, campaign: str) -> Counter[DeliveryState]:
        self.tallies += 1
        if self.error:
            raise self.error
        return super().tally(campaign)


def nearly(entry: RecipientState, number: int) -> Any:
    """A campaign in which so many came back already."""
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
def test_the_last_straw_stops_it(entry: RecipientState, before: int, what: str, why: WaitReason, stage: Stage) -> None:
    """The fifth bounce and the third complaint of a dozen mails; the numbers are told, and nobody's name."""
    feedback = nearly(entry, before)
    feedback.ledger.campaigns[ID] = feedback.ledger.campaigns[ID].turned(stage, why=None)
    heard = take(feedback, told(what))
    stopped = feedback.ledger.campaigns[ID]
    assert (stopped.stage, stopped.why, stopped.version) == (Stage.STOPPED, why, 2)
    assert list(heard.stopped) == [ID]
    assert heard.stopped[ID].endswith("of mails that SES took: 12")
    assert not heard.again


def test_one_before_the_last_straw_does_not() -> None:
    """The campaign goes on."""
    feedback = nearly(BOUNCED, 3)
    heard = take(feedback, told("bounced"))
    assert (feedback.ledger.tallies, heard.stopped) == (1, {})
    assert feedback.ledger.campaigns[ID].stage == Stage.SENDING


def test_what_is_told_again_or_good_news_does_not_count_the_campaign() -> None:
    """A whole campaign is read once a batch at most, and only where something came back that was not known."""
    feedback = nearly(BOUNCED, 2)
    take(feedback, told("delivered"), told("delayed", 1), told("away", 2))
    assert feedback.ledger.tallies == 0
    take(feedback, told("bounced"), told("bounced", 1), told("bounced", chunk="0-00002"))
    assert feedback.ledger.tallies == 1
    take(feedback, told("bounced"), told("bounced", 1))
    assert feedback.ledger.tallies == 1


def test_a_rare_bounce_does_not_count_the_campaign() -> None:
    """Where no chunk shows a rate at which the whole would stop, the whole has none."""
    many = [*PEOPLE, *(subscriber(16 * n) for n in range(4, 51))]
    feedback = world(people=many, ledger=Counted())
    take(feedback, told("bounced"), told("bounced", 1), told("bounced", 2))
    assert feedback.ledger.tallies == 1
    feedback = world(people=many, ledger=Counted())
    take(feedback, told("bounced"), told("bounced", 1), told("bounced", chunk="0-00002"))
    assert feedback.ledger.tallies == 0


@pytest.mark.parametrize("stage", [Stage.DONE, Stage.STOPPED])
def test_what_has_ended_stays_as_it_ended(stage: Stage) -> None:
    """Late events change its entries and not its stage."""
    feedback = nearly(BOUNCED, 4)
    feedback.ledger.campaigns[ID] = feedback.ledger.campaigns[ID].turned(stage, why=WaitReason.OPERATOR)
    heard = take(feedback, told("bounced"))
    assert (feedback.ledger.campaigns[ID].why, heard.stopped) == (WaitReason.OPERATOR, {})
    assert entries(feedback, REF)[0].state is DeliveryState.BOUNCED


@pytest.mark.parametrize(
    "error", [Unavailable("down"), LostAnswer("dropped"), Conflict(f"others kept writing campaign {ID}")]
)
def test_where_it_cant_be_stopped_the_events_stay_heard(error: ConvenerError) -> None:
    """They are written already: hearing them again would not look again. The tick looks into every campaign."""
    feedback = nearly(BOUNCED, 4)
    feedback.ledger.error = error
    heard = take(feedback, told("bounced"))
    assert (heard.again, heard.parked, heard.stopped) == ({}, {}, {})
    assert heard.unchecked == {ID: f"{type(error).__name__}: {error}"}
