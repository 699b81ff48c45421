"""One message, one shard: writes its chunks to the ledger and queues them for delivery."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.exceptions import BatchProcessingError
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from convener import wiring
from convener.delivery.messages import read_shard
from convener.errors import BadInput

logger = Logger()
metrics = Metrics()


def record_handler(record: SQSRecord, lambda_context: Any) -> None:
    """One shard. A message that can't be carried out comes again until the dead-letter queue takes it."""
    try:
        campaign, shard = read_shard(record.body)
        cursor = wiring.fanout(lambda_context).fan_out(campaign, shard)
    except BadInput as reason:
        metrics.add_metric(name="ParkedMessages", unit=MetricUnit.Count, value=1)
        logger.error("parked", extra={"message_id": record.message_id, "reason": str(reason)})  # noqa: TRY400 - no trace
        raise
    done = {"campaign": campaign, "shard": shard, "recipients": cursor.count, "finished": cursor.finished}
    logger.info("fanned out", extra=done)


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> Any:
    """What can't be carried out is named in the answer; any other failure is the function's error. Both come again."""
    metrics.add_metric(name="ParkedMessages", unit=MetricUnit.Count, value=0)
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    answer = process_partial_response(event=event, record_handler=record_handler, processor=processor, context=context)
    if failed := [one for one in processor.exceptions if not isinstance(one[1], BadInput)]:
        raise BatchProcessingError("not carried out", child_exceptions=failed)
    return answer
