"""`template.yaml`, read once for the tests that hold it to its promises."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from local.stack import Template

SAM = Template()
FUNCTIONS = SAM.functions()
QUEUES = SAM.of_type("AWS::SQS::Queue")


def listed(value: Any) -> list[Any]:
    """What IAM lets be one or several, as a list."""
    return value if isinstance(value, list) else [value]


def statements() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every statement of every policy, with the logical id that it belongs to."""
    for name, resource in SAM.resources.items():
        own = resource.get("Properties", {})
        policies = [policy["PolicyDocument"] for policy in own.get("Policies", [])]
        for document in [*policies, *listed(own.get("PolicyDocument") or [])]:
            yield from ((name, statement) for statement in document["Statement"])
