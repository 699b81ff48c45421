"""What holds data in `template.yaml`: its keys, what is kept and restorable, and what is forgotten by itself."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from convener.aws.requests import expiring
from tests.support.sam_template import SAM

# What a stack may lose: the tick queues work again, and logs are for a while anyway.
KEPT = {
    "AWS::DynamoDB::Table": "Retain",  # deletion protection would make the rollback of a failed creation fail
    "AWS::S3::Bucket": "RetainExceptOnCreate",
    "AWS::SecretsManager::Secret": "RetainExceptOnCreate",
}

# What passes within a week holds addresses of people who never confirmed: it goes with the stack, and has no backups.
PASSING = {"RequestsTable": "Delete"}


@pytest.mark.parametrize(
    ("table", "keys", "index"),
    [
        ("SessionsTable", ["part", "id"], None),
        ("SubscribersTable", ["shard", "id"], None),
        ("LedgerTable", ["campaign", "item"], ["unfinished", "campaign"]),
        ("ConsentsTable", ["subscriber", "at"], None),
        ("RequestsTable", ["part", "item"], None),
    ],
)
def test_tables_have_the_designs_keys(table: str, keys: list[str], index: list[str] | None) -> None:
    """Keys can't change later without moving all data: they are pinned here too."""
    found = SAM.of_type("AWS::DynamoDB::Table")[table]
    assert [key["AttributeName"] for key in found["KeySchema"]] == keys
    indexes = {i["IndexName"]: i for i in found.get("GlobalSecondaryIndexes", [])}
    assert list(indexes) == ([index[0]] if index else [])
    for one in indexes.values():
        assert [key["AttributeName"] for key in one["KeySchema"]] == index
        assert one["Projection"] == {"ProjectionType": "KEYS_ONLY"}


def test_tables_are_protected() -> None:
    """On demand and encrypted; what is kept can be restored to any second, and isn't deleted by mistake."""
    for name, table in SAM.of_type("AWS::DynamoDB::Table").items():
        assert table["BillingMode"] == "PAY_PER_REQUEST"
        assert table["SSESpecification"]["SSEEnabled"] is True
        kept = name not in PASSING
        assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is kept
        assert table["DeletionProtectionEnabled"] is kept


def test_what_passes_is_forgotten_by_itself() -> None:
    """The table without backups is the one whose items expire, by the attribute that they are written with."""
    tables = SAM.of_type("AWS::DynamoDB::Table")
    assert {name for name, table in tables.items() if "TimeToLiveSpecification" in table} == set(PASSING)
    (attribute,) = {tables[name]["TimeToLiveSpecification"]["AttributeName"] for name in PASSING}
    assert attribute in expiring("request", "request/1", "request", until=datetime(2026, 11, 23, tzinfo=UTC))


@pytest.mark.parametrize("kind", KEPT)
def test_what_holds_data_is_kept(kind: str) -> None:
    """Neither deleting the stack nor a change that replaces a resource takes people's data or the keys along."""
    for name in SAM.of_type(kind):
        wanted = (PASSING[name], PASSING[name]) if name in PASSING else (KEPT[kind], "Retain")
        assert (SAM.resources[name]["DeletionPolicy"], SAM.resources[name]["UpdateReplacePolicy"]) == wanted
