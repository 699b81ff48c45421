"""Items and objects that earlier code stored: the current code reads them, and writes them again as they were."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

import pytest

from convener.formats import FIELD
from convener.formats import NEWEST as NEWEST_FORMATS
from local.stack import LocalStack
from tests.formats.current_code.items import FORMATS
from tests.formats.current_code.sessions import report_objects
from tests.formats.current_code.stores import Stores
from tests.formats.current_code.strings import read_edition
from tests.formats.handlers import Stage, normalised, stage
from tests.formats.samples import (
    COMMITS,
    Sample,
    edition_object,
    editions,
    in_order,
    items,
    newest,
    plain,
    samples,
    shape,
    tidy,
    with_number,
)

pytestmark = pytest.mark.moto

ITEMS, EDITIONS = items(), editions()
REPORTS = [(commit, sample) for commit, sample in ITEMS if "reports" in sample]
SCENES = newest(samples("handlers.json"))
NEWEST = newest(ITEMS)
"""By name, the sample that the last commit wrote: only this one is written again."""


def names(known: list[tuple[str, Sample]]) -> list[str]:
    return [f"{commit}-{sample['name']}" for commit, sample in known]


@pytest.fixture(scope="module")
def played(stack: LocalStack) -> Iterator[Stage]:
    """The local stack with the samples' keys and editions."""
    with stage(stack, dict(edition_object(sample) for _, sample in EDITIONS)) as made:
        yield made


@pytest.fixture(scope="module")
def stores(played: Stage) -> Stores:
    """Its stores, as the current code builds them."""
    return Stores(played.stack)


@pytest.mark.parametrize(("commit", "sample"), ITEMS, ids=names(ITEMS))
def test_an_item_is_read_as_it_was_meant_and_written_as_it_was(
    commit: str, sample: Sample, played: Stage, stores: Stores
) -> None:
    """Every attribute of every item, but for the mark of the write."""
    tables, known, given = played.tables, FORMATS[sample["format"]], sample.get("given", {})
    tables.put({known.table: sample["items"]})
    value, facts = known.read(stores, [plain(item) for item in sample["items"]], given)
    assert facts == sample["reads"]
    if "only_read" in sample or NEWEST[sample["name"]] != (commit, sample):
        return
    tables.put({})
    known.write(stores, value, given)
    written = tables.items(known.table)
    assert tidy(written) == tidy(in_order(map(with_number, sample["items"])))


@pytest.mark.parametrize(("commit", "sample"), REPORTS, ids=names(REPORTS))
def test_a_report_that_was_kept_gives_the_same_objects(
    commit: str, sample: Sample, played: Stage, stores: Stores
) -> None:
    """The text for the editor and the JSON for programs, byte for byte, under the same keys."""
    played.tables.put({"Sessions": sample["items"]})
    made = report_objects(stores, sample["items"][0]["id"]["S"])
    assert NEWEST[sample["name"]] != (commit, sample) or made == sample["reports"]


@pytest.mark.parametrize(("commit", "sample"), EDITIONS, ids=names(EDITIONS))
def test_an_edition_is_found_under_its_digest_and_is_the_same_bytes(
    commit: str, sample: Sample, played: Stage, stores: Stores
) -> None:
    """What deliver reads of it, and what the current code would put into the bucket for it."""
    key, body = edition_object(sample)
    edition, facts = read_edition(body)
    assert facts == sample["reads"]
    digest = hashlib.sha256(body.encode()).hexdigest()
    assert key == f"editions/{digest}.json"
    assert stores.editions.get(digest) == edition
    if newest(EDITIONS)[sample["name"]] != (commit, sample):
        return
    s3, bucket = played.stack.session.client("s3"), played.stack.outputs["EditionsBucket"]
    s3.delete_object(Bucket=bucket, Key=key)
    assert stores.editions.put(edition) == digest
    found = s3.get_object(Bucket=bucket, Key=key)
    assert (found["Body"].read().decode(), found["ContentType"]) == (body, "application/json")
    assert found["Metadata"] == {FIELD: str(NEWEST_FORMATS["edition"])}


@pytest.mark.parametrize("name", SCENES)
def test_a_function_goes_on_with_what_was_stored(name: str, played: Stage) -> None:
    """A message, a link or a file of then, with the items of then: the same items, messages, mails and objects come."""
    commit, scene = SCENES[name]
    until = COMMITS.index(commit) + 1
    known = {sample["name"]: sample for earlier, sample in ITEMS if earlier in COMMITS[:until]}
    assert played.play(scene, known) == normalised(scene["comes"])


def test_no_function_writes_an_item_that_has_no_sample() -> None:
    """Each item that the scenes come to has the attributes, and their types, of an item in a sample."""
    known = {shape(sample["table"], item) for _, sample in ITEMS for item in sample["items"]}
    written = {
        shape(table, item): name
        for name, (_, scene) in SCENES.items()
        for table, some in scene["comes"].get("written", {}).items()
        for item in some
    }
    assert {one: name for one, name in written.items() if one not in known} == {}


def test_what_is_compared_is_all_of_it() -> None:
    """A comparison that leaves everything out would pass for ever: only chance is taken out."""
    text = json.dumps([sample["items"] for _, sample in ITEMS])
    assert len(json.dumps(tidy(json.loads(text)))) > 0.95 * len(text)
