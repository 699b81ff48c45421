"""The tick, every 15 minutes: opens the campaigns that are due, continues and closes open campaigns."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from convener import wiring

logger = Logger()
metrics = Metrics()


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Run one tick. `asked_at` of the event is the moment that Scheduler meant; without it, the present moment."""
    ticker = wiring.tick(context)
    asked_at = datetime.fromisoformat(event["asked_at"]) if event.get("asked_at") else ticker.clock.now()
    report = ticker.tick(asked_at)
    for name, count in (
        ("Ticks", 1),
        ("CampaignsOpened", len(report.opened)),
        ("CampaignsBlocked", len(report.blocked)),
        ("CampaignsInTrouble", len(report.trouble)),
        ("CampaignsStopped", len(report.stopped)),
        ("UnknownMails", sum(report.unknown.values())),
    ):
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=count)
    wrong = report.blocked or report.trouble or report.stopped
    (logger.error if wrong else logger.info)("ticked", extra={"report": asdict(report)})
    return asdict(report)
