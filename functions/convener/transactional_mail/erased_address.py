"""The handler for erased addresses: the suppression list of SES forgets them too. No mail is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from convener.clock import Clock
from convener.errors import Unavailable
from convener.subscribers.forgetting import forget_address
from convener.subscribers.mail_requests import AddressErased
from convener.subscribers.models import SubscriberStatus
from convener.subscribers.ports import SubscriberRows, SuppressionList
from convener.transactional_mail.outcomes import Outcome, carried_out, dropped

MAX_ERASING_TIME = timedelta(minutes=10)
"""If the row is not erased after this time, erasing failed, and the page has already told the reader so."""


@dataclass(frozen=True, kw_only=True)
class ErasedAddressHandler:
    """The handler and its collaborators."""

    rows: SubscriberRows
    suppression: SuppressionList
    clock: Clock

    def forget(self, request: AddressErased) -> Outcome:
        """Take the address off the suppression list once its row is erased. Raises Unavailable where it is not yet."""
        row = self.rows.get(ids=[request.subscriber]).get(request.subscriber)
        if row is None or row.status is not SubscriberStatus.ERASED:
            if self.clock.now() < request.at + MAX_ERASING_TIME:
                raise Unavailable("the row is not erased yet")
            return dropped("not-erased")
        return carried_out(forget_address(request.address, suppression=self.suppression))
