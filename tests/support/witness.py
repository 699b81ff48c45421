"""Who asks what of AWS, and whether their roles allow it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from convener import wiring
from local.rehearsal.pump import Pump
from local.stack.template import referred
from tests.support.people import SERIES_FOLDER
from tests.support.sam_template import listed, statements

PREFIX = {"sesv2": "ses"}
ACTIONS = {"sqs:SendMessageBatch": "sqs:SendMessage"}  # IAM knows the one for both


class Witness(Pump):
    """A pump that writes down who asked what of which table, bucket or queue."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.who = ""
        self.asked: set[tuple[str, str, str]] = set()
        self.stack.session.events.register("provide-client-params.*.*", self._saw)

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        """Each function in surroundings of its own, as in AWS: none lives on what another one read."""
        surroundings = wiring.Container(
            environment=self.stack.environment,
            session=lambda: self.stack.session,
            clock=lambda _: self.clock,
            series_folder=SERIES_FOLDER,
        )
        self.who = function
        with wiring.using(surroundings):
            answer = super().invoke(function, event)
        self.who = ""
        return answer

    def told(self) -> set[tuple[str, str, str]]:
        """Which function asked what of which resource, by its logical id; empty where it is of none of ours."""
        names = {value: name.removesuffix("Url") for name, value in self.stack.outputs.items()}
        return {(who, action, names.get(resource, "")) for who, action, resource in self.asked if who}

    def _saw(self, params: Mapping[str, Any], model: Any, **_: Any) -> None:
        service = model.service_model.service_name
        action = f"{PREFIX.get(service, service)}:{model.name}"
        for call, resource in parts(ACTIONS.get(action, action), params):
            self.asked.add((self.who, call, resource))


def parts(action: str, params: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What a request asks of which resources. A transaction needs the actions of its parts."""
    for write in params.get("TransactItems", ()):
        ((kind, own),) = write.items()
        yield f"dynamodb:{kind}Item", own["TableName"]
    for table in params.get("RequestItems", ()):
        yield action, table
    if not {"TransactItems", "RequestItems"} & set(params):
        yield action, str(params.get("TableName") or params.get("Bucket") or params.get("QueueUrl") or "")


def granted(function: str) -> set[tuple[str, str]]:
    """Action and resource of each statement of the function's role."""
    return {
        (action, referred(resource) or "")
        for role, own in statements()
        if role == f"{function.capitalize()}Role" and own["Effect"] == "Allow"
        for action in listed(own["Action"])
        for resource in listed(own["Resource"])
    }


def refused(asked: Iterable[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """What was asked and is not allowed."""
    return [
        (who, action, resource)
        for who, action, resource in sorted(asked)
        if not any(own == action and resource in (name, "") for own, name in granted(who))
    ]
