"""The pages for readers, and unsubscribing by one click (RFC 8058). No path gets into a log: paths hold tokens."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger

from convener import wiring
from convener.errors import ConvenerError
from convener.pages.request import read_request
from convener.pages.responses import out_of_order
from convener.pages.routes import PATHS  # imports all pages while the function starts, before a reader waits

logger = Logger()


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one request of payload format 2.0."""
    request = read_request(event, PATHS)
    try:
        response = wiring.public(context).answer(request)
    except ConvenerError as error:  # a wrong deployment: no template can be filled either
        response = out_of_order(f"{type(error).__name__}: {error}")
    fields = {"route": event.get("routeKey"), "method": request.method, "status": int(response.status)}
    if response.error:
        logger.error("answered", extra={**fields, "error": response.error})
    else:
        logger.info("answered", extra=fields)
    return response.as_event(without_body=request.method == "HEAD")
