"""Undoing an import: rows that only the import wrote are deleted, everything else stays."""

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
from tests.support.lists import KEY, NOW, load, undo_import

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


def test_untouched_rows_are_as_before_the_import() -> None:
    """Added rows are deleted, and filled fields are empty again; a repetition changes nothing."""
    before = known(ANNA, zone="Asia/Kolkata")
    store = FakeUnitOfWork([before])
    load(LIST, store)
    assert undo_import(store) == UndoResult(taken_off=2, emptied=1)
    assert store.rows == {ANNA: replace(before, version=4)}
    rows = dict(store.rows)
    assert undo_import(store) == UndoResult(stayed=1, gone=2)
    assert store.rows == rows


def test_the_consent_record_has_import_and_undo() -> None:
    """The consent record keeps its entries: a person who was added and deleted has one for each."""
    store = FakeUnitOfWork()
    load("anna@example.org\n", store)
    undo_import(store, now=NOW + timedelta(hours=1))
    assert [entry.what for entry in store.consents.of(ANNA)] == [ConsentEvent.IMPORTED, ConsentEvent.UNDONE]
    assert store.consents.of(ANNA)[-1].note == "the import first was undone"


@pytest.mark.parametrize(
    "standing", [status for status in SubscriberStatus if status is not SubscriberStatus.CONFIRMED]
)
def test_a_person_who_acted_stays(standing: SubscriberStatus) -> None:
    """Rows of people who left, bounced, complained, moved or were erased stay, and nobody is put back on the list."""
    store = FakeUnitOfWork()
    load(LIST, store)
    touch(store, ANNA, status=standing)
    touch(store, BEN, kinds=frozenset({"recap"}))
    rows = {identity: store.rows[identity] for identity in (ANNA, BEN)}
    assert undo_import(store) == UndoResult(taken_off=1, stayed=2)
    assert store.rows == rows


def test_a_value_changed_after_it_was_filled_stays() -> None:
    """A name that the person wrote themselves stays."""
    store = FakeUnitOfWork([known(ANNA)])
    load(LIST, store)
    touch(store, ANNA, first_name="Annie")
    undo_import(store)
    assert store.rows[ANNA].first_name == "Annie"


def test_rows_of_another_import_stay() -> None:
    """After the first import was undone, the row of the second is its own, though it looks the same."""
    store = FakeUnitOfWork()
    load(LIST, store)
    undo_import(store)
    load(LIST, store, batch="second")
    assert undo_import(store) == UndoResult(stayed=3)
    assert undo_import(store, batch="second") == UndoResult(taken_off=3)


def test_counting_changes_nothing() -> None:
    """A dry run only gives the numbers."""
    store = FakeUnitOfWork([known(ANNA)])
    load(LIST, store)
    rows, entries = dict(store.rows), store.consents.entries
    assert undo_import(store, dry=True) == UndoResult(taken_off=2, emptied=1)
    assert (store.rows, store.consents.entries) == (rows, entries)
    assert store.imports.records["first"].undone_at is None


def test_after_seven_days_it_is_too_late() -> None:
    """An import can be undone until that moment; an unknown import never."""
    store = FakeUnitOfWork()
    load(LIST, store)
    assert undo_import(store, now=NOW + UNDOABLE - timedelta(seconds=1)).taken_off == 3
    for batch, now in (("first", NOW + UNDOABLE), ("other", NOW)):
        with pytest.raises(BadInput, match="No import of the last seven days"):
            undo_import(store, batch=batch, now=now)


class Breaks(FakeUnitOfWork):
    """A unit of work that fails after `left` transactions."""

    left = 1

    def commit(self, transaction: Transaction) -> None:
        if not self.left:
            raise Unavailable("down")
        self.left -= 1
        super().commit(transaction)


def test_an_import_that_broke_off_can_be_undone() -> None:
    """Its ids were written before its rows, so each written row is known."""
    store = Breaks()
    with pytest.raises(Unavailable):
        load("".join(f"p{n}@example.org\n" for n in range(30)), store)
    assert len(store.rows) == 12
    assert store.imports.records["first"].added is None
    store.left = 1
    assert undo_import(store) == UndoResult(taken_off=12, gone=18)
    assert store.rows == {}


def test_import_records_hold_no_address_and_no_name() -> None:
    """Undoing needs only ids, versions and names of fields."""
    store = FakeUnitOfWork([known(ANNA)])
    load(LIST, store)
    assert all(isinstance(part, ImportPart) for part in store.imports.parts("first"))
    assert "Anna" not in repr(store.imports.parts_by_batch)
    assert "@" not in repr(store.imports.parts_by_batch)


def test_the_progress_of_undoing_is_reported() -> None:
    """It is reported for each part, up to all people of the import."""
    store, progress = FakeUnitOfWork(), list[int]()
    load("email\n" + "".join(f"p{number}@example.org\n" for number in range(250)), store)
    [imported] = store.imports.all(now=NOW)
    found = undo(imported, subscribers=store, imports=store.imports, now=NOW, dry=True)
    undo(imported, subscribers=store, imports=store.imports, now=NOW, progress=progress.append)
    assert (found.people, progress) == (250, [100, 200, 250])
