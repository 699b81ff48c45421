"""What `template.yaml` promises to the code, and the code to it."""

from __future__ import annotations

import importlib
import re
from collections import Counter
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from convener import settings
from convener.subscribers.confirmation_request import VALID
from local.stack import TEMPLATE, Function
from local.stack.template import referred
from tests.support.sam_template import FUNCTIONS, QUEUES, SAM

SOURCES = {name: f for name, f in FUNCTIONS.items() if f.queue}
NOT_OURS = re.compile("POWERTOOLS_")
EACH = pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)

# The properties by which resources get a name of their own; a reference to another resource is none.
NAMES = {
    *("TableName", "BucketName", "QueueName", "FunctionName", "RoleName", "LogGroupName", "TopicName", "AlarmName"),
    *("PolicyName", "RuleName", "Name"),
}


def properties(function: Function) -> dict[str, Any]:
    found: dict[str, Any] = SAM.resources[function.logical_id]["Properties"]
    return found


@EACH
def test_every_handler_imports(function: Function, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the template names as a handler is a function of a file in functions/."""
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "test")
    module, _, attribute = function.handler.partition(".")
    loaded = importlib.import_module(module)
    assert Path(str(loaded.__file__)).parent == TEMPLATE.parent / "functions"
    assert callable(getattr(loaded, attribute))


def test_every_handler_file_is_deployed() -> None:
    """A file in functions/ that nothing starts would be dead code in the bundle."""
    assert {path.stem for path in (TEMPLATE.parent / "functions").glob("*.py")} == set(FUNCTIONS)


@EACH
def test_environment_is_what_settings_read(function: Function) -> None:
    """Each function is told exactly what its settings read, nothing missing and nothing stale."""
    told = {name for name in function.environment if not NOT_OURS.match(name)}
    kind: Any = settings.FUNCTIONS[function.name]
    read = {field.name.upper() for field in fields(kind)}
    assert told == read


def test_environment_names_are_all_known() -> None:
    """Over all functions, template and settings know the same names."""
    told = {name for function in FUNCTIONS.values() for name in function.environment if not NOT_OURS.match(name)}
    assert told == settings.ENVIRONMENT_NAMES


@EACH
def test_functions_log_to_their_own_group(function: Function) -> None:
    """Every function has a log group of its own, with an end."""
    group = referred(properties(function)["LoggingConfig"]["LogGroup"])
    assert SAM.of_type("AWS::Logs::LogGroup")[str(group)]["RetentionInDays"] == {"Ref": "LogRetentionDays"}
    assert str(group).removesuffix("Logs") == function.logical_id


@pytest.mark.parametrize("function", SOURCES.values(), ids=SOURCES)
def test_queues_report_partial_failures(function: Function) -> None:
    """One bad message never takes its batch along, and no queue floods the account's concurrency."""
    for event in properties(function)["Events"].values():
        assert event["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        concurrency = event["Properties"]["ScalingConfig"]["MaximumConcurrency"]
        assert concurrency in (2, {"Ref": "DeliverConcurrency"})


def test_a_function_that_queues_for_itself_may_do_so_for_hours() -> None:
    """Lambda drops the seventeenth message of such a chain unless the function allows it; no other function does."""
    own = {f.name for f in SOURCES.values() if {"Ref": f.queue} in f.environment.values()}
    allowed = {f.name for f in FUNCTIONS.values() if properties(f).get("RecursiveLoop") == "Allow"}
    assert own == allowed == {"fanout", "deliver"}


def test_every_queue_that_feeds_a_function_has_a_dead_letter_queue() -> None:
    """What fails ten times is kept for 14 days, apart; what holds typed addresses no longer than the requests."""
    for function in SOURCES.values():
        redrive = QUEUES[str(function.queue)]["RedrivePolicy"]
        dead = QUEUES[str(referred(redrive["deadLetterTargetArn"]))]
        days = VALID.days if function.name == "transactional" else 14
        assert redrive["maxReceiveCount"] >= 10
        assert dead["MessageRetentionPeriod"] == days * 24 * 3600


def test_no_queue_keeps_a_typed_address_longer_than_its_request() -> None:
    """A message that waits, or is given up, is gone before or when its link would end."""
    for name in ("TransactionalQueue", "TransactionalDeadLetterQueue"):
        assert QUEUES[name]["MessageRetentionPeriod"] <= VALID.total_seconds()


def test_every_queue_has_a_reader_or_is_a_dead_end() -> None:
    """No queue fills up with nobody to read it."""
    dead = {
        referred(queue["RedrivePolicy"]["deadLetterTargetArn"]) for queue in QUEUES.values() if "RedrivePolicy" in queue
    }
    assert set(QUEUES) == {f.queue for f in SOURCES.values()} | dead | {"TickDeadLetterQueue"}


def test_every_queue_refuses_plain_http() -> None:
    """Every queue has one policy (a second resource would overwrite the first), and that one wants TLS."""
    policies = SAM.of_type("AWS::SQS::QueuePolicy").values()
    assert Counter(referred(queue) for policy in policies for queue in policy["Queues"]) == Counter(set(QUEUES))
    for policy in policies:
        first = policy["PolicyDocument"]["Statement"][0]
        assert (first["Effect"], first["Action"]) == ("Deny", "sqs:*")
        assert first["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_tick_comes_every_quarter_of_an_hour() -> None:
    """The schedule says for when it asks, has no fixed name, and its lost calls and failures end in a queue."""
    tick = properties(FUNCTIONS["tick"])
    (event,) = (e["Properties"] for e in tick["Events"].values() if e["Type"] == "ScheduleV2")
    assert event["ScheduleExpression"] == "cron(0/15 * * * ? *)"
    assert event["OmitName"] is True
    assert event["Input"] == '{"asked_at": "<aws.scheduler.scheduled-time>"}'
    assert {"RetryPolicy", "DeadLetterConfig"} <= set(event)
    assert referred(tick["EventInvokeConfig"]["DestinationConfig"]["OnFailure"]["Destination"]) in QUEUES


def test_two_stacks_fit_into_one_account() -> None:
    """No resource has a fixed name, so a second stack collides with nothing."""
    for name, resource in SAM.resources.items():
        own = resource.get("Properties", {})
        assert not NAMES & {key for key, value in own.items() if isinstance(value, str)}, name
    assert "${AWS::StackName}" in str(SAM.resources["Api"]["Properties"]["Name"])  # APIs may share a name anyway


def test_outputs_tell_the_command_where_everything_is() -> None:
    """`convener --stack NAME` finds by its outputs every resource that a function is told of by its environment."""
    values = [output["Value"] for output in SAM.outputs.values()]
    for function in FUNCTIONS.values():
        told = (value for value in function.environment.values() if referred(value) in SAM.resources)
        assert all(value in values for value in told), function.name
    assert {"IdentityKeySecret", "SigningKeysSecret", "ConfigurationSetName"} <= set(SAM.outputs)
