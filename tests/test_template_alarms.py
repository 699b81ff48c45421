"""Whatever may need a person has an alarm in `template.yaml`, and each says what to do."""

from __future__ import annotations

import re
from typing import Any

import click
import pytest

from local.cli import main
from local.stack.template import referred
from tests.support.sam_template import FUNCTIONS, QUEUES, SAM, statements

ALARMS = SAM.of_type("AWS::CloudWatch::Alarm")
EACH = pytest.mark.parametrize("alarm", ALARMS.values(), ids=ALARMS)


def watched(namespace: str, metric: str) -> dict[str, dict[str, Any]]:
    """The alarms on a metric, by the resource that their one dimension names."""
    return {
        str(referred(alarm["Dimensions"][0]["Value"])): alarm
        for alarm in ALARMS.values()
        if (alarm["Namespace"], alarm["MetricName"]) == (namespace, metric)
    }


def test_every_dead_end_has_an_alarm() -> None:
    """A queue that no function reads wakes somebody with its first message."""
    dead = set(QUEUES) - {function.queue for function in FUNCTIONS.values()}
    alarms = watched("AWS/SQS", "ApproximateNumberOfMessagesVisible")
    assert set(alarms) == dead
    for alarm in alarms.values():
        assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (0, "GreaterThanThreshold")
        assert alarm["Dimensions"][0]["Value"]["Fn::GetAtt"][1] == "QueueName"


def test_every_function_has_an_alarm_on_its_errors() -> None:
    """A function that fails is heard of."""
    assert set(watched("AWS/Lambda", "Errors")) == {function.logical_id for function in FUNCTIONS.values()}


def test_a_single_error_that_mends_itself_wakes_nobody() -> None:
    """What a queue or the next tick tries again must fail repeatedly; a reader's page need fail only once."""
    errors = watched("AWS/Lambda", "Errors")
    for function in FUNCTIONS.values():
        alarm = errors[function.logical_id]
        again = alarm["Threshold"] >= 2 or alarm["EvaluationPeriods"] >= 2
        assert again == (function.name != "public"), function.name


def test_every_queue_that_feeds_a_function_has_an_alarm_on_its_age() -> None:
    """A queue that nobody empties fails without an error: its oldest message tells."""
    fed = {function.queue for function in FUNCTIONS.values() if function.queue}
    ages = watched("AWS/SQS", "ApproximateAgeOfOldestMessage")
    assert set(ages) == fed
    for name, alarm in ages.items():
        assert alarm["Threshold"] >= QUEUES[name]["VisibilityTimeout"], "one retry alone must not wake anybody"


def test_no_level_of_logging_blinds_the_alarms() -> None:
    """Metrics are log lines, which Lambda takes for INFO: a higher level might drop them, and ticks seem missing."""
    assert set(SAM.parameters["LogLevel"]["AllowedValues"]) == {"DEBUG", "INFO"}


def test_a_tick_that_is_missing_for_an_hour_is_told() -> None:
    """Four quarters of an hour without a tick, or without any word, are an alarm; its end is told too."""
    alarm = ALARMS["MissingTickAlarm"]
    assert alarm["Period"] * alarm["EvaluationPeriods"] == 3600
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("LessThanThreshold", 1)
    assert alarm["TreatMissingData"] == "breaching"
    assert alarm["OKActions"] == [{"Ref": "Alarms"}]


@EACH
def test_alarms_are_words_for_somebody_woken_at_night(alarm: dict[str, Any]) -> None:
    """An alarm goes to AlarmEmail and says what it means and what to do first, in whole sentences that fit."""
    text = alarm["AlarmDescription"]
    assert alarm["AlarmActions"] == [{"Ref": "Alarms"}]
    assert len(text.encode()) <= 1024
    assert text.endswith((".", "?"))
    assert "First " in text or " first " in text


@EACH
def test_alarms_name_only_what_exists(alarm: dict[str, Any]) -> None:
    """A queue or log that an alarm sends somebody to is in the template under that name."""
    named = set(re.findall(r"\b[A-Z][A-Za-z]+(?:Queue|Logs)\b", alarm["AlarmDescription"]))
    assert named <= set(SAM.resources)


@EACH
def test_commands_in_alarms_exist(alarm: dict[str, Any]) -> None:
    """What an alarm tells somebody to type can be typed."""
    for words in re.findall(r"`([^`]+)`", alarm["AlarmDescription"]):
        program, option, stack, group, command, *rest = words.split()
        assert (program, option, stack) == ("convener", "--stack", "NAME")
        found = main.commands[group]
        assert isinstance(found, click.Group)
        assert command in found.commands, words
        assert rest in ([], ["ID"])


def test_quiet_is_no_alarm() -> None:
    """No mail, no page and no upload for a month wakes nobody: only a missing tick does."""
    assert {name for name, own in ALARMS.items() if own["TreatMissingData"] != "notBreaching"} == {"MissingTickAlarm"}


def test_alarms_reach_the_address() -> None:
    """One topic, one subscription by mail; CloudWatch of this account may publish, and plain HTTP is refused."""
    (subscription,) = SAM.of_type("AWS::SNS::Subscription").values()
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", {"Ref": "AlarmEmail"})
    (allowed,) = [own for name, own in statements() if name == "AlarmsPolicy" and own["Effect"] == "Allow"]
    assert allowed["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert allowed["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
