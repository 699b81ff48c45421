"""Run in the tree of an earlier release, by `tests/upgrade/`: reads samples of today by that release's own code.

Prints what it could not read, or read otherwise, as JSON. Facts that the earlier release does not know are left out.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from local.stack import LocalStack
from tests.formats.current_code import strings
from tests.formats.current_code.items import FORMATS
from tests.formats.current_code.stores import Stores
from tests.formats.samples import TABLES, Tables, plain


def differences(facts: dict[str, Any], wanted: dict[str, Any]) -> list[str]:
    """The facts that both releases know, and that are not the same."""
    return [f"{name} is {facts[name]}" for name in facts if name in wanted and facts[name] != wanted[name]]


def unread(folder: Path) -> dict[str, Any]:
    """Why samples are not read as they were meant, by their name; and the number of samples that were read."""
    wrong: dict[str, Any] = {}
    seen = 0
    with LocalStack(sender_address="conversation@mail.kindness.example", public_base_url="https://c.example") as stack:
        tables, stores = Tables(stack), Stores(stack)
        for table in TABLES:
            for sample in _samples(folder / f"{table.lower()}.json"):
                if sample["format"] not in FORMATS:
                    continue
                seen += 1
                tables.put({table: sample["items"]})
                try:
                    items = list(map(plain, sample["items"]))
                    _, facts = FORMATS[sample["format"]].read(stores, items, sample.get("given", {}))
                except Exception as error:  # noqa: BLE001 - whatever it is, the sample was not read
                    wrong[sample["name"]] = f"{type(error).__name__}: {error}"
                    continue
                if found := differences(facts, sample["reads"]):
                    wrong[sample["name"]] = found
    for sample in _samples(folder / "messages.json"):
        seen += 1
        try:
            facts = strings.read_message(sample["body"])
        except Exception as error:  # noqa: BLE001
            wrong[sample["name"]] = f"{type(error).__name__}: {error}"
            continue
        if found := differences(facts, sample["reads"]):
            wrong[sample["name"]] = found
    return {"seen": seen, "wrong": wrong}


def _samples(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    found: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["samples"]
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(unread(Path(sys.argv[1]))) + "\n")
