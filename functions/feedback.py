"""A batch of what SES told about mails: settles the ledger, suppresses who bounced or complained."""

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
    """Messages that fail are named in the answer, and come again until the dead-letter queue takes them."""
    heard = wiring.feedback(context).take({record["messageId"]: record["body"] for record in event["Records"]})
    for name, count in (
        ("Bounces", heard.new_states[DeliveryState.BOUNCED]),
        ("Complaints", heard.new_states[DeliveryState.COMPLAINED]),
        ("CampaignsStopped", len(heard.stopped)),
        ("ForeignEvents", heard.foreign),
        ("ParkedEvents", len(heard.parked)),
    ):
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=count)
    for message, reason in heard.parked.items():
        logger.error("parked", extra={"message_id": message, "reason": reason})
    for message, reason in heard.again.items():
        logger.warning("comes again", extra={"message_id": message, "reason": reason})
    for campaign, numbers in heard.stopped.items():
        logger.error("stopped by itself", extra={"campaign": campaign, "numbers": numbers})
    for campaign, reason in heard.unchecked.items():
        logger.warning("left to the tick", extra={"campaign": campaign, "reason": reason})
    risen = {state.name.lower(): count for state, count in heard.new_states.items()}
    logger.info(
        "heard",
        extra={"events": len(event["Records"]), "risen": risen, "remarked": heard.remarked, "letters": heard.letters},
    )
    return {"batchItemFailures": [{"itemIdentifier": message} for message in {**heard.parked, **heard.again}]}
