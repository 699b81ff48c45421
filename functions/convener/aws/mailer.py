"""The way out: SES v2 SendEmail with Raw content.

SES has no idempotency key, and boto3 repeats requests by itself: the client must be made by `sending_client`.
https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.config import Config

from convener.aws.translate import translated
from convener.delivery.mail import Mail
from convener.errors import LostAnswer

if TYPE_CHECKING:
    import boto3
    from mypy_boto3_sesv2 import SESV2Client

ONCE = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=20)
"""One request a call, and an answer well before deliver's margin is used up."""


def sending_client(session: boto3.Session) -> SESV2Client:
    """A client that never repeats a request."""
    return session.client("sesv2", config=ONCE)


class SesMailer:
    """SendEmail, one recipient a mail."""

    def __init__(self, client: SESV2Client, configuration_set: str) -> None:
        self._client, self._configuration_set = client, configuration_set

    def send(self, mail: Mail) -> str:
        """Hand over one mail; its message id. Raises Refused, Unavailable, Throttled or LostAnswer."""
        with translated():
            answer = self._client.send_email(**request(mail, self._configuration_set))
        if "MessageId" not in answer:  # something between us and SES answered, or cut the answer short
            raise LostAnswer("an answer without a message id")
        return answer["MessageId"]


def request(mail: Mail, configuration_set: str) -> dict[str, Any]:
    """What SendEmail is asked. The tags come back with every event."""
    return {
        "FromEmailAddress": mail.sender,
        "Destination": {"ToAddresses": [mail.recipient]},
        "Content": {"Raw": {"Data": mail.raw}},
        "EmailTags": [{"Name": name, "Value": value} for name, value in mail.tags.items()],
        "ConfigurationSetName": configuration_set,
    }
