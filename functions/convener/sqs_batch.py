"""The batches of messages that SQS hands to a Lambda function. Handlers use this module, business packages do not.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.exceptions import BatchProcessingError
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from convener.errors import BadInput, ConvenerError


@dataclass(kw_only=True)
class SqsBatch:
    """Processes each message of a batch, and tells SQS which messages failed.

    A failed message becomes visible again, and after several failures SQS moves it to the dead-letter queue. A message
    that cannot be understood ("parked") is a fault of the message: the log says why, and `parked_metric` counts it.

    Attributes:
        process_message: Called with the body of each message and the Lambda context.
        parked_metric: The name of the metric that counts parked messages. Each invocation adds at least 0.
        temporary: Errors that are no fault of the function either, because a retry of the message can succeed.
    """

    process_message: Callable[[str, Any], None]
    logger: Logger
    metrics: Metrics
    parked_metric: str
    temporary: tuple[type[ConvenerError], ...] = ()

    def process(self, event: dict[str, Any], context: Any) -> Any:
        """Process the batch and return the partial batch response, which names the messages that failed.

        Raises:
            BatchProcessingError: A message failed with an error that is neither BadInput nor temporary. Lambda counts
                an error of the function, and the whole batch becomes visible again.
        """
        self.metrics.add_metric(name=self.parked_metric, unit=MetricUnit.Count, value=0)
        processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
        response = process_partial_response(
            event=event, record_handler=self._process_record, processor=processor, context=context
        )
        if unexpected := [failure for failure in processor.exceptions if not isinstance(failure[1], self._expected)]:
            raise BatchProcessingError("not carried out", child_exceptions=unexpected)
        return response

    def _process_record(self, record: SQSRecord, lambda_context: Any) -> None:
        """Process one record. Powertools passes the context to the parameter of this name."""
        try:
            self.process_message(record.body, lambda_context)
        except self._expected as error:
            extra = {"message_id": record.message_id, "reason": f"{type(error).__name__}: {error}"}
            if isinstance(error, BadInput):
                self.metrics.add_metric(name=self.parked_metric, unit=MetricUnit.Count, value=1)
                self.logger.error("parked", extra=extra)  # noqa: TRY400 - a traceback would say nothing more
            else:
                self.logger.warning("comes again", extra=extra)
            raise

    @property
    def _expected(self) -> tuple[type[ConvenerError], ...]:
        return BadInput, *self.temporary
