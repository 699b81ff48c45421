"""Everything that a local stack keeps, to be compared before and after."""

from __future__ import annotations

from typing import Any

from local.stack import LocalStack

COUNTS = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed")


def contents(stack: LocalStack) -> dict[str, Any]:
    """Every item of every table, every version of every object of every bucket, and how much lies in each queue."""
    dynamodb, s3 = stack.session.client("dynamodb"), stack.session.client("s3")
    sqs: Any = stack.session.client("sqs")
    found: dict[str, Any] = {}
    for table in dynamodb.list_tables()["TableNames"]:
        pages = dynamodb.get_paginator("scan").paginate(TableName=table)
        found[table] = sorted(str(item) for page in pages for item in page["Items"])
    for bucket in s3.list_buckets()["Buckets"]:
        listed = s3.get_paginator("list_object_versions").paginate(Bucket=bucket["Name"])
        versions = (one for page in listed for one in page.get("Versions", []))
        found[bucket["Name"]] = sorted((one["Key"], one["VersionId"], one["ETag"]) for one in versions)
    for url in sqs.list_queues().get("QueueUrls", []):
        told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        found[url] = {name: told[name] for name in COUNTS}
    return found
