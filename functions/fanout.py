"""Lambda function `fanout`: writes the chunks of one shard per message to the ledger, and queues them for delivery."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger, Metrics

from convener import wiring
from convener.delivery.messages import read_shard
from convener.sqs_batch import SqsBatch

logger = Logger()
metrics = Metrics()


def process_message(body: str, context: Any) -> None:
    """Write and queue the chunks of the shard that the message names."""
    campaign, shard = read_shard(body)
    cursor = wiring.fanout(context).fan_out(campaign, shard)
    details = {"campaign": campaign, "shard": shard, "recipients": cursor.count, "finished": cursor.finished}
    logger.info("fanned out", extra=details)


batch = SqsBatch(process_message=process_message, logger=logger, metrics=metrics, parked_metric="ParkedMessages")


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> Any:
    """Fan out the shards of a batch of messages, and return the messages that failed."""
    return batch.process(event, context)
