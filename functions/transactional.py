"""Lambda function `transactional`: sends the transactional mail of each message, such as a welcome or a one-time link.

No log line says who a mail is for.
"""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from convener import wiring
from convener.sqs_batch import SqsBatch
from convener.subscribers.mail_requests import read_mail_request

# This import loads Jinja2 and MJML while the function starts, and not with the first message.
from convener.transactional_mail.dispatcher import RETRYABLE

logger = Logger()
metrics = Metrics()


def process_message(body: str, context: Any) -> None:
    """Send the mail that the message asks for."""
    outcome = wiring.transactional(context).carry_out(read_mail_request(body))
    metrics.add_metric(name="LettersHeldBack", unit=MetricUnit.Count, value=int(outcome.held_back))
    logger.info("carried out", extra={"outcome": outcome.outcome.value, "mail": outcome.mail, "why": outcome.reason})


batch = SqsBatch(
    process_message=process_message,
    logger=logger,
    metrics=metrics,
    parked_metric="ParkedLetters",
    temporary=RETRYABLE,
)


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> Any:
    """Send the mails of a batch of messages, and return the messages that failed."""
    return batch.process(event, context)
