"""The suppression list of the SES account: addresses to which SES sends nothing.

https://docs.aws.amazon.com/ses/latest/dg/sending-email-suppression-list.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convener.aws.translate import translated

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client


class SesSuppression:
    """The suppression list of the account in this region."""

    def __init__(self, client: SESV2Client) -> None:
        self._client = client

    def reason(self, address: str) -> str:
        """Return why an address is on the list, "BOUNCE" or "COMPLAINT"; empty where it is not.

        Raises Unavailable or LostAnswer.
        """
        with translated():
            try:
                found = self._client.get_suppressed_destination(EmailAddress=address)
            except self._client.exceptions.NotFoundException:
                return ""
        return found["SuppressedDestination"]["Reason"]

    def lift(self, address: str) -> bool:
        """Take an address off the list, and return whether it was on it. Safe to repeat.

        Raises Unavailable or LostAnswer.
        """
        with translated():
            try:
                self._client.delete_suppressed_destination(EmailAddress=address)
            except self._client.exceptions.NotFoundException:
                return False
        return True
