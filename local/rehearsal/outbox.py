"""A copy of every mail that was handed over to SES, wherever SES is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import boto3

REFUSED = range(400, 500)


class Outbox:
    """Listens to a boto3 session's SendEmail calls and writes `0001-2024-04_invite-5e1f0c9a.eml` and so on.

    A mail that SES certainly did not take (a 4xx answer, or no connection) leaves no copy; one whose answer was lost
    does, since readers may get it.
    """

    def __init__(self, folder: Path, session: boto3.Session) -> None:
        self.folder, self.count = folder, 0
        folder.mkdir(parents=True, exist_ok=True)
        session.events.register("before-parameter-build.sesv2.SendEmail", self._before)
        session.events.register("after-call.sesv2.SendEmail", self._after)
        session.events.register("after-call-error.sesv2.SendEmail", self._after_error)

    def _before(self, params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        context["convener_mail"] = (params["Content"]["Raw"]["Data"], params["EmailTags"])

    def _after(self, http_response: Any, context: dict[str, Any], **_: Any) -> None:
        if http_response.status_code not in REFUSED:
            self._keep(*context["convener_mail"])

    def _after_error(self, exception: Exception, context: dict[str, Any], **_: Any) -> None:
        if type(exception).__name__ not in ("EndpointConnectionError", "ConnectTimeoutError"):
            self._keep(*context["convener_mail"])

    def _keep(self, raw: bytes, tags: list[dict[str, str]]) -> None:
        self.count += 1
        named = {tag["Name"]: tag["Value"] for tag in tags}
        unfinished = self.folder / "unfinished"
        unfinished.write_bytes(raw)  # whoever looks at the folder meanwhile sees whole mails only
        unfinished.rename(self.folder / f"{self.count:04d}-{named['campaign']}-{named['recipient'][:8]}.eml")
