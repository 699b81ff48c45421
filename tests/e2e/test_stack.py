from __future__ import annotations

import json

import pytest

from local.stack.template import Template
from tests.support.e2e_stack import Deployed

DEAD_ENDS = sorted(name for name in Template().of_type("AWS::SQS::Queue") if name.endswith("DeadLetterQueue"))


def test_every_resource_exists(stack: Deployed) -> None:
    """Whatever the template names was made."""
    assert stack.status == "CREATE_COMPLETE"
    assert set(Template().resources) <= set(stack.resources)


def test_every_alarm_wakes_somebody(stack: Deployed) -> None:
    """Each alarm is there, and tells the topic that mails the operator."""
    wanted = {stack.named(name) for name in Template().of_type("AWS::CloudWatch::Alarm")}
    alarms = {one["AlarmName"]: one for one in stack.client("cloudwatch").describe_alarms()["MetricAlarms"]}
    assert wanted
    assert wanted <= set(alarms)
    assert {tuple(alarms[name]["AlarmActions"]) for name in wanted} == {(stack.outputs["AlarmTopic"],)}


def test_logs_are_kept_as_long_as_asked(stack: Deployed) -> None:
    """Each log group is there, for 30 days by default."""
    wanted = {stack.named(name) for name in Template().of_type("AWS::Logs::LogGroup")}
    groups = {one["logGroupName"]: one for one in stack.client("logs").describe_log_groups()["logGroups"]}
    assert {groups[name]["retentionInDays"] for name in wanted} == {30}


def test_the_schedule_asks_every_quarter_of_an_hour(stack: Deployed) -> None:
    """The Schedule invokes the tick, with the moment that Scheduler means."""
    schedule = stack.client("scheduler").get_schedule(Name=stack.named("TickSchedule"))
    assert schedule["ScheduleExpression"] == "cron(0/15 * * * ? *)"
    assert json.loads(schedule["Target"]["Input"]) == {"asked_at": "<aws.scheduler.scheduled-time>"}
    assert schedule["Target"]["Arn"].endswith(f":function:{stack.named('Tick')}")


@pytest.mark.parametrize("bucket", ["EditionsBucket", "UploadsBucket"])
def test_buckets_are_private_and_keep_versions(stack: Deployed, bucket: str) -> None:
    """Nobody else can read them, and nothing is overwritten for good."""
    client, name = stack.client("s3"), stack.named(bucket)
    assert set(client.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"].values()) == {True}
    assert client.get_bucket_versioning(Bucket=name)["Status"] == "Enabled"


@pytest.mark.parametrize("queue", DEAD_ENDS)
def test_nothing_ended_in_a_dead_letter_queue(stack: Deployed, queue: str) -> None:
    """After the month, every message was worked off."""
    assert stack.messages_in(stack.named(queue)) == 0
