"""The local stack while it runs: moto and our SES in threads of this process, and what was deployed there."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.request import Request, urlopen

from convener.clock import SystemClock
from local.ses.server import ServerClock, SesServer
from local.stack import unsupported_resources
from local.stack.atomic import make_dynamodb_atomic
from local.stack.emptying import Deployed, empty_tables, remove_others
from local.stack.reserved import refuse_reserved_words
from local.stack.session import KEY, REGION, SES_ENDPOINT, LocalSession
from local.stack.shortcut import Shortcut
from local.stack.template import TEMPLATE, Template, references, replaced

# What moto's CloudFormation can make of the template. What it skips of it (secrets, what expires): see `beside`. The
# policies that demand TLS would lock out http://127.0.0.1; the rest (functions, roles, logs, schedule, pages, alarms) a
# rehearsal plays itself or does without.
MADE_BY_CLOUDFORMATION = frozenset({"AWS::DynamoDB::Table", "AWS::SQS::Queue", "AWS::S3::Bucket", "AWS::Events::Rule"})

_numbers = count(1)
_running: set[str] = set()


@dataclass(frozen=True, kw_only=True)
class LocalFunction:
    """A function as the stack knows it: handler, environment, the queue that feeds it, if any, seconds it may take."""

    name: str
    handler: str
    environment: Mapping[str, str]
    queue_url: str | None
    batch_size: int
    timeout: int


class LocalStack:
    """Starts with `with` or `start()`. Several may run in one process; their resources never meet.

    `ses` is its mail service. It holds its rate on `clock`, which must be the one that handlers go by.
    """

    def __init__(
        self, *, sender_address: str, public_base_url: str, template: Path = TEMPLATE, clock: ServerClock | None = None
    ) -> None:
        self._template = Template(template)
        own = {"SenderAddress": sender_address, "PublicBaseUrl": public_base_url, "AlarmEmail": sender_address}
        self._parameters = {name: value for name, value in own.items() if name in self._template.parameters}
        self.name = f"convener-local-{next(_numbers)}"
        self.outputs: dict[str, str] = {}
        self.functions: dict[str, LocalFunction] = {}
        self.ses = SesServer(clock=clock or SystemClock())
        self._session: LocalSession | None = None

    def start(self) -> Self:
        """Serve, deploy, verify the sender. Takes about three seconds, most of it moto's imports."""
        from local.stack.front import Front, FrontServer  # noqa: PLC0415 - moto: half a second, for those who start it

        logging.getLogger("werkzeug").setLevel(logging.ERROR)  # else a line for each request
        make_dynamodb_atomic()
        front = Front(self.ses)
        self._server = FrontServer(front)
        self._server.start()
        _running.add(self.name)
        self.endpoint_url = self._server.endpoint_url
        self._shortcut: Any = Shortcut(self.endpoint_url, front, self.ses.sleep)
        self._deploy()
        self._deployed = Deployed(self.name)
        return self

    @property
    def other_ses(self) -> bool:
        """Whether the mails go to another SES, which AWS_ENDPOINT_URL_SESV2 names, and not to `ses`."""
        return bool(os.environ.get(SES_ENDPOINT))

    @property
    def session(self) -> LocalSession:
        """The session of the handlers and tests of this stack, the same one until the stack is emptied."""
        if self._session is None:
            self._session = LocalSession(self.endpoint_url)
            self._session.events.register("before-send", self._shortcut)
            self._session.events.register("before-parameter-build.dynamodb", refuse_reserved_words)
        return self._session

    def empty(self) -> None:
        """Take the stack back to the state right after its deployment, and make a new `session`.

        Tables, buckets and queues are empty; secrets have their first values; SES has no mails, faults, events or
        suppressed addresses, its first limits and its first clock. Resources that were made beside the stacks of this
        process are gone. Clients of the former session still work, with the listeners that were registered there.
        """
        self._deployed.restore()
        remove_others(_running)
        self.ses.reset()
        self._verify_sender()
        self._session = None

    def empty_tables(self, *outputs: str) -> None:
        """Remove every item of the tables that these outputs of the template name, such as `LedgerTable`."""
        empty_tables(self.outputs[output] for output in outputs)

    def stop(self) -> None:
        """End the server. The last stack of a process takes all of moto's memory along."""
        _running.discard(self.name)
        if _running:
            self._deployed.restore()
        else:
            with urlopen(Request(f"{self.endpoint_url}/moto-api/reset", method="POST"), timeout=10):  # noqa: S310 - ours
                pass
        self._server.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def environment(self, function: str) -> dict[str, str]:
        """What `template.yaml` tells this function (`tick`, `fanout`, …), resolved."""
        return dict(self.functions[function].environment)

    def tell_feedback(self) -> None:
        """Let SES's events come to feedback's queue, from the next mail on."""
        sqs, queue = self.session.client("sqs"), self.functions["feedback"].queue_url
        if queue:
            self.ses.post.to = lambda event: sqs.send_message(QueueUrl=queue, MessageBody=json.dumps(event))

    @property
    def aws_environment(self) -> dict[str, str]:
        """What leads boto3 in another process, or in a handler, to this stack and nowhere else."""
        own = {SES_ENDPOINT: os.environ[SES_ENDPOINT]} if os.environ.get(SES_ENDPOINT) else {}
        return {
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": KEY,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            **own,
        }

    def _verify_sender(self) -> dict[str, str]:
        return unsupported_resources.mail(self.ses, self._template, self.name, self._parameters["SenderAddress"])

    def _deploy(self) -> None:
        known = {**unsupported_resources.secrets(self.session, self._template, self.name), **self._verify_sender()}
        functions = self._template.functions()
        variables = {
            f"Own{function.logical_id}{variable.replace('_', '')}": (name, variable, value)
            for name, function in functions.items()
            for variable, value in function.environment.items()
        }
        resources = {n: r for n, r in self._template.resources.items() if r["Type"] in MADE_BY_CLOUDFORMATION}
        outputs = self._resolvable({*resources, *known})
        resolved = self._create(
            {
                "Parameters": self._template.parameters,
                "Conditions": self._template.conditions,
                "Resources": resources,
                # CloudFormation itself resolves each function's environment, as outputs that only this stack has.
                "Outputs": {
                    **outputs,
                    **{f"Made{name}": {"Value": {"Ref": name}} for name in resources},
                    **{key: {"Value": value} for key, (_, _, value) in variables.items()},
                },
            },
            known,
        )
        self.outputs = {name: resolved[name] for name in outputs if name in resolved}
        made = {name: resolved[f"Made{name}"] for name in resources}
        unsupported_resources.notifications(self.session, self._template, made)
        unsupported_resources.versioning(self.session, self._template, made)
        unsupported_resources.expiry(self.session, self._template, made)
        for name, function in functions.items():
            self.functions[name] = LocalFunction(
                name=name,
                handler=function.handler,
                environment={v: resolved[key] for key, (owner, v, _) in variables.items() if owner == name},
                queue_url=made[function.queue] if function.queue else None,
                batch_size=function.batch_size,
                timeout=function.timeout,
            )

    def _resolvable(self, there: set[str]) -> dict[str, Any]:
        """The outputs that need nothing but what is made here: no pages' address, no records for a real domain."""
        names = there | set(self._template.parameters)
        return {name: output for name, output in self._template.outputs.items() if references(output) <= names}

    def _create(self, document: dict[str, Any], known: Mapping[str, str]) -> dict[str, str]:
        client = self.session.client("cloudformation")
        client.create_stack(
            StackName=self.name,
            TemplateBody=json.dumps(replaced(document, known)),
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in self._parameters.items()],
        )
        outputs = client.describe_stacks(StackName=self.name)["Stacks"][0].get("Outputs", [])
        return {output["OutputKey"]: output["OutputValue"] for output in outputs}
