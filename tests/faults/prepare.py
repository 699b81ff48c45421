"""What a process of the suite needs before its first run."""

from __future__ import annotations

import gc
import logging
import os

QUIET = {
    "POWERTOOLS_LOG_LEVEL": "CRITICAL",
    "POWERTOOLS_METRICS_DISABLED": "true",
    "POWERTOOLS_TRACE_DISABLED": "true",
    "POWERTOOLS_SERVICE_NAME": "faults",
    "POWERTOOLS_METRICS_NAMESPACE": "Convener",
}


def quiet() -> None:
    """Silence. Called before any handler is imported."""
    os.environ.update(QUIET)
    logging.disable(logging.CRITICAL)


def prepare() -> None:
    """Silence, and caches for what is pure and dear."""
    quiet()
    from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import (  # noqa: PLC0415
        AmazonCloudWatchEMFProvider,
    )

    from tests.faults.parts import keep_what_is_dear  # noqa: PLC0415 - Powertools reads the environment when imported
    from tests.faults.without import take_out  # noqa: PLC0415

    keep_what_is_dear()
    gc.set_threshold(100_000, 20, 50)  # a run leaves one big circle: looked for less often it costs a fifth less
    take_out()
    # Functions share this process, and with it Powertools' one set of metrics: nothing is gathered.
    AmazonCloudWatchEMFProvider.add_metric = _nothing  # type: ignore[method-assign]
    AmazonCloudWatchEMFProvider.flush_metrics = _nothing  # type: ignore[method-assign]


def _nothing(*_args: object, **_named: object) -> None:
    """Instead of metrics."""
