"""One message, one or more files that came in under `inbox/`: writes what they tell, and leaves a report on each."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from convener import wiring
from convener.intake.sessions.ingest import arrivals

logger = Logger()
metrics = Metrics()
processor = BatchProcessor(event_type=EventType.SQS)


def record_handler(record: SQSRecord, lambda_context: Any) -> None:
    """The message's S3 event. No log line has a file's name or a title: they may hold a person's."""
    for arrival in arrivals(record.body):
        report = wiring.ingest(lambda_context).take(arrival)
        if report is None:
            logger.info("gone meanwhile", extra={"version_id": arrival.version_id})
            continue
        metrics.add_metric(name="UploadsLoaded", unit=MetricUnit.Count, value=not (report.refused or report.late))
        metrics.add_metric(name="UploadsRefused", unit=MetricUnit.Count, value=report.refused)
        logger.info("ingested", extra={"version_id": arrival.version_id, **report.counts})


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> Any:
    """Messages that fail are named in the answer, and come again."""
    metrics.add_metric(name="UploadMessages", unit=MetricUnit.Count, value=len(event["Records"]))
    return process_partial_response(event=event, record_handler=record_handler, processor=processor, context=context)
