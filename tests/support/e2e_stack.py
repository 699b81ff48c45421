"""The deployed stack, as an operator, an editor and a reader meet it: by AWS's API, the command, and HTTP."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from http.client import HTTPSConnection
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import boto3

from convener.aws.ledger import DynamoLedger
from convener.aws.sessions import DynamoSessions
from convener.aws.subscribers import DynamoSubscribers
from tests.support.e2e_build import run, run_sam
from tests.support.e2e_emulator import REGION, ROOT, Emulator

NAME = "convener-e2e"
Found = TypeVar("Found")
PATIENCE = 120.0  # seconds until something that runs by itself must have happened


def wait_for(what: str, look: Callable[[], Found | None], *, patience: float = PATIENCE, pause: float = 0.5) -> Found:
    """What `look` gives once it gives something true. Raises TimeoutError, which names what did not come."""
    until = time.monotonic() + patience
    while not (found := look()):
        if time.monotonic() > until:
            raise TimeoutError(f"{what} did not come within {patience:.0f} s")
        time.sleep(pause)
    return found


@dataclass
class Timeline:
    """What happened, and when, in seconds since the beginning."""

    began: float = field(default_factory=time.monotonic)
    lines: list[str] = field(default_factory=list)

    def tell(self, text: str) -> None:
        """Add a line."""
        self.lines.append(f"{time.monotonic() - self.began:6.1f} s  {text}")


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """One stack on one emulator."""

    name: str
    emulator: Emulator
    timeline: Timeline
    recap_at: datetime

    def client(self, service: str) -> Any:
        """A client with MiniStack's root, as the person who deployed has."""
        session: Any = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION)
        return session.client(service, endpoint_url=self.emulator.url, verify=str(self.emulator.certificate))

    @cached_property
    def _description(self) -> Mapping[str, Any]:
        stack: Mapping[str, Any] = self.client("cloudformation").describe_stacks(StackName=self.name)["Stacks"][0]
        return stack

    @cached_property
    def status(self) -> str:
        """CREATE_COMPLETE, if all went well."""
        return str(self._description["StackStatus"])

    @cached_property
    def outputs(self) -> Mapping[str, str]:
        """By name."""
        return {one["OutputKey"]: one["OutputValue"] for one in self._description["Outputs"]}

    @cached_property
    def resources(self) -> Mapping[str, tuple[str, str]]:
        """Type and physical id, by logical id."""
        found = self.client("cloudformation").describe_stack_resources(StackName=self.name)["StackResources"]
        return {one["LogicalResourceId"]: (one["ResourceType"], one["PhysicalResourceId"]) for one in found}

    def named(self, logical_id: str) -> str:
        """A resource's physical id."""
        return self.resources[logical_id][1]

    @cached_property
    def ledger(self) -> DynamoLedger:
        """Its ledger."""
        return DynamoLedger(self.client("dynamodb"), self.outputs["LedgerTable"])

    @cached_property
    def sessions(self) -> DynamoSessions:
        """Its sessions."""
        return DynamoSessions(self.client("dynamodb"), self.outputs["SessionsTable"])

    @cached_property
    def subscribers(self) -> DynamoSubscribers:
        """Its people."""
        return DynamoSubscribers(self.client("dynamodb"), self.outputs["SubscribersTable"])

    def tick(self) -> dict[str, Any]:
        """Invoke the Schedule's own target with its own input, the placeholder filled as Scheduler fills it."""
        target = self.client("scheduler").get_schedule(Name=self.named("TickSchedule"))["Target"]
        moment = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        payload = target["Input"].replace("<aws.scheduler.scheduled-time>", moment)
        answer = self.client("lambda").invoke(FunctionName=target["Arn"], Payload=payload.encode())
        report: dict[str, Any] = json.loads(answer["Payload"].read())
        if answer.get("FunctionError"):
            raise RuntimeError(f"the tick failed: {report}\n{self.emulator.log.read_text('utf-8')[-3000:]}")
        return report

    def convener(self, *arguments: str) -> str:
        """What `convener --stack NAME …` printed, run as its own process by somebody with credentials."""
        command = ROOT / ".venv" / "bin" / "convener"
        return run(command, "--stack", self.name, *arguments, environment=self.emulator.environment)

    def http(self, method: str, link: str, *, body: bytes = b"", kind: str = "") -> tuple[int, Mapping[str, str], str]:
        """Open a link as it stands in a mail, at the emulator instead of what DNS would say. Follows nothing."""
        connection = HTTPSConnection("127.0.0.1", self.emulator.port, timeout=30, context=self.emulator.trust)
        headers = {"Host": str(urlsplit(link).hostname)}
        headers |= {"Content-Type": kind} if kind else {}
        try:
            connection.request(
                method, urlsplit(link).path, body, {**headers, **({"Content-Type": kind} if kind else {})}
            )
            answer = connection.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read().decode("utf-8")
        finally:
            connection.close()

    def messages_in(self, queue_url: str) -> int:
        """How many messages a queue holds, visible or not."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.client("sqs").get_queue_attributes(QueueUrl=queue_url, AttributeNames=names)["Attributes"]
        return sum(int(value) for value in found.values())

    def await_done(self, campaign: str, *, patience: float = PATIENCE) -> Mapping[str, int]:
        """Tick until it is opened; wait while fan-out and delivery run by themselves; tick again. Its totals."""

        def opened() -> bool:
            if reason := self.tick()["blocked"].get(campaign):
                raise RuntimeError(f"{campaign} is blocked: {reason}")
            return self.ledger.campaign(campaign) is not None

        wait_for(f"the opening of {campaign}", opened, patience=patience, pause=3)
        wait_for(f"the last mail of {campaign}", lambda: self.ledger.finished_totals(campaign))
        assert campaign in self.tick()["done"]
        known = self.ledger.campaign(campaign)
        return known.totals if known else {}


def deploy(emulator: Emulator, template: Path, timeline: Timeline, recap_at: datetime) -> Deployed:
    """`sam deploy`, as a person does it."""
    stack = Deployed(name=NAME, emulator=emulator, timeline=timeline, recap_at=recap_at)
    certificate = stack.client("acm").request_certificate(DomainName="meet.kindness.example")["CertificateArn"]
    parameters = (
        "Architecture=x86_64",
        "SenderAddress=conversation@mail.kindness.example",
        "PublicBaseUrl=https://meet.kindness.example",
        f"CertificateArn={certificate}",
        "AlarmEmail=operator@kindness.example",
    )
    run_sam(
        *("deploy", "--template-file", template, "--stack-name", NAME, "--resolve-s3", "--no-confirm-changeset"),
        *("--capabilities", "CAPABILITY_IAM", "--no-progressbar", "--parameter-overrides", *parameters),
        environment=emulator.environment,
    )
    return stack
