"""The number of each format: a higher one is told as newer, damage as damage, and nothing else is held up by either."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from convener.aws.uploads import S3Uploads
from convener.errors import BadInput
from convener.formats import FIELD, NEWEST
from convener.subscribers.models import Unreadable
from local.stack import LocalStack
from tests.formats.current_code import strings
from tests.formats.current_code.items import FORMATS
from tests.formats.current_code.stores import Stores
from tests.formats.samples import Sample, Tables, edition_object, editions, items, plain, samples

pytestmark = pytest.mark.moto

HIGHER = 99
ONLY_COUNTED = {"used", "visits", "asked"}
"""Kinds that are counted or looked for, and never read."""
OBJECTS_AND_MESSAGES = {"edition", "report", "work-message", "mail-request"}
BY_KIND = {sample["format"]: sample for _, sample in items()}
"""The last sample of each kind."""
DAMAGE: Mapping[str, Mapping[str, Any]] = {
    "session": {"session": None},
    "history": {"entry": {"S": "{"}},
    "upload": {"report": None},
    "subscriber": {"standing": {"S": "asleep"}},
    "fingerprint": {"value": None},
    "consent": {"what": {"S": "sang"}},
    "request": {"wish": {"S": "marry"}},
    "import": {"at": {"S": "lately"}},
    "import-part": {"filled": {"S": "all"}},
    "campaign": {"stage": {"S": "resting"}},
    "pause": {"since": {"S": "long"}},
    "cursor": {"count": {"S": "many"}},
    "chunk": {"entries": {"S": "Z1.0."}},
    "pacing": {"tat": {"S": "soon"}},
}
"""What is changed in an item of each kind, so that it can't be read. None takes an attribute away."""


@pytest.fixture(scope="module")
def tables(stack: LocalStack) -> Iterator[Tables]:
    """The tables of the local stack, empty afterwards."""
    made = Tables(stack)
    yield made
    made.put({})


@pytest.fixture(scope="module")
def stores(stack: LocalStack) -> Stores:
    """The stores of that stack."""
    return Stores(stack)


def test_every_stored_kind_has_a_number() -> None:
    """A new kind of item needs a number, samples, and a word on how it may be damaged."""
    assert set(NEWEST) == {*FORMATS, *OBJECTS_AND_MESSAGES}
    assert set(DAMAGE) == set(FORMATS) - ONLY_COUNTED
    assert all(number >= 1 for number in NEWEST.values())


def why_not(stores: Stores, sample: Sample, changed: list[dict[str, Any]]) -> str:
    """Why the items can't be read."""
    if sample["format"] == "session":
        assert stores.sessions.all() == []
        return " ".join(stores.sessions.unreadable.values())
    with pytest.raises(BadInput) as raised:
        FORMATS[sample["format"]].read(stores, list(map(plain, changed)), sample.get("given", {}))
    return str(raised.value)


@pytest.mark.parametrize("kind", DAMAGE)
def test_an_item_of_a_newer_version_is_told_as_newer(kind: str, tables: Tables, stores: Stores) -> None:
    """It stays as it is, and the message names both numbers."""
    sample = BY_KIND[kind]
    changed = [{**item, FIELD: {"N": str(HIGHER)}} for item in sample["items"]]
    tables.put({FORMATS[kind].table: changed})
    assert f"a newer version wrote it (format {HIGHER}; this version reads up to {NEWEST[kind]})" in why_not(
        stores, sample, changed
    )


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_damaged_item_is_told_as_damaged(kind: str, tables: Tables, stores: Stores) -> None:
    """Nobody looks for a newer version that never was."""
    sample = BY_KIND[kind]
    damage = DAMAGE[kind]
    changed = [
        {name: value for name, value in {**item, **damage}.items() if value is not None}
        if set(damage) <= set(item)
        else item
        for item in sample["items"]
    ]
    assert changed != sample["items"]
    tables.put({FORMATS[kind].table: changed})
    reason = why_not(stores, sample, changed)
    assert "newer" not in reason
    assert "can't be read" in reason


@pytest.mark.parametrize("number", ["1", "one", HIGHER])
def test_a_row_that_cannot_be_read_says_why(number: Any, tables: Tables, stores: Stores) -> None:
    """Fan-out goes on with the others; the export tells the operator."""
    item = BY_KIND["subscriber"]["items"][0]
    tables.put({"Subscribers": [{**item, FIELD: {"S": number} if number != HIGHER else {"N": str(number)}}]})
    (row,) = stores.subscribers.page(item["shard"]["S"], after="", limit=10)
    if number == "1":  # a number as text is a number
        assert not isinstance(row, Unreadable)
        return
    assert isinstance(row, Unreadable)
    assert ("newer" in row.reason, "damaged" in row.reason) == (number == HIGHER, number != HIGHER)


def test_an_edition_of_a_newer_version_is_told_as_newer(stack: LocalStack) -> None:
    """Its number is metadata of the object: the JSON is the same for the release before."""
    key, body = edition_object(editions()[-1][1])
    s3, bucket = stack.session.client("s3"), stack.outputs["EditionsBucket"]
    s3.put_object(Bucket=bucket, Key=key, Body=body.encode(), Metadata={FIELD: str(HIGHER)})
    with pytest.raises(BadInput, match="An edition can't be read: a newer version wrote it"):
        Stores(stack).editions.get(key.removeprefix("editions/").removesuffix(".json"))
    s3.delete_object(Bucket=bucket, Key=key)


def test_a_report_says_its_format_and_an_upload_has_none(stack: LocalStack) -> None:
    """What an editor drops under inbox/ is theirs."""
    s3, bucket = stack.session.client("s3"), stack.outputs["UploadsBucket"]
    uploads = S3Uploads(s3, bucket)
    found = {}
    for key in ("reports/may.yaml.json", "inbox/may.yaml"):
        uploads.put(key, b"{}", content_type="application/json")
        found[key] = s3.head_object(Bucket=bucket, Key=key)["Metadata"]
        s3.delete_object(Bucket=bucket, Key=key)
    assert found == {"reports/may.yaml.json": {FIELD: str(NEWEST["report"])}, "inbox/may.yaml": {}}


@pytest.mark.parametrize("message", [one for _, one in samples("messages.json")], ids=lambda one: one["name"])
def test_a_message_of_a_newer_version_is_told_as_newer(message: Sample) -> None:
    """It comes back, and then waits in the dead-letter queue for the newer version."""
    said = json.loads(message["body"])
    with pytest.raises(BadInput, match="a newer version wrote it"):
        strings.read_message(json.dumps({**said, FIELD: HIGHER}))
    with pytest.raises(BadInput) as raised:
        strings.read_message(json.dumps({**said, FIELD: "new"}))
    assert "newer" not in str(raised.value)
