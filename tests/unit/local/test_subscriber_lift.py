"""`convener subscriber lift`: an operator lets somebody be written to again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from click.testing import Result

from convener.subscribers.consent import ConsentEvent
from convener.subscribers.identity import fingerprint, subscriber_id
from convener.subscribers.models import SubscriberStatus
from local.commands.subscriber import subscriber
from tests.support.campaign_context import KEY, FakePlace, run
from tests.support.fake_unit_of_work import FakeUnitOfWork
from tests.support.people import OPENED
from tests.support.people import subscriber as a_subscriber

ADDRESS = "anna@example.org"
HERS = subscriber_id(ADDRESS, key=KEY)


class Suppressed:
    """A suppression list with her on it."""

    def __init__(self) -> None:
        self.addresses = {ADDRESS}

    def lift(self, address: str) -> bool:
        there = address in self.addresses
        self.addresses.discard(address)
        return there


class LiftingPlace(FakePlace):
    """A stack whose mail service keeps something from Anna."""

    def __init__(self, standing: SubscriberStatus) -> None:
        super().__init__()
        row = a_subscriber(1, id=HERS, address=ADDRESS, status=standing, status_since=OPENED)
        self.rows = self.people = FakeUnitOfWork([row], fingerprint=fingerprint(KEY))
        self.list = Suppressed()

    def suppression(self) -> Suppressed:
        return self.list

    def by(self) -> str:
        return "ops"


def lift(place: LiftingPlace, *options: str) -> Result:
    return run(subscriber, place, "lift", ADDRESS, "--because", "she wrote to us", *options)


@pytest.mark.parametrize("standing", [SubscriberStatus.BOUNCED, SubscriberStatus.COMPLAINED])
def test_she_is_on_the_list_again(standing: SubscriberStatus) -> None:
    """The row, its record with why and by whom, and the mail service's own list; a second time there is nothing."""
    place = LiftingPlace(standing)
    result = lift(place, "--yes")
    assert result.exit_code == 0
    assert "on the list again and is off the suppression list of Amazon SES" in result.stdout
    row = place.rows.rows[HERS]
    assert (row.status, row.status_since, row.version) == (SubscriberStatus.CONFIRMED, None, 2)
    [entry] = place.rows.consents.entries
    assert (entry.what, entry.by) == (ConsentEvent.LIFTED, "operator")
    assert entry.note == f"{standing}, lifted by ops: she wrote to us"
    assert place.list.addresses == set()
    again = lift(place, "--yes")
    assert again.exit_code == 2
    assert "Nothing has to be lifted" in again.stderr


@pytest.mark.parametrize(
    "standing", [SubscriberStatus.CONFIRMED, SubscriberStatus.LEFT, SubscriberStatus.ERASED, SubscriberStatus.MOVED]
)
def test_nobody_else_is_lifted(standing: SubscriberStatus) -> None:
    """Whoever left, was erased or moved comes back by herself alone: that is said, and nothing is written."""
    place = LiftingPlace(standing)
    before = dict(place.rows.rows)
    result = lift(place, "--yes")
    assert result.exit_code == 2
    assert "This person" in result.stderr
    assert (place.rows.rows, place.rows.consents.entries, place.list.addresses) == (before, [], {ADDRESS})


def test_it_asks_first_and_wants_a_reason() -> None:
    """Nobody is written to again because a script ran twice."""
    place = LiftingPlace(SubscriberStatus.BOUNCED)
    result = lift(place)
    assert result.exit_code == 2
    assert "could not be reached. Write to this address again?" in result.stderr
    assert run(subscriber, place, "lift", ADDRESS, "--because", " ", "--yes").exit_code == 2
    assert place.rows.rows[HERS].status is SubscriberStatus.BOUNCED
    assert place.list.addresses == {ADDRESS}


def test_the_person_may_be_named() -> None:
    """An account of AWS is not always a person."""
    place = LiftingPlace(SubscriberStatus.BOUNCED)
    assert lift(place, "--by", "Ana Silva", "--yes").exit_code == 0
    [entry] = place.rows.consents.entries
    assert entry.note == "bounced, lifted by Ana Silva: she wrote to us"


def test_who_leaves_meanwhile_has_left() -> None:
    """What she does herself while the operator is asked counts."""
    place = LiftingPlace(SubscriberStatus.BOUNCED)

    class Leaving(Suppressed):
        def lift(self, address: str) -> bool:
            row = place.rows.rows[HERS]
            place.rows.rows[HERS] = replace(row, status=SubscriberStatus.LEFT, version=row.version + 1)
            return super().lift(address)

    place.list = Leaving()
    assert lift(place, "--yes").exit_code == 2
    assert place.rows.rows[HERS].status is SubscriberStatus.LEFT
