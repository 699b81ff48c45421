"""The sample files, and the local stack into which their items are put and from which items are read back."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from convener.formats import FIELD
from local.stack import LocalStack

HERE = Path(__file__).parent
COMMITS = ("99fd36c", "16a802e", "b3e0fc9", "2420127", "4613267", "2026-12-01", "2026-12-01b")
"""The folders of samples, by the commit that wrote them, oldest first. A folder is added here, none is taken out."""
OPEN = "2026-12-01b"
"""The newest folder, to which samples are added until the release. The others are closed: `SHA256SUMS` lists them."""
KEYS = json.loads((HERE / "keys.json").read_text("utf-8"))
"""The secrets with which all samples are made."""

TABLES: Mapping[str, tuple[str, str]] = {
    "Sessions": ("part", "id"),
    "Subscribers": ("shard", "id"),
    "Ledger": ("campaign", "item"),
    "Consents": ("subscriber", "at"),
    "Requests": ("part", "item"),
}
"""Every table with its keys. The samples of its items are in the file of its name."""

Sample = dict[str, Any]
Items = list[dict[str, Any]]
"""Items in DynamoDB's own JSON, as the AWS command line shows them; bytes are base64."""

CHANCE = {
    r'("writer": \{"S": ")[0-9a-f]{32}': r"\1<writer>",
    r"(\+00:00#)[0-9a-f]{8}": r"\1<mark>",
    r"(\d{6}Z-)[0-9a-f]{12}": r"\1<history>",
    r"010b[0-9a-f]{12}-[0-9a-f-]{36}-\d{6}": "<message id>",
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}": "<object version>",
}
"""What chance or a clock of moto makes. It differs from run to run and means nothing."""

_plain = TypeDeserializer()


def read(commit: str, name: str) -> Any:
    """One JSON file of samples. A folder need not have every file: a later one holds only what has changed."""
    path = HERE / commit / name
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def samples(name: str, part: str = "samples") -> list[tuple[str, Sample]]:
    """The samples of one file in every folder, each with its commit."""
    return [(commit, sample) for commit in COMMITS for sample in read(commit, name).get(part, [])]


def editions() -> list[tuple[str, Sample]]:
    """Every edition, by its mailing."""
    files = [(commit, path) for commit in COMMITS for path in sorted((HERE / commit / "editions").glob("*.json"))]
    return [(commit, {"name": path.stem, **read(commit, f"editions/{path.name}")}) for commit, path in files]


def items() -> list[tuple[str, Sample]]:
    """Every sample of items. `table` is added from the file's name."""
    return [
        (commit, {**sample, "table": table}) for table in TABLES for commit, sample in samples(f"{table.lower()}.json")
    ]


def plain(item: Mapping[str, Any]) -> dict[str, Any]:
    """An item's values as Python has them."""
    return {name: _plain.deserialize(from_json(value)) for name, value in item.items()}


def from_json(value: Any) -> Any:
    """A value as boto3 wants it: bytes instead of base64."""
    return {"B": base64.b64decode(value["B"])} if set(value) == {"B"} else value


def to_json(value: Any) -> Any:
    """A value of boto3's as JSON has it. A set is in order: DynamoDB keeps none."""
    ((kind, inner),) = value.items()
    if kind == "B":
        return {"B": base64.b64encode(inner).decode()}
    return {kind: sorted(inner)} if kind in ("SS", "NS", "BS") else value


def tidy(values: Any) -> Any:
    """The same without what chance makes."""
    text = json.dumps(values, ensure_ascii=False)
    for pattern, word in CHANCE.items():
        text = re.sub(pattern, word, text)
    return json.loads(text)


def unpacked(value: Any) -> Any:
    """The same with packed bytes as text: zlib may pack the same text in many ways."""
    if isinstance(value, dict):
        if set(value) == {"B"}:
            return {"B": zlib.decompress(base64.b64decode(value["B"])).decode()}
        return {name: unpacked(inner) for name, inner in value.items()}
    return [unpacked(inner) for inner in value] if isinstance(value, list) else value


class Tables:
    """The tables of a local stack, as items. A table is only scanned if something was written since `put`."""

    def __init__(self, stack: LocalStack) -> None:
        self._stack, self._names = stack, {table: stack.outputs[f"{table}Table"] for table in TABLES}
        self._put: dict[str, Items] = {}
        self._changed = set(TABLES)
        stack.session.events.register("before-parameter-build.dynamodb", self._note)
        self._dynamodb = stack.session.client("dynamodb")  # a client has the listeners that its session had before it

    def _note(self, params: Mapping[str, Any], model: Any, **_: Any) -> None:
        """Remember which tables a request may write to."""
        if model.name not in ("GetItem", "BatchGetItem", "Query", "Scan"):
            request = str(params)
            self._changed |= {table for table, name in self._names.items() if name in request}

    def put(self, items: Mapping[str, Items]) -> None:
        """Empty all tables, and put items, by their table, into them as they are."""
        self._stack.empty_tables(*(f"{table}Table" for table in TABLES))
        for table, some in items.items():
            puts: list[Any] = [
                {"PutRequest": {"Item": {name: from_json(value) for name, value in item.items()}}} for item in some
            ]
            for start in range(0, len(puts), 25):
                self._dynamodb.batch_write_item(RequestItems={self._names[table]: puts[start : start + 25]})
        self._put, self._changed = dict(items), set()

    def items(self, table: str) -> Items:
        """Every item of a table, in an order that depends on nothing but the items."""
        if table not in self._changed:
            return in_order(self._put.get(table, []))
        found = self._dynamodb.scan(TableName=self._names[table])["Items"]
        return in_order({name: to_json(value) for name, value in item.items()} for item in found)


def with_number(item: Mapping[str, Any]) -> dict[str, Any]:
    """An item with the number of its format, which is 1 where the item has none."""
    return {FIELD: {"N": "1"}, **item}


def message_with_number(body: str) -> dict[str, Any]:
    """What a message says, with the number of its format."""
    return {FIELD: 1, **json.loads(body)}


def in_order(items: Iterable[Mapping[str, Any]]) -> Items:
    """Items and their attributes, sorted."""
    return sorted((dict(sorted(item.items())) for item in items), key=lambda item: json.dumps(item, sort_keys=True))


def newest(known: Iterable[tuple[str, Sample]]) -> dict[str, tuple[str, Sample]]:
    """By name, the last sample with its commit: a later folder may have a sample of the same name."""
    return {sample["name"]: (commit, sample) for commit, sample in known}


def edition_object(sample: Sample) -> tuple[str, str]:
    """Key and text of an edition in its bucket. The sample holds it indented, so that people can read it."""
    return sample["key"], json.dumps(sample["object"], sort_keys=True, ensure_ascii=False)


def shape(table: str, item: Mapping[str, Any]) -> tuple[str, ...]:
    """What kind of item that is: its table, the constant part of its keys, and its attributes with their types."""
    keys = tuple(CONSTANT.match(str(item[key].get("S")))[0] for key in TABLES[table])  # type: ignore[index]
    named = {HOUR.sub("h<hour>", name): next(iter(value)) for name, value in item.items() if name != FIELD}
    attributes = (f"{name}:{kind}" for name, kind in named.items())
    return (table, *keys, *sorted(set(attributes)))


CONSTANT = re.compile(r"(?:(?:session|history|upload|campaigns|control|series|pacing)$|[a-z]+(?=/[0-9a-f])/|[a-z]+#)?")
"""What of a key is the same for every item of its kind."""
HOUR = re.compile(r"h\d+$")
