"""The local stack is what `template.yaml` says, and reaches nobody's account."""

from __future__ import annotations

import contextlib
import json
from dataclasses import MISSING, fields
from typing import Any
from urllib.parse import unquote_plus

import pytest

from convener import settings
from local.stack import REGION, LocalSession, LocalStack, Template
from local.stack.reserved import ReservedWordError, refuse_reserved_words
from local.stack.template import referred, replaced

pytestmark = pytest.mark.moto
ADDRESS, BASE = "conversation@mail.kindness.example", "https://c.example"
"""With what the shared stack of the tests is made (tests/conftest.py)."""


def test_every_output_is_resolved(stack: LocalStack) -> None:
    """What a deployed stack tells the command, the local one tells too, but for what only AWS can make."""
    only_in_aws = {"ApiUrl", "PublicDomainTarget", "AlarmTopic", "DkimRecord1", "DkimRecord2", "DkimRecord3"}
    of_the_identity = {"MailFromMxRecord", "MailFromSpfRecord"}
    assert set(stack.outputs) - of_the_identity == set(Template().outputs) - only_in_aws - of_the_identity
    assert all(stack.outputs.values())
    assert (stack.outputs["SenderAddress"], stack.outputs["PublicBaseUrl"]) == (ADDRESS, BASE)


@pytest.mark.parametrize("function", settings.FUNCTIONS)
def test_settings_parse_each_functions_environment(stack: LocalStack, function: str) -> None:
    """Every function finds all its settings in the environment that the template gives it."""
    kind: Any = settings.FUNCTIONS[function]
    parsed = settings.parse(kind, stack.environment(function))
    assert all(getattr(parsed, field.name) for field in fields(kind) if field.default is MISSING)


def test_tables_are_the_templates(stack: LocalStack) -> None:
    """Keys and index of the ledger come from the template."""
    table = stack.session.client("dynamodb").describe_table(TableName=stack.outputs["LedgerTable"])["Table"]
    assert [key["AttributeName"] for key in table["KeySchema"]] == ["campaign", "item"]
    assert [index["IndexName"] for index in table["GlobalSecondaryIndexes"]] == ["unfinished"]


def test_what_expires_is_the_templates(stack: LocalStack) -> None:
    """Requests are forgotten by the attribute that the template names."""
    told = stack.session.client("dynamodb").describe_time_to_live(TableName=stack.outputs["RequestsTable"])
    assert told["TimeToLiveDescription"] == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}


def test_queues_feed_the_functions_that_the_template_names(stack: LocalStack) -> None:
    """A rehearsal can drive a message from its queue to its handler."""
    assert stack.functions["tick"].queue_url is None
    assert stack.functions["fanout"].queue_url == stack.outputs["FanoutQueueUrl"]
    assert stack.functions["deliver"].handler == "deliver.handler"
    sqs = stack.session.client("sqs")
    sqs.send_message(QueueUrl=stack.outputs["DeliverQueueUrl"], MessageBody="a chunk")
    (message,) = sqs.receive_message(QueueUrl=str(stack.functions["deliver"].queue_url))["Messages"]
    assert message["Body"] == "a chunk"


def test_an_upload_is_told_to_ingest_and_a_report_is_not(stack: LocalStack) -> None:
    """What lands under inbox/ comes to ingest's queue; the queue starts empty, and a report causes no message."""
    s3, sqs = stack.session.client("s3"), stack.session.client("sqs")
    for key in ("inbox/may 2024.yaml", "reports/may 2024.txt"):
        s3.put_object(Bucket=stack.outputs["UploadsBucket"], Key=key, Body=b"title: Kindness")
    queue = str(stack.functions["ingest"].queue_url)
    messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    (record,) = [record for message in messages for record in json.loads(message["Body"])["Records"]]
    assert record["s3"]["bucket"]["name"] == stack.outputs["UploadsBucket"]
    assert unquote_plus(record["s3"]["object"]["key"]) == "inbox/may 2024.yaml"


def test_buckets_keep_versions(stack: LocalStack) -> None:
    """A file that is dropped twice has two versions, here as in AWS."""
    s3 = stack.session.client("s3")
    for bucket in ("UploadsBucket", "EditionsBucket"):
        assert s3.get_bucket_versioning(Bucket=stack.outputs[bucket])["Status"] == "Enabled"


def test_mail_events_of_this_stack_come_to_feedback(stack: LocalStack) -> None:
    """An event with this stack's configuration set reaches the queue; another stack's passes by."""
    for name in (stack.outputs["ConfigurationSetName"], "somebody-elses"):
        detail = {"eventType": "Delivery", "mail": {"tags": {"ses:configuration-set": [name]}}}
        entry: Any = {"Source": "aws.ses", "DetailType": "Email Delivered", "Detail": json.dumps(detail)}
        stack.session.client("events").put_events(Entries=[entry])
    messages = stack.session.client("sqs").receive_message(
        QueueUrl=str(stack.functions["feedback"].queue_url), MaxNumberOfMessages=10
    )["Messages"]
    (event,) = [json.loads(message["Body"]) for message in messages]
    assert event["source"] == "aws.ses"
    assert event["detail"]["mail"]["tags"]["ses:configuration-set"] == [stack.outputs["ConfigurationSetName"]]


def test_secrets_are_made_as_the_template_asks(stack: LocalStack) -> None:
    """The identity key is 64 letters and digits; the signing keys are JSON that names the active one."""
    secrets = stack.session.client("secretsmanager")
    identity = secrets.get_secret_value(SecretId=stack.outputs["IdentityKeySecret"])["SecretString"]
    signing = json.loads(secrets.get_secret_value(SecretId=stack.outputs["SigningKeysSecret"])["SecretString"])
    assert (len(identity), identity.isalnum()) == (64, True)
    assert set(signing) == {"active", "k1"}
    assert (signing["active"], len(signing["k1"])) == ("k1", 64)


def test_sender_is_verified(stack: LocalStack) -> None:
    """A mail from the series' domain is accepted, with the stack's configuration set."""
    raw = f"From: {ADDRESS}\r\nTo: ada@reader.example\r\nSubject: Hi\r\n\r\nHi\r\n"
    answer = stack.session.client("sesv2").send_email(
        FromEmailAddress=ADDRESS,
        Destination={"ToAddresses": ["ada@reader.example"]},
        Content={"Raw": {"Data": raw.encode()}},
        ConfigurationSetName=stack.outputs["ConfigurationSetName"],
    )
    assert answer["MessageId"]


def test_two_stacks_never_meet(stack: LocalStack) -> None:
    """A second stack in the process has resources of its own, and its end leaves the first alone."""
    with LocalStack(sender_address=ADDRESS, public_base_url=BASE) as other:
        assert other.outputs["LedgerTable"] != stack.outputs["LedgerTable"]
    assert stack.session.client("dynamodb").describe_table(TableName=stack.outputs["LedgerTable"])


def test_session_ignores_the_persons_own_set_up(stack: LocalStack, monkeypatch: pytest.MonkeyPatch) -> None:
    """A profile, real keys or another endpoint in the environment change nothing: no mail leaves by accident."""
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "theirs")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://elsewhere.example")
    session = LocalSession(stack.endpoint_url)
    credentials = session.get_credentials()
    assert credentials is not None
    assert (credentials.access_key, credentials.token, session.region_name) == ("local", None, REGION)
    assert session.client("sqs").meta.endpoint_url == stack.endpoint_url
    assert session.resource("dynamodb").meta.client.meta.endpoint_url == stack.endpoint_url


def test_mails_may_go_to_another_ses(stack: LocalStack, monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS_ENDPOINT_URL_SESV2 leads the mails elsewhere, and nothing but the mails."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", "http://127.0.0.1:9")
    session = LocalSession(stack.endpoint_url)
    assert session.client("sesv2").meta.endpoint_url == "http://127.0.0.1:9"
    assert session.client("s3").meta.endpoint_url == stack.endpoint_url
    assert stack.aws_environment["AWS_ENDPOINT_URL_SESV2"] == "http://127.0.0.1:9"


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ({"Ref": "Table"}, "Table"),
        ({"Fn::GetAtt": ["Table", "Arn"]}, "Table"),
        ({"Fn::Sub": "${Table.Arn}/index/*"}, "Table"),
        ({"Fn::Sub": "plain"}, None),
        ("plain", None),
    ],
)
def test_references_are_understood(value: object, name: str | None) -> None:
    """Ref, GetAtt and Sub name a resource; words don't."""
    assert referred(value) == name


def test_only_what_is_known_is_replaced() -> None:
    """References to what CloudFormation makes stay for it to resolve."""
    value = {"a": [{"Ref": "Known"}, {"Ref": "Other"}], "b": "Known"}
    assert replaced(value, {"Known": "arn"}) == {"a": ["arn", {"Ref": "Other"}], "b": "Known"}


@pytest.mark.parametrize(
    ("expression", "fits"),
    [
        ("shard = :shard AND id > :after", False),
        ("#shard = :shard AND id > :after", True),
        ("attribute_exists(id)", True),
    ],
)
def test_reserved_words_are_refused_as_in_aws(expression: str, fits: bool) -> None:
    """An attribute that is a reserved word of DynamoDB wants a placeholder; moto alone would let it pass."""
    params = {"KeyConditionExpression": expression, "Item": {"shard": "in an item any word will do"}}
    with contextlib.nullcontext() if fits else pytest.raises(ReservedWordError):
        refuse_reserved_words(params)


def test_every_client_of_the_stack_is_held_to_them(stack: LocalStack) -> None:
    """A query that AWS would refuse is refused before it is sent."""
    with pytest.raises(ReservedWordError, match="shard"):
        stack.session.client("dynamodb").query(
            TableName=stack.outputs["SubscribersTable"],
            KeyConditionExpression="shard = :shard",
            ExpressionAttributeValues={":shard": {"S": "a"}},
        )
