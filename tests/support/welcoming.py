"""A confirmed request to subscribe, whose welcome is due."""

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
    """Return the handlers with a confirmed request.

    `invite` are changes of the open invite campaign; None means that there is no campaign.
    """
    scene = TransactionalMail(*([row] if row else []), mailer=mailer, **world)
    confirmation = ConfirmationRequest(
        id=mark(1), wish=RequestType.JOIN, subscriber=ANA.id, address=ANA.address, asked_at=NOW, done_at=DONE, by="page"
    )
    scene.requests.keep(confirmation)
    if invite is not None:
        scene.open(campaign(edition=scene.editions.put(edition()), **invite))
    return scene


def answered(scene: TransactionalMail) -> bool:
    """Return whether the request is marked as answered."""
    return scene.requests.kept[mark(1)].answered


def entries(scene: TransactionalMail) -> list[tuple[str, DeliveryState, str]]:
    """Return recipient, state and note of every ledger entry."""
    chunks = scene.ledger.chunk_items.values()
    return [(chunk.recipients[n], one.state, one.note) for chunk in chunks for n, one in enumerate(chunk.entries)]
