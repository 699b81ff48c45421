"""Dispatching each mail request of the queue to its handler."""

from __future__ import annotations

from dataclasses import dataclass

from convener.errors import BadInput, Conflict, LostAnswer, Refused, Unavailable
from convener.subscribers.mail_requests import AddressErased, JoinConfirmed, JoinRequested, LinkRequested, MailRequest
from convener.transactional_mail.erased_address import ErasedAddressHandler
from convener.transactional_mail.outcomes import Outcome, OutcomeType
from convener.transactional_mail.request_handlers import RequestHandlers
from convener.transactional_mail.welcome import WelcomeHandler

RETRYABLE = (BadInput, Conflict, LostAnswer, Unavailable)
"""Errors that keep a message in the queue: SES or a table fails at present, or the message can't be understood."""


@dataclass(frozen=True, kw_only=True)
class Dispatcher:
    """The handlers of all mail requests."""

    requests: RequestHandlers
    welcomes: WelcomeHandler
    erased_addresses: ErasedAddressHandler

    def carry_out(self, mail_request: MailRequest) -> Outcome:
        """Handle a mail request.

        Handling a request again does no harm: its confirmation request is stored once, and its mark counts once.

        Raises:
            BadInput: The request can't be understood.
            Unavailable, LostAnswer, Conflict: The request must be handled again later.
        """
        try:
            if isinstance(mail_request, JoinConfirmed):
                return self.welcomes.welcome(mail_request)
            if isinstance(mail_request, JoinRequested):
                return self.requests.join(mail_request)
            if isinstance(mail_request, LinkRequested):
                return self.requests.link(mail_request)
            if isinstance(mail_request, AddressErased):
                return self.erased_addresses.forget(mail_request)
            return self.requests.move(mail_request)
        except Refused as error:
            return Outcome(outcome=OutcomeType.REFUSED, reason=str(error))
