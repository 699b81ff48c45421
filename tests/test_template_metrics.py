"""What the alarms of our own metrics look at is what handlers count, or log, under the same names."""

from __future__ import annotations

from typing import Any

import pytest

from convener.delivery.chunks import totals
from convener.delivery.deliver import DeliveryOutcome
from convener.transactional_mail.outcomes import OutcomeType
from local.stack.template import referred
from tests.support.sam_template import FUNCTIONS, QUEUES, SAM

ALARMS = SAM.of_type("AWS::CloudWatch::Alarm")

# The metrics that handlers count themselves, and which of them does.
COUNTED = [
    ("Ticks", "tick"),
    ("CampaignsBlocked", "tick"),
    ("CampaignsInTrouble", "tick"),
    ("CampaignsStopped", "tick"),
    ("CampaignsStopped", "feedback"),
    ("UnknownMails", "tick"),
    ("ParkedMessages", "fanout"),
    ("ParkedMessages", "deliver"),
    ("ParkedLetters", "transactional"),
]


def handler(name: str) -> str:
    """The text of a function's own file."""
    return (SAM.path.parent / "functions" / f"{name}.py").read_text(encoding="utf-8")


@pytest.mark.parametrize(("metric", "function"), COUNTED)
def test_the_work_itself_is_watched_by_names_that_its_function_uses(metric: str, function: str) -> None:
    """Namespace, name and dimension are those under which the function counts."""
    (alarm,) = [own for own in ALARMS.values() if own["MetricName"] == metric]
    environment = FUNCTIONS[function].environment
    assert alarm["Namespace"] == environment["POWERTOOLS_METRICS_NAMESPACE"]
    assert alarm["Dimensions"] == [{"Name": "service", "Value": environment["POWERTOOLS_SERVICE_NAME"]}]
    assert f'"{metric}"' in handler(function)
    assert "@metrics.log_metrics" in handler(function)


def test_no_alarm_looks_at_a_metric_that_nobody_counts() -> None:
    """Each of our own metrics comes from a handler that is named above, or from a filter on a log."""
    filtered = {
        change["MetricName"]
        for own in SAM.of_type("AWS::Logs::MetricFilter").values()
        for change in own["MetricTransformations"]
    }
    ours = {own["MetricName"] for own in ALARMS.values() if own["Namespace"] == "Convener"}
    assert ours == filtered | {metric for metric, _ in COUNTED}


@pytest.mark.parametrize("metric", ["CampaignsInTrouble", "UnknownMails"])
def test_what_every_tick_counts_anew_is_neither_summed_nor_awaited(metric: str) -> None:
    """One campaign or mail is enough; two ticks in a quarter of an hour do not make two of it, and the alarm ends."""
    (alarm,) = [own for own in ALARMS.values() if own["MetricName"] == metric]
    assert (alarm["Statistic"], alarm["Period"], alarm["EvaluationPeriods"]) == ("Maximum", 900, 1)
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanOrEqualToThreshold", 1)


def test_each_campaign_that_stops_itself_is_told() -> None:
    """It is counted when that happens, by either of two functions; a level would hide the second one for weeks."""
    (alarm,) = [own for own in ALARMS.values() if own["MetricName"] == "CampaignsStopped"]
    assert (alarm["Statistic"], alarm["ComparisonOperator"], alarm["Threshold"]) == ("Sum", "GreaterThanThreshold", 0)


@pytest.mark.parametrize(
    ("metric", "queues"),
    [("ParkedMessages", ("FanoutQueue", "DeliverQueue")), ("ParkedLetters", ("TransactionalQueue",))],
)
def test_a_message_that_cant_be_carried_out_is_told_before_it_is_given_up(metric: str, queues: tuple[str, ...]) -> None:
    """The alarm comes with the first try; the queue would give such a message up after ten visibility times only."""
    (alarm,) = [own for own in ALARMS.values() if own["MetricName"] == metric]
    assert (alarm["Statistic"], alarm["ComparisonOperator"], alarm["Threshold"]) == ("Sum", "GreaterThanThreshold", 0)
    for name in queues:
        queue = QUEUES[name]
        assert alarm["Period"] < queue["RedrivePolicy"]["maxReceiveCount"] * queue["VisibilityTimeout"]
        assert alarm["Period"] > queue["VisibilityTimeout"], "it would end and begin again with every try"


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
    assert '"answered"' in handler("public")
    assert '"status": int(' in handler("public")


def test_mails_that_ses_would_not_take_are_heard_of() -> None:
    """Deliver queues such a chunk anew and ends well, so its own log line is counted: by the words that it uses."""
    counted = counted_for("PutOffChunks", "DeliverLogs")
    assert counted["FilterPattern"] == f'{{ ($.message = "delivered") && ($.ended = "{DeliveryOutcome.PUT_OFF}") }}'
    assert '"delivered"' in handler("deliver")
    assert '"ended": ' in handler("deliver")


def test_mails_that_ses_refuses_for_good_are_heard_of() -> None:
    """A mailing that SES refuses to everybody ends without an error. A chunk is counted once: when it is done."""
    counted = counted_for("FailedMails", "DeliverLogs")
    wanted = f'($.message = "delivered") && ($.ended = "{DeliveryOutcome.DONE}") && ($.failed > 0)'
    assert counted["FilterPattern"] == f"{{ {wanted} }}"
    assert counted["MetricTransformations"][0]["MetricValue"] == "$.failed"
    assert "failed" in totals([])
    assert "**totals(" in handler("deliver")


def test_letters_that_ses_refuses_for_good_are_heard_of() -> None:
    """Such a letter is done with, and no error: its log line is counted, by the words that it uses."""
    pattern = counted_for("RefusedLetters", "TransactionalLogs")["FilterPattern"]
    assert pattern == f'{{ ($.message = "carried out") && ($.outcome = "{OutcomeType.REFUSED}") }}'
    assert '"carried out"' in handler("transactional")
    assert '"outcome": ' in handler("transactional")
