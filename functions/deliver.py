"""Lambda function `deliver`: sends the mails of one chunk per message, and records the outcome of each mail."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger, Metrics

from convener import wiring
from convener.delivery.chunks import totals
from convener.delivery.messages import read_chunk
from convener.sqs_batch import SqsBatch

logger = Logger()
metrics = Metrics()


def process_message(body: str, context: Any) -> None:
    """Deliver the chunk that the message names."""
    work = read_chunk(body)
    result = wiring.deliver(context).deliver(work.campaign, work.chunk, probe=work.probe)
    details = {"campaign": work.campaign, "chunk": work.chunk, "ended": result.outcome.value}
    logger.info("delivered", extra={**details, **totals([result.chunk.entries])})


batch = SqsBatch(process_message=process_message, logger=logger, metrics=metrics, parked_metric="ParkedMessages")


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> Any:
    """Deliver the chunks of a batch of messages, and return the messages that failed."""
    return batch.process(event, context)
