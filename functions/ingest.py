"""Reads uploaded files: writes their sessions, and writes a report on each file. A message names one or more files."""

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
    """Process the S3 event of one message. Logs contain no file name and no title, because these may name a person."""
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
    """Return the messages that failed, so that SQS delivers them again."""
    metrics.add_metric(name="UploadMessages", unit=MetricUnit.Count, value=len(event["Records"]))
    return process_partial_response(event=event, record_handler=record_handler, processor=processor, context=context)
