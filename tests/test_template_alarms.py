"""Whatever may need a person has an alarm in `template.yaml`, and each says what to do."""

from __future__ import annotations

import re
from typing import Any

import pytest

from convener.delivery.chunks import totals
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


@pytest.mark.parametrize("metric", ["Ticks", "CampaignsBlocked"])
def test_the_work_itself_is_watched_by_names_that_tick_uses(metric: str) -> None:
    """Namespace, name and dimension are those under which tick counts."""
    (alarm,) = [own for own in ALARMS.values() if own["MetricName"] == metric]
    environment = FUNCTIONS["tick"].environment
    assert alarm["Namespace"] == environment["POWERTOOLS_METRICS_NAMESPACE"]
    assert alarm["Dimensions"] == [{"Name": "service", "Value": environment["POWERTOOLS_SERVICE_NAME"]}]
    assert f'("{metric}", ' in (SAM.path.parent / "functions" / "tick.py").read_text(encoding="utf-8")


def counted_for(name: str, group: str) -> dict[str, Any]:
    """A metric filter on that log group, whose metric is what the alarm of its name looks at."""
    counted: dict[str, Any] = SAM.of_type("AWS::Logs::MetricFilter")[name]
    (change,) = counted["MetricTransformations"]
    alarm = ALARMS[f"{name}Alarm"]
    assert referred(counted["LogGroupName"]) == group
    assert (alarm["Namespace"], alarm["MetricName"]) == (change["MetricNamespace"], change["MetricName"])
    assert [one["Name"] for one in alarm["Dimensions"]] == [one["Key"] for one in change["Dimensions"]] == ["service"]
    assert change["Dimensions"][0]["Value"] == "$.service"
    return counted


def test_pages_that_say_not_now_are_heard_of() -> None:
    """Such an answer is no error of the function, so its log line is counted: by the words that it uses."""
    pattern = counted_for("TroubledPages", "PublicLogs")["FilterPattern"]
    assert pattern == '{ ($.message = "answered") && ($.status >= 500) }'
    public = (SAM.path.parent / "functions" / "public.py").read_text(encoding="utf-8")
    assert '"answered"' in public
    assert '"status": int(' in public


def test_mails_that_ses_would_not_take_are_heard_of() -> None:
    """Deliver queues such a chunk anew and ends well, so its own log line is counted: by the words that it uses."""
    counted = counted_for("PutOffChunks", "DeliverLogs")
    message, number = re.findall(r"\$\.message = \"(\w+)\"|\$\.(\w+) > 0", counted["FilterPattern"])
    deliver = (SAM.path.parent / "functions" / "deliver.py").read_text(encoding="utf-8")
    assert f'logger.info("{message[0]}", extra={{**work, **totals(' in deliver
    assert number[1] in totals([])


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
