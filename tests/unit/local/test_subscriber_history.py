"""`convener subscriber history`: what the operator tells a person who asks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from convener.delivery.states import DeliveryState, RecipientState
from convener.subscribers.consent import ConsentEntry, ConsentEvent
from convener.subscribers.identity import subscriber_id
from convener.subscribers.models import SubscriberStatus
from local.commands.subscriber import subscriber
from tests.support.campaign_context import ID, KEY, FakePlace, run
from tests.support.people import LONG_AGO, OPENED, series
from tests.support.people import subscriber as a_subscriber

ADDRESS = "anna@example.org"
HERS = subscriber_id(ADDRESS, key=KEY)


@pytest.fixture
def place() -> FakePlace:
    """Anna left after a mail that she got at the second attempt."""
    here = FakePlace()
    row = a_subscriber(1, id=HERS, address=ADDRESS, status=SubscriberStatus.LEFT, status_since=OPENED)
    here.people.rows[HERS] = row
    chunk = here.kept.chunk_items[ID, "0-00001"]
    moved = replace(chunk, ref=f"{HERS[0]}-00007", recipients=(HERS,), messages={0: "m-7"})
    here.kept.chunk_items[ID, moved.ref] = replace(
        moved, entries=(RecipientState(DeliveryState.DELIVERED, 2, 60, "delayed"),)
    )
    return here


@pytest.mark.parametrize("typed", [ADDRESS, "Anna@Example.ORG", "  ANNA@example.org "])
def test_a_person_is_found_however_the_address_is_typed(place: FakePlace, typed: str) -> None:
    """Her standing, since when, and every campaign that was meant for her."""
    result = run(subscriber, place, "history", typed)
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        f"{ADDRESS}, id {HERS}",
        "Status: left, since Thursday 4 April 2024, 09:00 UK time.",
        f"  {ID}",
        "    delivered: delivery was delayed",
        "    Thursday 4 April 2024, 09:01 UK time, 2 attempts, message m-7",
    ]


def test_the_ledger_tells_of_somebody_without_a_row(place: FakePlace) -> None:
    """The ledger has no addresses, and stays when a row goes."""
    del place.people.rows[HERS]
    result = run(subscriber, place, "history", ADDRESS)
    assert "Nobody with this address is on the list." in result.stdout
    assert f"  {ID}" in result.stdout


def test_somebody_who_got_nothing(place: FakePlace) -> None:
    """It is said, and is no failure."""
    place.people.rows[HERS] = replace(
        place.people.rows[HERS], status=SubscriberStatus.CONFIRMED, status_since=None, confirmed_at=LONG_AGO
    )
    place.kept.chunk_items.clear()
    result = run(subscriber, place, "history", ADDRESS)
    assert "Status: confirmed, since Friday 3 March 2023, 12:00 UK time." in result.stdout
    assert "No campaign was ever meant for this address." in result.stdout


def test_a_day_from_a_list_is_that_day_and_the_list_is_named(place: FakePlace) -> None:
    """West of Greenwich as well, where midnight UTC is the evening before."""
    place.people.rows[HERS] = replace(
        place.people.rows[HERS],
        status=SubscriberStatus.CONFIRMED,
        status_since=None,
        confirmed_at=datetime(2023, 1, 3, tzinfo=UTC),
        imported_at=OPENED,
        source="Mailchimp",
    )
    place.series = lambda: series(zone="America/New_York")  # type: ignore[method-assign]
    result = run(subscriber, place, "history", ADDRESS)
    assert "Status: confirmed, since 3 January 2023; brought over from “Mailchimp” on 4 April 2024." in result.stdout


def test_a_changed_address_is_followed_both_ways(place: FakePlace) -> None:
    """From the old address to the new one and back, with what she agreed to and the pause that runs."""
    now = subscriber_id("new@example.org", key=KEY)
    row, rows = place.people.rows[HERS], place.people.rows
    rows[HERS] = replace(row, address="", status=SubscriberStatus.MOVED, moved_to=now)
    rows[now] = replace(
        row,
        id=now,
        address="new@example.org",
        status=SubscriberStatus.CONFIRMED,
        status_since=None,
        confirmed_at=LONG_AGO,
        moved_from=(HERS,),
        moved_at=OPENED,
        paused_until=OPENED + timedelta(days=9),
    )
    agreed = ConsentEntry(
        subscriber=HERS, at=LONG_AGO, what=ConsentEvent.JOINED, by="page", wording="2", kinds=frozenset({"recap"})
    )
    place.people.consents.add([agreed])
    for typed in (ADDRESS, "new@example.org"):
        lines = run(subscriber, place, "history", typed).stdout.splitlines()
        assert ("This address was changed to another" in lines[1]) == (typed == ADDRESS)
        assert "Status: confirmed, since Friday 3 March 2023, 12:00 UK time." in lines
        assert "Paused until Saturday 13 April 2024, 09:00 UK time." in lines
        assert f"An earlier address of this person: id {HERS}, until Thursday 4 April 2024, 09:00 UK time." in lines
        assert "  Friday 3 March 2023, 12:00 UK time: joined, by page, wording 2, for recap" in lines
        assert f"  {ID}" in lines


def test_another_identity_key_would_tell_of_somebody_else(place: FakePlace) -> None:
    """So it is refused; and a stack without a fingerprint gets none from a reading command."""
    place.people.kept_fingerprint = "0123456789abcdef"
    result = run(subscriber, place, "history", ADDRESS)
    assert (result.exit_code, "Put the first key back" in result.stderr) == (2, True)
    place.people.kept_fingerprint = None
    assert run(subscriber, place, "history", ADDRESS).exit_code == 0
    assert place.people.kept_fingerprint is None


@pytest.mark.parametrize("typed", ["anna.example.org", "", "anna@example.org, be@example.org"])
def test_what_is_no_address_is_said(place: FakePlace, typed: str) -> None:
    """Status 2 and words."""
    result = run(subscriber, place, "history", typed)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Error: There")
