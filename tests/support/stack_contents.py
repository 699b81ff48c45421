"""Everything that a test can leave in a local stack: how to put it there, and how to see it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from local.ses import Fault
from local.stack import LocalStack
from local.virtual_clock import VirtualClock

READER = "ada@reader.example"
COUNTED = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesDelayed",
    "ApproximateNumberOfMessagesNotVisible",
)


def contents(stack: LocalStack) -> dict[str, Any]:
    """What the stack holds, in words in which the stack's own name is left out. Two new stacks hold the same."""
    dynamodb, s3, sqs, _ = _clients(stack)
    names = {
        "tables": dynamodb.list_tables()["TableNames"],
        "buckets": [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]],
        "queues": [url.rpartition("/")[2] for url in sqs.list_queues().get("QueueUrls", [])],
    }
    own = {kind: [name for name in found if name.startswith(f"{stack.name}-")] for kind, found in names.items()}
    foreign = [name for found in names.values() for name in found if not name.startswith("convener-local-")]
    return {
        "items": {name.split("-")[3]: dynamodb.scan(TableName=name)["Items"] for name in own["tables"]},
        "objects": {name.split("-")[3]: _objects(s3, name) for name in own["buckets"]},
        "messages": {name.split("-")[3]: _messages(sqs, name) for name in own["queues"]},
        "foreign": foreign + [name for name in secrets(stack) if not name.startswith("convener-local-")],
        "ses": _ses(stack),
    }


def secrets(stack: LocalStack) -> dict[str, str]:
    """The value of every secret in the process's moto."""
    vault = _clients(stack)[-1]
    found = [secret["Name"] for secret in vault.list_secrets()["SecretList"]]
    return {name: vault.get_secret_value(SecretId=name)["SecretString"] for name in found}


def fill(stack: LocalStack) -> None:
    """Leave something of every kind."""
    dynamodb, s3, sqs, vault = _clients(stack)
    for output, name in stack.outputs.items():
        if output.endswith("Table"):
            keys = dynamodb.describe_table(TableName=name)["Table"]["KeySchema"]
            dynamodb.put_item(TableName=name, Item={key["AttributeName"]: {"S": "left"} for key in keys})
        elif output.endswith("Bucket"):
            s3.put_object(Bucket=name, Key="inbox/left", Body=b"one")
            s3.put_object(Bucket=name, Key="inbox/left", Body=b"another")
            s3.delete_object(Bucket=name, Key="inbox/left")
            s3.create_multipart_upload(Bucket=name, Key="unfinished")
        elif output.endswith("QueueUrl"):
            sqs.send_message(QueueUrl=name, MessageBody="in flight")
            sqs.receive_message(QueueUrl=name)
            sqs.send_message(QueueUrl=name, MessageBody="waits")
            sqs.send_message(QueueUrl=name, MessageBody="comes later", DelaySeconds=600)
        elif output.endswith("Secret"):
            vault.put_secret_value(SecretId=name, SecretString="exchanged")
    vault.create_secret(Name="a-tests-own", SecretString="s")
    sqs.create_queue(QueueName="a-tests-own")
    s3.create_bucket(Bucket="a-tests-own", CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
    _fill_ses(stack)


def _clients(stack: LocalStack) -> list[Any]:
    return [stack.session.client(name) for name in ("dynamodb", "s3", "sqs", "secretsmanager")]


def _fill_ses(stack: LocalStack) -> None:
    ses = stack.ses
    raw = f"From: {stack.outputs['SenderAddress']}\r\nTo: {READER}\r\nSubject: Hi\r\n\r\nHi\r\n".encode()
    client = stack.session.client("sesv2")
    client.send_email(Content={"Raw": {"Data": raw}}, ConfigurationSetName=stack.outputs["ConfigurationSetName"])
    client.put_suppressed_destination(EmailAddress=READER, Reason="BOUNCE")
    client.create_email_identity(EmailIdentity="elsewhere.example")
    client.put_account_sending_attributes(SendingEnabled=False)
    ses.faults.next(Fault.THROTTLED, 3)
    ses.post.lose(1)
    ses.post.ending = lambda _mail, _address: ("bounced",)
    ses.limits.rate = 1.0
    ses.clock = VirtualClock(datetime(2032, 1, 1, tzinfo=UTC))
    stack.tell_feedback()


def _objects(s3: Any, bucket: str) -> list[Any]:
    versions = s3.list_object_versions(Bucket=bucket)
    found = [versions.get(kind, []) for kind in ("Versions", "DeleteMarkers")]
    return [*found, s3.list_multipart_uploads(Bucket=bucket).get("Uploads", [])]


def _messages(sqs: Any, name: str) -> list[int]:
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(COUNTED))["Attributes"]
    return [int(told[one]) for one in COUNTED]


def _ses(stack: LocalStack) -> dict[str, Any]:
    ses = stack.ses
    sets = {name.removeprefix(stack.name): may_send for name, may_send in ses.account.sets.items()}
    return {
        "clock": type(ses.clock).__name__,
        "mails": [(mail.sender, mail.recipients) for mail in ses.mails.all],
        "folder": ses.mails.folder,
        "counts": dict(ses.counts),
        "limits": (ses.limits.rate, ses.limits.daily, ses.limits.sent(ses.now())),
        "account": (sets, sorted(ses.account.identities), sorted(ses.account.suppressed), ses.account.sending_enabled),
        "faults": (len(ses.faults._orders), dict(ses.faults.counted)),
        "events": (ses.post.to, ses.post.next_due, len(ses.post._waiting), sorted(ses.post._strikes)),
        "events counted": dict(ses.post.counted),
    }
