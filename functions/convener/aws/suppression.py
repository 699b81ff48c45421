"""The account's suppression list of SES: addresses that it sends nothing to, whatever we ask.

https://docs.aws.amazon.com/ses/latest/dg/sending-email-suppression-list.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convener.aws.translate import translated

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client


class SesSuppression:
    """The list of the account and region."""

    def __init__(self, client: SESV2Client) -> None:
        self._client = client

    def lift(self, address: str) -> bool:
        """Take an address off; whether it was on it. Raises Unavailable or LostAnswer. Safe to repeat."""
        with translated():
            try:
                self._client.delete_suppressed_destination(EmailAddress=address)
            except self._client.exceptions.NotFoundException:
                return False
        return True
