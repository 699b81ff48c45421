"""One message, one letter: to confirm, to welcome, to open a door for a while. No log line names anybody."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.exceptions import BatchProcessingError
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from convener import wiring
from convener.errors import BadInput
from convener.subscribers.mail_requests import read_mail_request
from convener.transactional_mail.dispatcher import RETRYABLE  # Jinja2 and MJML load with it, while the function starts

logger = Logger()
metrics = Metrics()


def record_handler(record: SQSRecord, lambda_context: Any) -> None:
    """One letter. What SES or the tables can't do now comes again by itself, until the dead-letter queue takes it."""
    try:
        told = wiring.transactional(lambda_context).carry_out(read_mail_request(record.body))
    except RETRYABLE as reason:
        parked = isinstance(reason, BadInput)
        metrics.add_metric(name="ParkedLetters", unit=MetricUnit.Count, value=int(parked))
        why = {"message_id": record.message_id, "reason": f"{type(reason).__name__}: {reason}"}
        (logger.error if parked else logger.warning)("parked" if parked else "comes again", extra=why)
        raise
    metrics.add_metric(name="LettersHeldBack", unit=MetricUnit.Count, value=int(told.held_back))
    logger.info("carried out", extra={"outcome": told.outcome.value, "mail": told.mail, "why": told.why})


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> Any:
    """What comes again is named in the answer; anything else that fails is the function's error."""
    metrics.add_metric(name="ParkedLetters", unit=MetricUnit.Count, value=0)
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    answer = process_partial_response(event=event, record_handler=record_handler, processor=processor, context=context)
    if failed := [one for one in processor.exceptions if not isinstance(one[1], RETRYABLE)]:
        raise BatchProcessingError("not carried out", child_exceptions=failed)
    return answer
