"""Undoing an import: what it alone wrote goes, everything else stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from convener.errors import BadInput, Unavailable
from convener.intake.subscribers.import_records import UNDOABLE, ImportPart
from convener.intake.subscribers.undoing import UndoResult, undo
from convener.subscribers.consent import ConsentEvent
from convener.subscribers.identity import subscriber_id
from convener.subscribers.models import Subscriber, SubscriberStatus
from convener.subscribers.unit_of_work import Transaction
from tests.support.fake_unit_of_work import FakeUnitOfWork
from tests.support.lists import KEY, NOW, load, take_back

ANNA, BEN, CARL = (subscriber_id(f"{name}@example.org", key=KEY) for name in ("anna", "ben", "carl"))
LIST = "email,first_name\nanna@example.org,Anna\nben@example.org,Ben\ncarl@example.org,Carl\n"


def known(identity: str, **changes: object) -> Subscriber:
    row = Subscriber(
        id=identity, address="x@example.org", status=SubscriberStatus.CONFIRMED, confirmed_at=NOW, version=2
    )
    return replace(row, **changes)  # type: ignore[arg-type]


def touch(store: FakeUnitOfWork, identity: str, **changes: object) -> None:
    row = store.rows[identity]
    store.rows[identity] = replace(row, version=row.version + 1, **changes)  # type: ignore[arg-type]


def test_what_nobody_touched_is_as_if_it_had_never_been() -> None:
    """Rows that it added go, fields that it filled are empty again; repeating it does nothing."""
    before = known(ANNA, zone="Asia/Kolkata")
    store = FakeUnitOfWork([before])
    load(LIST, store)
    assert take_back(store) == UndoResult(taken_off=2, emptied=1)
    assert store.rows == {ANNA: replace(before, version=4)}
    rows = dict(store.rows)
    assert take_back(store) == UndoResult(stayed=1, gone=2)
    assert store.rows == rows


def test_the_record_tells_both() -> None:
    """Nothing of the consent record is taken away: who was brought in and taken off has an entry for each."""
    store = FakeUnitOfWork()
    load("anna@example.org\n", store)
    take_back(store, now=NOW + timedelta(hours=1))
    assert [entry.what for entry in store.consents.of(ANNA)] == [ConsentEvent.IMPORTED, ConsentEvent.UNDONE]
    assert store.consents.of(ANNA)[-1].note == "the import first was undone"


@pytest.mark.parametrize("standing", [one for one in SubscriberStatus if one is not SubscriberStatus.CONFIRMED])
def test_whoever_did_something_stays(standing: SubscriberStatus) -> None:
    """Left, bounced, complained, erased, moved: the row that says so is not lost, and nobody is revived."""
    store = FakeUnitOfWork()
    load(LIST, store)
    touch(store, ANNA, status=standing)
    touch(store, BEN, kinds=frozenset({"recap"}))
    rows = {identity: store.rows[identity] for identity in (ANNA, BEN)}
    assert take_back(store) == UndoResult(taken_off=1, stayed=2)
    assert store.rows == rows


def test_what_was_changed_after_it_was_filled_stays() -> None:
    """A name that the person wrote herself is hers."""
    store = FakeUnitOfWork([known(ANNA)])
    load(LIST, store)
    touch(store, ANNA, first_name="Annie")
    take_back(store)
    assert store.rows[ANNA].first_name == "Annie"


def test_another_imports_rows_are_not_taken() -> None:
    """After the first was undone, the second one's row is its own, though it looks the same."""
    store = FakeUnitOfWork()
    load(LIST, store)
    take_back(store)
    load(LIST, store, batch="second")
    assert take_back(store) == UndoResult(stayed=3)
    assert take_back(store, batch="second") == UndoResult(taken_off=3)


def test_counting_changes_nothing() -> None:
    """A dry run says the numbers alone."""
    store = FakeUnitOfWork([known(ANNA)])
    load(LIST, store)
    rows, entries = dict(store.rows), store.consents.entries
    assert take_back(store, dry=True) == UndoResult(taken_off=2, emptied=1)
    assert (store.rows, store.consents.entries) == (rows, entries)
    assert store.imports.records["first"].undone_at is None


def test_after_seven_days_it_is_too_late() -> None:
    """Until then it can be undone, and not a moment longer; an unknown one never."""
    store = FakeUnitOfWork()
    load(LIST, store)
    assert take_back(store, now=NOW + UNDOABLE - timedelta(seconds=1)).taken_off == 3
    for batch, now in (("first", NOW + UNDOABLE), ("other", NOW)):
        with pytest.raises(BadInput, match="No import of the last seven days"):
            take_back(store, batch=batch, now=now)


class Breaks(FakeUnitOfWork):
    """A unit of work that fails after `left` transactions."""

    left = 1

    def commit(self, transaction: Transaction) -> None:
        if not self.left:
            raise Unavailable("down")
        self.left -= 1
        super().commit(transaction)


def test_an_import_that_broke_off_can_be_undone() -> None:
    """Its ids were written down before its rows, so each row that there is is known."""
    store = Breaks()
    with pytest.raises(Unavailable):
        load("".join(f"p{n}@example.org\n" for n in range(30)), store)
    assert len(store.rows) == 12
    assert store.imports.records["first"].added is None
    store.left = 1
    assert take_back(store) == UndoResult(taken_off=12, gone=18)
    assert store.rows == {}


def test_notes_hold_no_address_and_no_name() -> None:
    """Ids, versions and names of fields are all that undoing needs."""
    store = FakeUnitOfWork([known(ANNA)])
    load(LIST, store)
    assert all(isinstance(part, ImportPart) for part in store.imports.parts("first"))
    assert "Anna" not in repr(store.imports.parts_by_batch)
    assert "@" not in repr(store.imports.parts_by_batch)


def test_how_far_it_has_come_is_told() -> None:
    """Part by part, up to everybody whom the import wrote."""
    store, heard = FakeUnitOfWork(), list[int]()
    load("email\n" + "".join(f"p{number}@example.org\n" for number in range(250)), store)
    [imported] = store.imports.all(now=NOW)
    found = undo(imported, subscribers=store, imports=store.imports, now=NOW, dry=True)
    undo(imported, subscribers=store, imports=store.imports, now=NOW, progress=heard.append)
    assert (found.people, heard) == (250, [100, 200, 250])
