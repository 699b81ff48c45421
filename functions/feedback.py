"""Lambda function `feedback`: carries a batch of SES events about mails into the ledger and the subscribers' rows."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from convener import wiring
from convener.delivery.states import DeliveryState

logger = Logger()
metrics = Metrics()


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> dict[str, list[dict[str, str]]]:
    """Carry out the events of a batch of messages, and return the messages that failed."""
    result = wiring.feedback(context).take({record["messageId"]: record["body"] for record in event["Records"]})
    for name, count in (
        ("Bounces", result.new_states[DeliveryState.BOUNCED]),
        ("Complaints", result.new_states[DeliveryState.COMPLAINED]),
        ("CampaignsStopped", len(result.stopped)),
        ("ForeignEvents", result.foreign),
        ("ParkedEvents", len(result.parked)),
    ):
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=count)
    for message, reason in result.parked.items():
        logger.error("parked", extra={"message_id": message, "reason": reason})
    for message, reason in result.again.items():
        logger.warning("comes again", extra={"message_id": message, "reason": reason})
    for campaign, numbers in result.stopped.items():
        logger.error("stopped by itself", extra={"campaign": campaign, "numbers": numbers})
    for campaign, reason in result.unchecked.items():
        logger.warning("rates not checked", extra={"campaign": campaign, "reason": reason})
    counts = {"events": len(event["Records"]), "remarked": result.remarked, "transactional": result.transactional}
    states = {state.name.lower(): count for state, count in result.new_states.items()}
    logger.info("feedback recorded", extra={**counts, "states": states})
    return {"batchItemFailures": [{"itemIdentifier": message} for message in {**result.parked, **result.again}]}
