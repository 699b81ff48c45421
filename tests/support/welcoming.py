"""Somebody has just pressed the button of her request, for tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from convener.delivery.states import DeliveryState
from convener.subscribers.confirmation_request import ConfirmationRequest, RequestType
from convener.subscribers.mail_requests import JoinConfirmed
from tests.support.people import campaign, edition
from tests.support.transactional import NOW, TransactionalMail, mark, reader

ID = "2024-04/invite"
DONE = NOW - timedelta(seconds=5)
ANA = reader(confirmed_at=DONE, first_name="Ana")
JOIN_CONFIRMED = JoinConfirmed(mark=mark(1), at=DONE)


def confirmed_scene(
    row: Any = ANA, *, invite: dict[str, Any] | None = None, mailer: Any = None, **world: Any
) -> TransactionalMail:
    """Somebody pressed the button of her request; `invite` are changes of the open campaign, None: there is none."""
    scene = TransactionalMail(*([row] if row else []), mailer=mailer, **world)
    asked = ConfirmationRequest(
        id=mark(1), wish=RequestType.JOIN, subscriber=ANA.id, address=ANA.address, asked_at=NOW, done_at=DONE, by="page"
    )
    scene.requests.keep(asked)
    if invite is not None:
        scene.open(campaign(edition=scene.editions.put(edition()), **invite))
    return scene


def answered(scene: TransactionalMail) -> bool:
    """Whether the request says that its mail has left."""
    return scene.requests.kept[mark(1)].answered


def entries(scene: TransactionalMail) -> list[tuple[str, DeliveryState, str]]:
    """Everything that the ledger has of mails."""
    chunks = scene.ledger.chunk_items.values()
    return [(chunk.recipients[n], one.state, one.note) for chunk in chunks for n, one in enumerate(chunk.entries)]
