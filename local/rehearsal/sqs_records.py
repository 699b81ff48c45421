"""Messages of a queue as Lambda's event source mapping hands them to a function."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def sqs_record(message: Mapping[str, Any]) -> dict[str, Any]:
    """One message that ReceiveMessage gave."""
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {},
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-west-2:000000000000:rehearsal",
        "awsRegion": "eu-west-2",
    }
