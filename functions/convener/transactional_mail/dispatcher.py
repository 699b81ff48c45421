"""Carrying out one letter that a page asked for."""

from __future__ import annotations

from dataclasses import dataclass

from convener.errors import BadInput, Conflict, LostAnswer, Refused, Unavailable
from convener.subscribers.mail_requests import JoinConfirmed, JoinRequested, LinkRequested, MailRequest
from convener.transactional_mail.outcomes import Outcome, OutcomeType
from convener.transactional_mail.request_handlers import RequestHandlers
from convener.transactional_mail.welcome import WelcomeHandler

RETRYABLE = (BadInput, Conflict, LostAnswer, Unavailable)
"""What brings a letter back: SES or the tables can't do it now, or nobody can read it."""


@dataclass(frozen=True, kw_only=True)
class Dispatcher:
    """Knows who carries out what."""

    asked: RequestHandlers
    welcome: WelcomeHandler

    def carry_out(self, letter: MailRequest) -> Outcome:
        """What came of it. Doing it again does no harm: a request is kept once, and its marks count once.

        Raises BadInput where it can't be understood; Unavailable, LostAnswer or Conflict where it must come again.
        """
        try:
            if isinstance(letter, JoinConfirmed):
                return self.welcome.welcome(letter)
            if isinstance(letter, JoinRequested):
                return self.asked.join(letter)
            if isinstance(letter, LinkRequested):
                return self.asked.link(letter)
            return self.asked.move(letter)
        except Refused as reason:
            return Outcome(outcome=OutcomeType.REFUSED, why=str(reason))
