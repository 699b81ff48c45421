"""One message, one chunk: sends its mails and records what came of each."""

from __future__ import annotations

import json
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from convener import wiring
from convener.delivery.chunks import totals

logger = Logger()
processor = BatchProcessor(event_type=EventType.SQS)


def record_handler(record: SQSRecord, lambda_context: Any) -> None:
    """The message's `campaign` and `chunk`."""
    work = json.loads(record.body)
    chunk = wiring.deliver(lambda_context).deliver(work["campaign"], work["chunk"])
    logger.info("delivered", extra={**work, **totals([chunk.entries])})


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> Any:
    """Messages that fail are named in the answer, and come again."""
    return process_partial_response(event=event, record_handler=record_handler, processor=processor, context=context)
