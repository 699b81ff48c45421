"""Carrying out one letter that a page asked for."""

from __future__ import annotations

from dataclasses import dataclass

from convener.errors import BadInput, Conflict, LostAnswer, Refused, Unavailable
from convener.subscribers.mail_requests import Confirmed, JoinAsked, Letter, LinkAsked
from convener.transactional_mail.outcomes import Outcome, Told
from convener.transactional_mail.request_handlers import Asked
from convener.transactional_mail.welcome import Welcome

AGAIN = (BadInput, Conflict, LostAnswer, Unavailable)
"""What brings a letter back: SES or the tables can't do it now, or nobody can read it."""


@dataclass(frozen=True, kw_only=True)
class Secretary:
    """Knows who carries out what."""

    asked: Asked
    welcome: Welcome

    def carry_out(self, letter: Letter) -> Told:
        """What came of it. Doing it again does no harm: a request is kept once, and its marks count once.

        Raises BadInput where it can't be understood; Unavailable, LostAnswer or Conflict where it must come again.
        """
        try:
            if isinstance(letter, Confirmed):
                return self.welcome.welcome(letter)
            if isinstance(letter, JoinAsked):
                return self.asked.join(letter)
            if isinstance(letter, LinkAsked):
                return self.asked.link(letter)
            return self.asked.move(letter)
        except Refused as reason:
            return Told(outcome=Outcome.REFUSED, why=str(reason))
