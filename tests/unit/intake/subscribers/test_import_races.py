"""Importing while others write, and the progress of an import."""

from __future__ import annotations

from dataclasses import replace

from convener.errors import Conflict
from convener.intake.subscribers.importing import import_list
from convener.intake.subscribers.lines import LineOutcome
from convener.intake.subscribers.reading import read_people
from convener.intake.subscribers.sorting import GROUP_LINES
from convener.subscribers.identity import subscriber_id
from convener.subscribers.models import Subscriber, SubscriberStatus
from convener.subscribers.unit_of_work import Transaction
from tests.support.fake_unit_of_work import FakeUnitOfWork
from tests.support.lists import KEY, NOW, import_request, load

ANNA = Subscriber(
    id=subscriber_id("anna@example.org", key=KEY),
    address="Anna@example.org",
    status=SubscriberStatus.CONFIRMED,
    confirmed_at=NOW,
    version=3,
)


class Raced(FakeUnitOfWork):
    """A store in which the person leaves, or the row keeps changing, between reading and writing."""

    def __init__(self, row: Subscriber, *, leaves: bool) -> None:
        super().__init__([row] if leaves else [])
        self.row, self.leaves = row, leaves

    def commit(self, transaction: Transaction) -> None:
        """Let the person leave before the write, or refuse every write of their row."""
        if not self.leaves and any(change.row.id == self.row.id for change in transaction.changes):
            raise Conflict("somebody else was first")
        for identity, left in self.rows.items():
            self.rows[identity] = replace(left, status=SubscriberStatus.LEFT, version=left.version + 1)
        super().commit(transaction)


def test_a_person_who_leaves_meanwhile_has_left() -> None:
    """After a refused condition the row is read again, and decided again."""
    store = Raced(ANNA, leaves=True)
    report = load("email,first_name\nanna@example.org,Anna", store)
    assert store.rows[ANNA.id].status is SubscriberStatus.LEFT
    assert report.counts == {LineOutcome.LEFT: 1}


def test_a_row_that_keeps_changing_affects_no_other_row() -> None:
    """After three attempts its line is reported, and the rows of the same transaction are written."""
    report = load("anna@example.org\nben@example.org\n", Raced(ANNA, leaves=False))
    busy = next(problem for problem in report.problems if problem.outcome is LineOutcome.BUSY)
    assert "Import the file again" in busy.reason
    assert report.counts == {LineOutcome.NEW: 1, LineOutcome.BUSY: 1}


def test_progress_is_counted_in_lines_of_the_file() -> None:
    """It is reported once for each group, up to the last line."""
    progress: list[int] = []
    people = read_people("".join(f"p{n}@example.org\n" for n in range(GROUP_LINES + 1)).encode())
    store = FakeUnitOfWork()
    import_list(
        people,
        store=store,
        imports=store.imports,
        key=KEY,
        request=import_request(),
        batch="x",
        progress=progress.append,
    )
    assert progress == [GROUP_LINES, people.lines]
