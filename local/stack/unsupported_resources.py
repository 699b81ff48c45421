"""Creates the resources of a template that moto's CloudFormation does not support, by requests to each service."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from local.ses.server import SesServer
from local.stack.session import LocalSession
from local.stack.template import Template, referred


def secrets(session: LocalSession, template: Template, stack: str) -> dict[str, str]:
    """Create the secrets that GenerateSecretString describes, and return the ARN of each by logical id."""
    client = session.client("secretsmanager")
    made = {}
    for name, properties in template.of_type("AWS::SecretsManager::Secret").items():
        wanted = dict(properties["GenerateSecretString"])
        frame, key = wanted.pop("SecretStringTemplate", None), wanted.pop("GenerateStringKey", None)
        value = client.get_random_password(**wanted)["RandomPassword"]
        text = json.dumps({**json.loads(frame), key: value}) if frame else value
        made[name] = client.create_secret(Name=f"{stack}-{name}", SecretString=text)["ARN"]
    return made


def mail(ses: SesServer, template: Template, stack: str, sender_address: str) -> dict[str, str]:
    """Register the sender's domain and the configuration sets in the local SES. Return the name of each set."""
    ses.account.identities.add(sender_address.rpartition("@")[2].lower())
    sets = {name: f"{stack}-{name}" for name in template.of_type("AWS::SES::ConfigurationSet")}
    ses.account.sets |= dict.fromkeys(sets.values(), True)
    return sets


def notifications(session: LocalSession, template: Template, made: Mapping[str, str]) -> None:
    """Configure the notifications of each bucket to its queues.

    S3 first sends a message `s3:TestEvent`, here as in AWS. The message is purged, so that the queues start empty.
    `made` has the bucket name or queue URL of each logical id.
    """
    sqs, s3 = session.client("sqs"), session.client("s3")
    for name, properties in template.of_type("AWS::S3::Bucket").items():
        configurations = properties.get("NotificationConfiguration", {}).get("QueueConfigurations", [])
        queues = [made[str(referred(one["Queue"]))] for one in configurations]
        if not configurations:
            continue
        s3.put_bucket_notification_configuration(
            Bucket=made[name],
            NotificationConfiguration={
                "QueueConfigurations": [
                    _configuration(one, _arn(sqs, url)) for one, url in zip(configurations, queues, strict=True)
                ]
            },
        )
        for url in queues:
            sqs.purge_queue(QueueUrl=url)


def expiry(session: LocalSession, template: Template, made: Mapping[str, str]) -> None:
    """Configure the time to live of each table. moto deletes nothing by it.

    `made` has the table name of each logical id.
    """
    dynamodb = session.client("dynamodb")
    for name, properties in template.of_type("AWS::DynamoDB::Table").items():
        if "TimeToLiveSpecification" in properties:
            dynamodb.update_time_to_live(
                TableName=made[name], TimeToLiveSpecification=properties["TimeToLiveSpecification"]
            )


def versioning(session: LocalSession, template: Template, made: Mapping[str, str]) -> None:
    """Configure the versioning of each bucket. `made` has the bucket name of each logical id."""
    s3 = session.client("s3")
    for name, properties in template.of_type("AWS::S3::Bucket").items():
        if "VersioningConfiguration" in properties:
            s3.put_bucket_versioning(Bucket=made[name], VersioningConfiguration=properties["VersioningConfiguration"])


def _configuration(configuration: Mapping[str, Any], arn: str) -> Any:
    rules = configuration.get("Filter", {}).get("S3Key", {}).get("Rules", [])
    return {"QueueArn": arn, "Events": [configuration["Event"]], "Filter": {"Key": {"FilterRules": rules}}}


def _arn(sqs: Any, url: str) -> str:
    return str(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"])
