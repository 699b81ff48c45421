"""One transactional mail of each type, for golden files and for tests of the design."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from convener.delivery.mail import Mail
from convener.mailing_types import RECAP
from convener.subscribers.confirmation_request import ConfirmationRequest, RequestType
from convener.subscribers.mail_requests import JoinConfirmed, LinkRequested, MoveRequested, Purpose
from convener.subscribers.models import Subscriber
from convener.transactional_mail.outcomes import OutcomeType
from tests.support.mails import BARE, MARCH, RICH
from tests.support.people import campaign
from tests.support.transactional import NOW, TransactionalMail, id_of, join, mark, reader

ANA = reader(first_name="Aroha", zone="Pacific/Auckland")
RECAPS = frozenset({"recap", "follow-up"})


def welcome_to(row: Subscriber, **world: Any) -> Mail:
    """Return the welcome to a subscriber, with a recap of March if there was a session in March."""
    scene = TransactionalMail(row, **{"sessions": (MARCH, RICH), **world})
    scene.open(campaign(RECAP, id="2024-03/recap", session="2024-03"))
    done = NOW - timedelta(seconds=5)
    confirmation = ConfirmationRequest(
        id=mark(7), wish=RequestType.JOIN, subscriber=row.id, address=row.address, asked_at=NOW, done_at=done
    )
    scene.requests.keep(confirmation)
    return _only(scene, JoinConfirmed(mark=mark(7), at=done))


def _only(scene: TransactionalMail, mail_request: Any) -> Mail:
    outcome = scene.carry_out(mail_request)
    assert outcome.outcome is OutcomeType.SENT
    (mail,) = scene.sent
    return mail


def _link(purpose: Purpose) -> Mail:
    return _only(TransactionalMail(ANA), LinkRequested(mark=mark(9), at=NOW, subscriber=ANA.id, purpose=purpose))


SAMPLES: dict[str, Callable[[], Mail]] = {
    "confirm": lambda: _only(TransactionalMail(), join()),
    "confirm-recaps": lambda: _only(TransactionalMail(), join(kinds=RECAPS)),
    "known": lambda: _only(TransactionalMail(ANA), join()),
    "known-paused": lambda: _only(
        TransactionalMail(replace(ANA, kinds=RECAPS, paused_until=NOW + timedelta(days=30))), join()
    ),
    "known-imported": lambda: _only(
        TransactionalMail(replace(ANA, batch="2024-05-02-abc", version=1)), join(kinds=RECAPS)
    ),
    "confirm-address": lambda: _only(
        TransactionalMail(ANA), MoveRequested(mark=mark(8), at=NOW, subscriber=ANA.id, address="new@example.org")
    ),
    "welcome": lambda: welcome_to(ANA),
    "welcome-bare": lambda: welcome_to(
        reader("nobody@example.org", kinds=RECAPS, confirmed_at=NOW), sessions=(), now=NOW
    ),
    "link-data": lambda: _link(Purpose.DATA),
    "link-erase": lambda: _link(Purpose.ERASE),
    "link-address": lambda: _link(Purpose.ADDRESS),
}

__all__ = ["ANA", "BARE", "RECAPS", "SAMPLES", "id_of", "welcome_to"]
