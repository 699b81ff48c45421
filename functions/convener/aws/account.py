"""The sending limits of the SES account, from GetAccount.

https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetAccount.html
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from convener.aws.translate import translated
from convener.delivery.ports import SendingLimits
from convener.errors import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

SHUTDOWN = "SHUTDOWN"
"""The EnforcementStatus of an account that AWS has stopped."""


class SesAccount:
    """The sending limits of the account. Each call asks SES."""

    def __init__(self, client: SESV2Client) -> None:
        self._client = client

    def limits(self) -> SendingLimits:
        """Return the present limits. Raises LostAnswer, or Unavailable, also where an answer has no usable rate."""
        with translated():
            answer = self._client.get_account()
        quota = answer.get("SendQuota", {})
        try:
            rate, most, sent = (float(quota[name]) for name in ("MaxSendRate", "Max24HourSend", "SentLast24Hours"))
        except (KeyError, TypeError, ValueError):
            raise Unavailable("GetAccount tells no whole SendQuota") from None
        if not (math.isfinite(rate) and math.isfinite(most) and math.isfinite(sent) and rate > 0):
            raise Unavailable("GetAccount tells a SendQuota that no mail fits in")
        return SendingLimits(
            per_second=rate,
            per_day=None if most < 0 else int(most),  # -1: no limit
            sent_in_24_hours=math.ceil(sent),
            # Where GetAccount doesn't say so, the first mail shows it.
            sending=answer.get("SendingEnabled", True) and answer.get("EnforcementStatus") != SHUTDOWN,
        )
