"""Copies of mails that are handed to another SES, which AWS_ENDPOINT_URL_SESV2 names: else the outbox stays empty."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from local.ses.mails import Draft, Mails
from local.ses.server import ServerClock
from local.stack.session import LocalSession

_PARAMS = "convener_send_email"
"""The key under which the context of a request keeps the parameters of its SendEmail."""


class MailCopies:
    """Keeps a copy of every mail that SES takes from the clients of a session.

    Botocore's events see each call of SendEmail once, however often botocore repeats the request. A mail whose answer
    is lost isn't kept: nobody here knows whether it was taken.
    """

    def __init__(self, mails: Mails, clock: ServerClock) -> None:
        self._mails, self._clock = mails, clock

    def listen(self, session: LocalSession) -> None:
        """Keep the mails of all clients that the session makes from now on."""
        session.events.register("provide-client-params.sesv2.SendEmail", self._asked)
        session.events.register("after-call.sesv2.SendEmail", self._answered)

    def _asked(self, params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        context[_PARAMS] = params

    def _answered(self, http_response: Any, parsed: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        if http_response.status_code != HTTPStatus.OK or "MessageId" not in parsed:
            return
        params = context[_PARAMS]
        draft = Draft(
            message_id=parsed["MessageId"],
            sender=params["FromEmailAddress"],
            recipients=tuple(params["Destination"]["ToAddresses"]),
            raw=params["Content"]["Raw"]["Data"],
            tags={tag["Name"]: tag["Value"] for tag in params.get("EmailTags", [])},
            configuration_set=params.get("ConfigurationSetName", ""),
        )
        self._mails.keep(draft, at=self._clock.now(), answered=True)
