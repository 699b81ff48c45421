"""`convener subscriber leave`, `erase` and `export`: for people who ask by mail or post, whatever their status."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result

from convener.errors import LostAnswer, Unavailable
from convener.subscribers.confirmation_result import ConfirmationResult
from convener.subscribers.confirming import look_up
from convener.subscribers.consent import ConsentEntry, ConsentEvent
from convener.subscribers.identity import fingerprint, subscriber_id
from convener.subscribers.leaving import undo
from convener.subscribers.models import Subscriber, SubscriberStatus
from local.commands.subscriber import subscriber
from tests.support.campaign_context import KEY, FakePlace, run
from tests.support.fake_unit_of_work import FakeSuppressionList, FakeUnitOfWork
from tests.support.joining import join_request
from tests.support.lists import load
from tests.support.people import LONG_AGO, OPENED
from tests.support.people import subscriber as a_subscriber

ADDRESS, TYPED = "anna@example.org", " ANNA@Example.ORG "
ID, OLD_ID = (subscriber_id(one, key=KEY) for one in (ADDRESS, "old@example.org"))
ASKED = ("--because", "they asked by post", "--by", "Ana Silva")
NOTE = "by Ana Silva: they asked by post"
LISTED = [status for status in SubscriberStatus if status is not SubscriberStatus.MOVED]


class Place(FakePlace):
    """A stack with one person, who had an earlier address, or with nobody."""

    def __init__(self, status: SubscriberStatus | None) -> None:
        super().__init__()
        rows = []
        if status is SubscriberStatus.ERASED:
            bare = {"address": "", "status": status, "status_since": OPENED}
            rows = [Subscriber(id=one, version=2, **bare) for one in (ID, OLD_ID)]  # type: ignore[arg-type]
        elif status:
            since = None if status is SubscriberStatus.CONFIRMED else OPENED - timedelta(days=9)
            moved = {"moved_from": (OLD_ID,), "moved_at": LONG_AGO + timedelta(days=9)}
            rows = [
                a_subscriber(1, id=ID, address="Anna@example.org", status=status, status_since=since, **moved),
                a_subscriber(2, id=OLD_ID, address="", first_name="", status=SubscriberStatus.MOVED, moved_to=ID),
            ]
        self.people = FakeUnitOfWork(rows, fingerprint=fingerprint(KEY))
        what = ConsentEvent.ERASED if status is SubscriberStatus.ERASED else ConsentEvent.JOINED
        entries = [ConsentEntry(subscriber=row.id, at=LONG_AGO, what=what, by="page") for row in rows]
        self.people.consents.add(entries)
        self.list = FakeSuppressionList()

    def suppression(self) -> FakeSuppressionList:
        return self.list

    @property
    def row(self) -> Subscriber:
        return self.people.rows[ID]

    @property
    def last(self) -> ConsentEntry:
        return self.people.consents.of(ID)[-1]


def ask(place: Place, command: str, *options: str, address: str = TYPED) -> Result:
    return run(subscriber, place, command, address, *ASKED, *options)


@pytest.mark.parametrize("address", [TYPED, "old@example.org"])
@pytest.mark.parametrize("status", [status for status in LISTED if status is not SubscriberStatus.ERASED])
def test_whoever_asks_to_leave_has_left(status: SubscriberStatus, address: str) -> None:
    """From every status, under every spelling and every earlier address, with reason and person on record."""
    place = Place(status)
    before, now = place.row, place.time.now()
    result = ask(place, "leave", address=address)
    assert result.exit_code == 0, result.stderr
    assert place.row == replace(before, status=SubscriberStatus.LEFT, status_since=now, version=before.version + 1)
    assert (place.last.what, place.last.by) == (ConsentEvent.LEFT, "operator")
    assert place.last.note == f"{status}, left at their request, {NOTE}"
    after = (dict(place.people.rows), place.people.consents.entries)
    again = ask(place, "leave", address=address)
    assert (again.exit_code, (dict(place.people.rows), place.people.consents.entries)) == (0, after)
    assert "Nothing was changed" in again.stdout


@pytest.mark.parametrize("status", [SubscriberStatus.BOUNCED, SubscriberStatus.COMPLAINED])
def test_a_stronger_no_is_not_lifted_and_not_undone(status: SubscriberStatus) -> None:
    """Who bounced or complained and asks to leave gets no mail again by an operator, nor by a button in an old mail."""
    place = Place(status)
    ask(place, "leave")
    assert run(subscriber, place, "lift", ADDRESS, "--because", "x", "--by", "y", "--yes").exit_code == 2
    undo(ID, unit_of_work=place.people, consents=place.people.consents, now=place.time.now())
    assert place.row.status is SubscriberStatus.LEFT


def test_who_was_on_the_list_may_come_back_by_their_own_button() -> None:
    """It is their own will, within the seven days of everybody."""
    place = Place(SubscriberStatus.CONFIRMED)
    ask(place, "leave")
    undo(ID, unit_of_work=place.people, consents=place.people.consents, now=place.time.now())
    assert place.row.status is SubscriberStatus.CONFIRMED


def test_somebody_unknown_is_noted_and_no_list_brings_them_in() -> None:
    """A row without a date of confirming, to which no mail goes."""
    place = Place(None)
    result = ask(place, "leave")
    assert "was not on the list. It is noted now" in result.stdout
    assert (place.row.status, place.row.confirmed_at, place.row.address) == (
        SubscriberStatus.LEFT,
        None,
        "ANNA@example.org",
    )
    assert place.last.note == f"unknown, left at their request, {NOTE}"
    before = place.row
    load(f"{ADDRESS}\n", place.people)
    undo(ID, unit_of_work=place.people, consents=place.people.consents, now=place.time.now())
    assert place.row == before


@pytest.mark.parametrize("status", [None, SubscriberStatus.LEFT])
def test_a_request_that_waits_does_nothing_any_more(status: SubscriberStatus | None) -> None:
    """Somebody typed the address into the form yesterday, and its owner writes: never again."""
    place = Place(status)
    waiting = join_request(subscriber=ID, address=ADDRESS, asked_at=place.time.now() - timedelta(days=1))
    place.people.requests.keep(waiting)
    ask(place, "leave")
    found = look_up(waiting.id, unit_of_work=place.people, requests=place.people.requests, now=place.time.now())
    assert found.plan is ConfirmationResult.OVERTAKEN


def test_who_was_erased_stays_erased() -> None:
    """The mark that erasing leaves keeps lists out as well."""
    place = Place(SubscriberStatus.ERASED)
    before = place.row
    result = ask(place, "leave")
    assert (result.exit_code, place.row) == (0, before)
    assert "Nothing was changed" in result.stdout


@pytest.mark.parametrize("address", [TYPED, "old@example.org"])
@pytest.mark.parametrize("status", LISTED)
def test_whoever_asks_is_erased_with_all_earlier_addresses(status: SubscriberStatus, address: str) -> None:
    """What stays is the id, the date, the reason and who did it; a second time there is nothing to do."""
    place = Place(status)
    result = ask(place, "erase", "--yes", address=address)
    assert result.exit_code == 0, result.stderr
    now = place.time.now()
    for row in place.people.rows.values():
        assert row == Subscriber(
            id=row.id, address="", status=SubscriberStatus.ERASED, status_since=row.status_since, version=row.version
        )
    if status is not SubscriberStatus.ERASED:
        found = [(entry.what, entry.at, entry.by, entry.note) for entry in place.people.consents.entries]
        assert found == [(ConsentEvent.ERASED, now, "operator", f"erased at their request, {NOTE}")] * 2
    kept = place.people.consents.entries
    again = ask(place, "erase", "--yes", address=address)
    assert (again.exit_code, place.people.consents.entries) == (0, kept)
    assert "erased before" in again.stdout


@pytest.mark.parametrize(
    ("reason", "says", "stays"),
    [
        ("BOUNCE", "It is off the suppression list of Amazon SES", False),
        ("COMPLAINT", "It stays on the suppression list of Amazon SES, because mail to it was reported as spam", True),
        ("", "It is not on the suppression list of Amazon SES", False),
    ],
)
def test_erasing_asks_ses_too_and_says_what_came_of_it(reason: str, says: str, stays: bool) -> None:
    """Under the spelling that mail went to."""
    place = Place(SubscriberStatus.BOUNCED)
    if reason:
        place.list.reasons["Anna@example.org"] = reason
    result = ask(place, "erase", "--yes")
    assert says in result.stdout
    assert bool(place.list.reasons) == stays


@pytest.mark.parametrize("error", [Unavailable("AccessDeniedException"), LostAnswer("no answer")])
def test_a_failure_of_ses_is_told_and_repeated(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest is erased, and the same command asks SES again."""
    place = Place(SubscriberStatus.BOUNCED)
    place.list.reasons["ANNA@example.org"] = "BOUNCE"

    def fails(_address: str) -> str:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(place.list, "reason", fails)
        result = ask(place, "erase", "--yes")
    assert (result.exit_code, place.row.status) == (1, SubscriberStatus.ERASED)
    assert f"It may still be on the suppression list of Amazon SES ({error})" in result.stdout
    again = ask(place, "erase", "--yes")
    assert (again.exit_code, place.list.reasons) == (0, {})


def test_erasing_asks_first_and_keeps_no_address_in_the_reason() -> None:
    """What can't be undone is not done because a script ran twice; and the reason stays for ever."""
    place = Place(SubscriberStatus.CONFIRMED)
    before = place.row
    assert "can't be undone" in ask(place, "erase").stderr
    because = f"{ADDRESS} wrote to us"
    named = run(subscriber, place, "erase", ADDRESS, "--because", because, "--by", "Ana", "--yes")
    assert (named.exit_code, place.row) == (2, before)
    assert "Leave the address out of the reason" in named.stderr


def test_nobody_is_erased_where_nobody_is() -> None:
    """It is said, and what the record has of an import that was undone goes."""
    place = Place(None)
    place.people.consents.add([ConsentEntry(subscriber=ID, at=OPENED, what=ConsentEvent.UNDONE, by="operator")])
    result = ask(place, "erase", "--yes")
    assert (result.exit_code, place.people.rows, place.people.consents.entries) == (0, {}, [])
    assert "is not on the list: nothing is held" in result.stdout


@pytest.mark.parametrize("status", LISTED)
def test_the_data_are_printed_as_on_the_page(status: SubscriberStatus, tmp_path: Path) -> None:
    """For every status, as JSON alone; giving them out is on record, and is in the next one."""
    place = Place(status)
    first = ask(place, "export")
    data = json.loads(first.stdout)
    assert (data["code"], data["standing"], data["address"]) == (ID, status, place.row.address)
    agreed = ["erased"] if status is SubscriberStatus.ERASED else ["joined", "joined"]
    assert [entry["what"] for entry in data["consent_record"]] == agreed
    assert (place.last.what, place.last.by, place.last.note) == (ConsentEvent.EXPORTED, "operator", f"given out {NOTE}")
    file = tmp_path / "data.json"
    assert ask(place, "export", "--to", str(file)).stdout == ""
    assert json.loads(file.read_text("utf-8"))["consent_record"][-1]["what"] == "exported"
    assert file.stat().st_mode & 0o777 == 0o600
    assert ask(place, "export", "--to", str(file)).exit_code == 2


def test_nothing_is_given_out_of_nobody() -> None:
    """It is said."""
    result = ask(Place(None), "export")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "nothing is held that could be given out" in result.stderr


@pytest.mark.parametrize("command", ["leave", "erase", "export"])
@pytest.mark.parametrize("options", [["--because", "x"], ["--by", "x"], ["--because", " ", "--by", "x"]])
def test_reason_and_person_are_asked_for(command: str, options: list[str]) -> None:
    """Nothing is done without."""
    place = Place(SubscriberStatus.CONFIRMED)
    before = (place.row, place.people.consents.entries)
    more = ["--yes"] if command == "erase" else []
    assert run(subscriber, place, command, ADDRESS, *options, *more).exit_code == 2
    assert (place.row, place.people.consents.entries) == before


def test_another_identity_key_would_be_about_somebody_else() -> None:
    """Then nothing is done."""
    for command in ("leave", "erase", "export"):
        place = Place(SubscriberStatus.CONFIRMED)
        place.people = FakeUnitOfWork(place.people.rows.values(), fingerprint="another")
        assert ask(place, command).exit_code == 2
        assert place.row.status is SubscriberStatus.CONFIRMED
