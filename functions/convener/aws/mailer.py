"""Sending mail by SES v2: SendEmail with Raw content.

SES has no idempotency key, and boto3 repeats requests by itself: the client must be made by `sending_client`.
https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
"""

from __future__ import annotations

import re
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from convener.aws.translate import translated
from convener.delivery.mail import Mail
from convener.errors import LostAnswer, Unavailable

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

ADDRESSES = re.compile(r"[^\s<>,;:]+@[^\s<>,;:]+")


class SesMailer:
    """Sends mails by SendEmail, one recipient for each mail."""

    def __init__(self, client: SESV2Client, configuration_set: str) -> None:
        self._client, self._configuration_set = client, configuration_set

    def send(self, mail: Mail) -> str:
        """Hand one mail to SES and return its message id. Raises Refused, Unavailable, Throttled or LostAnswer."""
        with translated():
            try:
                answer = self._client.send_email(**request(mail, self._configuration_set))
            except ClientError as error:
                if unverified_sender(error, mail.sender):
                    raise Unavailable("the sender's domain is not verified") from None
                raise
        if "MessageId" not in answer:  # a proxy answered, or the answer was cut short
            raise LostAnswer("an answer without a message id")
        return answer["MessageId"]


def unverified_sender(error: ClientError, sender: str) -> bool:
    """Return whether SES refuses the sender, and so every mail. An operator can correct that, and no mail may be lost.

    The error has the code of a mail that is refused for good: "Email address is not verified. The following identities
    failed the check in region EU-WEST-2: …". In the sandbox SES says the same of a recipient.
    https://docs.aws.amazon.com/ses/latest/dg/troubleshoot-error-messages.html
    """
    details = error.response.get("Error", {})
    if details.get("Code") != "MessageRejected" or "not verified" not in details.get("Message", ""):
        return False
    named = {address.casefold() for address in ADDRESSES.findall(details["Message"])}
    return parseaddr(sender)[1].casefold() in named


def request(mail: Mail, configuration_set: str) -> dict[str, Any]:
    """Return the parameters of SendEmail. SES repeats the tags in every event of the mail."""
    return {
        "FromEmailAddress": mail.sender,
        "Destination": {"ToAddresses": [mail.recipient]},
        "Content": {"Raw": {"Data": mail.raw}},
        "EmailTags": [{"Name": name, "Value": value} for name, value in mail.tags.items()],
        "ConfigurationSetName": configuration_set,
    }
