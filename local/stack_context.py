"""The stack that a command reads and writes: the running local stack, or a deployed one. A person must name it."""

from __future__ import annotations

import getpass
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
import click
from botocore.exceptions import BotoCoreError, ClientError

from convener.aws.consents import DynamoConsents
from convener.aws.imports import DynamoImportStore
from convener.aws.ledger import DynamoLedger
from convener.aws.secrets import read_secret
from convener.aws.sessions import DynamoSessions
from convener.aws.subscribers import DynamoSubscribers
from convener.aws.suppression import SesSuppression
from convener.aws.unit_of_work import DynamoUnitOfWork
from convener.aws.uploads import S3Uploads
from convener.clock import Clock, SystemClock
from convener.errors import Misconfigured
from convener.sessions.series import Series
from convener.subscribers.identity import key_of
from local.clock_client import RemoteClock
from local.series_folder import chosen
from local.stack.session import LocalSession

RUNNING = Path(__file__).parents[1] / "build" / "local" / "stack.json"
"""The file that `convener serve` writes while it runs: the endpoint and the outputs of the local stack."""


class _Outputs(dict[str, str]):
    """The outputs of a stack. A missing output raises an error that a person can understand."""

    def __missing__(self, name: str) -> str:
        """Raise ClickException: the stack is not one of Convener, or an older version deployed it."""
        raise click.ClickException(
            f"This stack has no output {name}: it is not Convener's, or it was deployed by an older version. "
            "Nothing was changed."
        )


def chosen_region(environment: Mapping[str, str]) -> str | None:
    """Return the region that the environment names; None leaves it to the profile.

    The AWS CLI reads AWS_REGION; boto3 and SAM read only AWS_DEFAULT_REGION (boto3 issue 3620). A stack that is
    looked for in another region than its own would seem not to exist.

    Raises ClickException where the two variables differ.
    """
    regions = {name: environment.get(name, "") for name in ("AWS_REGION", "AWS_DEFAULT_REGION")}
    named = {region for region in regions.values() if region}
    if len(named) > 1:
        told = " and ".join(f"{name} is {region}" for name, region in regions.items())
        raise click.ClickException(f"{told}: set both to the region of the stack. Nothing was changed.")
    return next(iter(named), None)


@dataclass(frozen=True)
class StackContext:
    """A stack and its parts, found by the outputs of the stack.

    The stack is looked up when a command first needs a part of it.

    Attributes:
        local: Whether the command works on the running local stack.
        name: The name of a deployed stack.
    """

    local: bool = False
    name: str | None = None

    @property
    def line(self) -> str:
        """The beginning of every command on this stack, for texts that a person can copy."""
        return f"convener --stack {self.name}" if self.name else "convener --local"

    def sessions(self) -> DynamoSessions:
        """Return the store of the sessions."""
        return DynamoSessions(self._session.client("dynamodb"), self._outputs["SessionsTable"])

    def uploads(self) -> S3Uploads:
        """Return the uploads bucket."""
        return S3Uploads(self._session.client("s3"), self._outputs["UploadsBucket"])

    def by(self) -> str:
        """Return who runs the command: the last part of the caller's ARN in AWS, or the user's name on this machine."""
        if self.local:
            try:
                return getpass.getuser()
            except (KeyError, OSError):  # a container's user may have no name
                return "somebody"
        return str(self._session.client("sts").get_caller_identity()["Arn"].rpartition("/")[2])

    def subscribers(self) -> DynamoSubscribers:
        """Return the store of the subscribers."""
        return DynamoSubscribers(self._session.client("dynamodb"), self._outputs["SubscribersTable"])

    def register(self) -> DynamoUnitOfWork:
        """Return the unit of work over subscribers, consent record and requests."""
        return DynamoUnitOfWork(self._session.client("dynamodb"), **self._tables())

    def imports(self) -> DynamoImportStore:
        """Return the store of imports, which can undo an import."""
        return DynamoImportStore(self._session.client("dynamodb"), self._outputs["RequestsTable"])

    def _tables(self) -> dict[str, str]:
        names = ("subscribers", "consents", "requests")
        return {name: self._outputs[f"{name.capitalize()}Table"] for name in names}

    def consents(self) -> DynamoConsents:
        """Return the consent record."""
        return DynamoConsents(self._session.client("dynamodb"), self._outputs["ConsentsTable"])

    def suppression(self) -> SesSuppression:
        """Return the suppression list of SES."""
        return SesSuppression(self._session.client("sesv2"))

    def ledger(self) -> DynamoLedger:
        """Return the delivery ledger."""
        return DynamoLedger(self._session.client("dynamodb"), self._outputs["LedgerTable"])

    def clock(self) -> Clock:
        """Return the clock of the stack: the movable clock of a local stack, or the system clock."""
        if self.local and (url := self._file().get("url")):
            return RemoteClock(url)
        return SystemClock()

    def series(self) -> Series:
        """Return the series of the community's folder. Raises ClickException where it can't be read."""
        try:
            return chosen().series
        except Misconfigured as error:
            raise click.ClickException(str(error)) from error

    def identity_key(self) -> bytes:
        """Return the identity key of the stack."""
        return key_of(read_secret(self._session.client("secretsmanager"), self._outputs["IdentityKeySecret"]))

    @property
    def _session(self) -> boto3.Session:
        return self._found[0]

    @property
    def _outputs(self) -> dict[str, str]:
        return _Outputs(self._found[1])

    @cached_property
    def _found(self) -> tuple[boto3.Session, dict[str, str]]:
        if self.local == bool(self.name):
            raise click.UsageError(
                "Say which stack: `convener --local …` (the one that `make serve` keeps running) or "
                "`convener --stack NAME …` (a deployed one). Nothing was changed."
            )
        return self._running() if self.local else self._deployed()

    def _running(self) -> tuple[boto3.Session, dict[str, str]]:
        found = self._file()
        return LocalSession(found["endpoint_url"]), found["outputs"]

    def _file(self) -> dict[str, Any]:
        try:
            return dict(json.loads(RUNNING.read_text("utf-8")))
        except (FileNotFoundError, json.JSONDecodeError):
            raise click.ClickException("No local stack is running: start one with `make serve` first.") from None

    def _deployed(self) -> tuple[boto3.Session, dict[str, str]]:
        try:
            return self._outputs_in_aws(boto3.Session(region_name=chosen_region(os.environ)))
        except (BotoCoreError, ClientError) as error:
            raise click.ClickException(
                f"The stack {self.name} can't be reached: {error} Check AWS_PROFILE and the region. "
                "Nothing was changed."
            ) from error

    def _outputs_in_aws(self, session: boto3.Session) -> tuple[boto3.Session, dict[str, str]]:
        if not session.region_name:
            raise click.ClickException(
                "In which region is the stack? export AWS_REGION=eu-west-2 AWS_DEFAULT_REGION=eu-west-2, or as it is."
            )
        account = session.client("sts").get_caller_identity()["Account"]
        click.echo(f"Stack {self.name} in account {account}, {session.region_name}.", err=True)
        stacks = session.client("cloudformation").describe_stacks(StackName=str(self.name))["Stacks"]
        return session, {output["OutputKey"]: output["OutputValue"] for output in stacks[0].get("Outputs", [])}
