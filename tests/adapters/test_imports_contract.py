"""The notes of imports: the same of the fake and of DynamoDB. And SES's suppression list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from convener.aws.imports import DynamoImports
from convener.aws.suppression import SesSuppression
from convener.errors import Conflict
from convener.intake.subscribers.import_records import UNDOABLE, FilledFields, ImportPart, ImportRecord
from convener.subscribers.consent import ConsentEntry, ConsentEvent
from convener.subscribers.models import SubscriberStatus
from convener.subscribers.unit_of_work import RowChange, Transaction
from local.stack import LocalStack
from tests.support.fake_imports import FakeImportStore
from tests.support.lost_answers import lost_answers
from tests.support.people import subscriber

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
FIRST = ImportRecord(batch="2026-11-23-aaaaaa", at=NOW, source="a sheet", file="people.csv")
ROWS = [subscriber(number, batch=FIRST.batch) for number in (1, 2)]


def entry(row: int) -> ConsentEntry:
    return ConsentEntry(subscriber=ROWS[row].id, at=NOW, what=ConsentEvent.UNDONE, by="import")


def of_aws(stack: LocalStack) -> DynamoImports:
    tables = {name: stack.outputs[f"{name.title()}Table"] for name in ("subscribers", "consents", "requests")}
    return DynamoImports(stack.session.client("dynamodb"), **tables)


@pytest.fixture(params=["fake", "moto"])
def imports(request: pytest.FixtureRequest, empty_tables: Callable[[], None]) -> Any:
    """Two rows of one import, fake or real."""
    store: Any = FakeImportStore()
    if request.param == "moto":
        empty_tables()
        store = of_aws(request.getfixturevalue("stack"))
    store.commit(Transaction(changes=[RowChange(row=row, expected=None) for row in ROWS]))
    return store


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


def test_rows_are_taken_back_together_with_their_entries(imports: Any) -> None:
    """Both rows are gone; a second time it is refused."""
    imports.take_back(ROWS, [entry(0), entry(1)])
    assert imports.get(ids=[row.id for row in ROWS]) == {}
    with pytest.raises(Conflict):
        imports.take_back(ROWS, [entry(0), entry(1)])


@pytest.mark.parametrize(
    "change",
    [{"version": 1}, {"status": SubscriberStatus.LEFT}, {"batch": "another"}],
    ids=["version", "standing", "batch"],
)
def test_a_row_that_is_otherwise_keeps_all_of_them(imports: Any, change: dict[str, Any]) -> None:
    """One that was touched since, or is another import's, stays, and so do the others of the transaction."""
    touched = replace(ROWS[1], **{**change, "version": 2})
    imports.commit(Transaction(changes=[RowChange(row=touched, expected=1)]))
    seen = replace(ROWS[1], version=1 if change == {"version": 1} else 2)
    with pytest.raises(Conflict):
        imports.take_back([ROWS[0], seen], [entry(0)])
    assert set(imports.get(ids=[row.id for row in ROWS])) == {row.id for row in ROWS}


def test_a_lost_answer_is_no_failure(stack: LocalStack, empty_tables: Callable[[], None]) -> None:
    """boto3 repeats the transaction, which finds its own mark in the record."""
    empty_tables()
    store = of_aws(stack)
    store.commit(Transaction(changes=[RowChange(row=row, expected=None) for row in ROWS]))
    with lost_answers(store._client, "TransactWriteItems"):
        store.take_back(ROWS, [entry(0), entry(1)])
    assert store.get(ids=[row.id for row in ROWS]) == {}


def test_what_expires_says_when(stack: LocalStack, empty_tables: Callable[[], None]) -> None:
    """Header and parts bear the table's TTL attribute: seven days after the import."""
    empty_tables()
    store = of_aws(stack)
    store.begin(FIRST)
    store.add_part(FIRST, 1, ImportPart(added=(ROWS[0].id,)))
    items = stack.session.client("dynamodb").scan(TableName=stack.outputs["RequestsTable"])["Items"]
    assert {item["expires"]["N"] for item in items} == {str(int((NOW + UNDOABLE).timestamp()))}
    assert len(items) == 2


def test_an_address_is_taken_off_the_suppression_list(stack: LocalStack) -> None:
    """Once; that it is not on it is no failure."""
    sesv2 = stack.session.client("sesv2")
    sesv2.put_suppressed_destination(EmailAddress="anna@example.org", Reason="BOUNCE")
    assert SesSuppression(sesv2).lift("anna@example.org")
    assert not SesSuppression(sesv2).lift("anna@example.org")
