"""The records of imports and the removal of rows, in the fake and in DynamoDB. And SES's suppression list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from convener.aws.imports import DynamoImportStore
from convener.aws.suppression import SesSuppression
from convener.aws.unit_of_work import DynamoUnitOfWork
from convener.errors import Conflict
from convener.intake.subscribers.import_records import UNDOABLE, FilledFields, ImportPart, ImportRecord
from convener.subscribers.consent import ConsentEntry, ConsentEvent
from convener.subscribers.models import Subscriber, SubscriberStatus
from convener.subscribers.unit_of_work import RowChange, Transaction
from local.stack import LocalStack
from tests.support.fake_unit_of_work import FakeUnitOfWork
from tests.support.lost_answers import lost_answers
from tests.support.people import subscriber

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
FIRST = ImportRecord(batch="2026-11-23-aaaaaa", at=NOW, source="a sheet", file="people.csv")
ROWS = [subscriber(number, batch=FIRST.batch) for number in (1, 2)]


def entry(row: Subscriber) -> ConsentEntry:
    return ConsentEntry(subscriber=row.id, at=NOW, what=ConsentEvent.UNDONE, by="import")


def undone(*rows: Subscriber) -> Transaction:
    """Return the transaction that takes rows off the list again."""
    return Transaction(removals=rows, consents=[entry(row) for row in rows])


@dataclass(frozen=True)
class Stores:
    """The list, and the records of its imports."""

    rows: Any
    imports: Any


def of_aws(stack: LocalStack) -> Stores:
    """Return empty stores in DynamoDB."""
    client = stack.session.client("dynamodb")
    tables = {name: stack.outputs[f"{name.title()}Table"] for name in ("subscribers", "consents", "requests")}
    return Stores(DynamoUnitOfWork(client, **tables), DynamoImportStore(client, tables["requests"]))


@pytest.fixture(params=["fake", "moto"])
def stores(request: pytest.FixtureRequest, empty_tables: Callable[[], None]) -> Stores:
    """Return stores with two rows of one import, in memory or in DynamoDB."""
    fake = FakeUnitOfWork()
    stores = Stores(fake, fake.imports)
    if request.param == "moto":
        empty_tables()
        stores = of_aws(request.getfixturevalue("stack"))
    stores.rows.commit(Transaction(changes=[RowChange(row=row, expected=None) for row in ROWS]))
    return stores


@pytest.fixture
def imports(stores: Stores) -> Any:
    """Return the records of imports."""
    return stores.imports


@pytest.fixture
def rows(stores: Stores) -> Any:
    """Return the list."""
    return stores.rows


def test_imports_are_found_while_they_can_be_undone(imports: Any) -> None:
    """Newest first, as they were last written; not a moment longer."""
    later = replace(FIRST, batch="2026-11-23-bbbbbb", at=NOW + timedelta(hours=1), file="")
    imports.begin(FIRST)
    imports.begin(later)
    done = replace(FIRST, added=2, filled=0, undone_at=NOW)
    imports.begin(done)
    assert list(imports.all(now=NOW)) == [later, done]
    assert list(imports.all(now=NOW + UNDOABLE)) == [later]


def test_parts_come_back_in_order(imports: Any) -> None:
    """Each as it was written, also the tenth after the ninth, and those of no other import."""
    parts = [
        ImportPart(added=(ROWS[0].id,)),
        *[ImportPart(filled={ROWS[1].id: FilledFields(version=3, fields=("zone",))})] * 11,
    ]
    for number, part in enumerate(parts, start=1):
        imports.add_part(FIRST, number, part)
    assert list(imports.parts(FIRST.batch)) == parts
    assert list(imports.parts("2026-11-23-cccccc")) == []


def test_rows_are_removed_together_with_their_entries(rows: Any) -> None:
    """Both rows are gone, and a second removal is refused."""
    rows.commit(undone(*ROWS))
    assert rows.get(ids=[row.id for row in ROWS]) == {}
    with pytest.raises(Conflict):
        rows.commit(undone(*ROWS))


@pytest.mark.parametrize(
    "change",
    [{"version": 1}, {"status": SubscriberStatus.LEFT}, {"batch": "another"}],
    ids=["version", "standing", "batch"],
)
def test_a_row_that_differs_keeps_all_rows(rows: Any, change: dict[str, Any]) -> None:
    """A row that changed since, or that another import added, stays; so do the other rows of the transaction."""
    touched = replace(ROWS[1], **{**change, "version": 2})
    rows.commit(Transaction(changes=[RowChange(row=touched, expected=1)]))
    seen = replace(ROWS[1], version=1 if change == {"version": 1} else 2)
    with pytest.raises(Conflict):
        rows.commit(Transaction(removals=[ROWS[0], seen], consents=[entry(ROWS[0])]))
    assert set(rows.get(ids=[row.id for row in ROWS])) == {row.id for row in ROWS}


def test_a_lost_answer_is_no_failure(stack: LocalStack, empty_tables: Callable[[], None]) -> None:
    """boto3 repeats the transaction, which finds its own mark in the consent record."""
    empty_tables()
    rows = of_aws(stack).rows
    rows.commit(Transaction(changes=[RowChange(row=row, expected=None) for row in ROWS]))
    with lost_answers(rows._client, "TransactWriteItems"):
        rows.commit(undone(*ROWS))
    assert rows.get(ids=[row.id for row in ROWS]) == {}


def test_what_expires_says_when(stack: LocalStack, empty_tables: Callable[[], None]) -> None:
    """The record and its parts have the table's TTL attribute: seven days after the import."""
    empty_tables()
    store = of_aws(stack).imports
    store.begin(FIRST)
    store.add_part(FIRST, 1, ImportPart(added=(ROWS[0].id,)))
    items = stack.session.client("dynamodb").scan(TableName=stack.outputs["RequestsTable"])["Items"]
    assert {item["expires"]["N"] for item in items} == {str(int((NOW + UNDOABLE).timestamp()))}
    assert len(items) == 2


def test_an_address_is_taken_off_the_suppression_list(stack: LocalStack) -> None:
    """Once; that it is not on it is no failure."""
    sesv2 = stack.session.client("sesv2")
    sesv2.put_suppressed_destination(EmailAddress="anna@example.org", Reason="BOUNCE")
    sesv2.put_suppressed_destination(EmailAddress="ben@example.org", Reason="COMPLAINT")
    own = SesSuppression(sesv2)
    assert [own.reason(f"{name}@example.org") for name in ("anna", "ben", "cleo")] == ["BOUNCE", "COMPLAINT", ""]
    assert SesSuppression(sesv2).lift("anna@example.org")
    assert own.reason("anna@example.org") == ""
    assert not SesSuppression(sesv2).lift("anna@example.org")
