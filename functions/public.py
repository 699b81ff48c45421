"""Every page that a reader opens, and RFC 8058's one-click leaving. Paths hold tokens: none gets into a log."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools import Logger

from convener import wiring
from convener.errors import ConvenerError
from convener.pages.request import read_request
from convener.pages.responses import out_of_order

# Imported while the function starts, when Lambda gives it a whole processor, and not with the first reader waiting.
from convener.pages.routes import Site as Site  # noqa: PLC0414

logger = Logger()


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """One request of payload format 2.0, one answer."""
    request = read_request(event)
    try:
        answer = wiring.public(context).answer(request)
    except ConvenerError as error:  # deployed wrongly: then there is no paper to write a page on either
        answer = out_of_order(f"{type(error).__name__}: {error}")
    told = {"route": event.get("routeKey"), "method": request.method, "status": int(answer.status)}
    if answer.trouble:
        logger.error("answered", extra={**told, "trouble": answer.trouble})
    else:
        logger.info("answered", extra=told)
    return answer.as_event(without_body=request.method == "HEAD")
