"""What `template.yaml` says, with its short tags (`!Ref`) read as plain JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from cfn_flip import load

TEMPLATE = Path(__file__).parents[2] / "template.yaml"


@dataclass(frozen=True, kw_only=True)
class Function:
    """One Lambda function. `queue` is the logical id of the queue that feeds it; the environment is unresolved."""

    logical_id: str
    handler: str
    timeout: int
    environment: Mapping[str, Any]
    queue: str | None
    batch_size: int

    @property
    def name(self) -> str:
        """Its file in `functions/`, which is also its name in `settings.FUNCTIONS`."""
        return self.handler.partition(".")[0]


@lru_cache(maxsize=2)
def _read(text: str) -> dict[str, Any]:
    """Reading takes a third of a second, and tests make a hundred stacks. Nobody changes what they are given."""
    document, _ = load(text)
    return dict(document)


class Template:
    """A SAM template, read once."""

    def __init__(self, path: Path = TEMPLATE) -> None:
        self.path = path
        document = _read(path.read_text(encoding="utf-8"))
        self.parameters: dict[str, Any] = document["Parameters"]
        self.globals: dict[str, Any] = document["Globals"]["Function"]
        self.resources: dict[str, dict[str, Any]] = document["Resources"]
        self.outputs: dict[str, Any] = document["Outputs"]
        self.conditions: dict[str, Any] = document.get("Conditions", {})
        self.metadata: dict[str, Any] = document.get("Metadata", {})

    def of_type(self, kind: str) -> dict[str, dict[str, Any]]:
        """The properties of every resource whose type is `kind`, or begins with it where it ends in `::`."""
        return {
            name: resource.get("Properties", {})
            for name, resource in self.resources.items()
            if resource["Type"] == kind or (kind.endswith("::") and resource["Type"].startswith(kind))
        }

    def functions(self) -> dict[str, Function]:
        """Every function by its name, globals merged in as SAM does."""
        found = [self._function(*item) for item in self.of_type("AWS::Serverless::Function").items()]
        return {function.name: function for function in found}

    def _function(self, logical_id: str, properties: Mapping[str, Any]) -> Function:
        shared = self.globals.get("Environment", {}).get("Variables", {})
        own = properties.get("Environment", {}).get("Variables", {})
        source = next((e["Properties"] for e in properties.get("Events", {}).values() if e["Type"] == "SQS"), None)
        return Function(
            logical_id=logical_id,
            handler=properties["Handler"],
            timeout=properties.get("Timeout", self.globals.get("Timeout", 3)),
            environment={**shared, **own},
            queue=referred(source["Queue"]) if source else None,
            batch_size=source.get("BatchSize", 10) if source else 1,
        )


def referred(value: Any) -> str | None:
    """The logical id that a `!Ref`, a `!GetAtt`, or the first `${…}` of a `!Sub` names."""
    match value:
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), *_]}:
            return name
        case {"Fn::Sub": str(text)} if "${" in text:
            return text.partition("${")[2].partition("}")[0].partition(".")[0]
    return None


def references(value: Any) -> set[str]:
    """Every name that a `!Ref`, `!GetAtt` or `!Sub` inside `value` needs, pseudo parameters left out."""
    match value:
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), *_]}:
            return set() if name.startswith("AWS::") else {name}
        case {"Fn::Sub": str(text)}:
            return set(re.findall(r"\$\{([A-Za-z0-9]+)(?:\.[A-Za-z0-9.]+)?}", text))
        case {"Fn::Sub": [str(text), dict(own)]}:
            return (references({"Fn::Sub": text}) - set(own)) | references(list(own.values()))
        case dict():
            return references(list(value.values()))
        case list():
            return {name for part in value for name in references(part)}
    return set()


def replaced(value: Any, known: Mapping[str, str]) -> Any:
    """`value` with every `!Ref` to a name in `known` replaced by what is known of it."""
    match value:
        case {"Ref": str(name)} if name in known:
            return known[name]
        case dict():
            return {key: replaced(part, known) for key, part in value.items()}
        case list():
            return [replaced(part, known) for part in value]
    return value
