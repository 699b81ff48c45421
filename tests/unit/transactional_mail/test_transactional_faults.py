"""Whatever fails, before or after it took effect: a letter leaves at last, and no invite leaves twice."""

from __future__ import annotations

from typing import Any

import pytest

from convener.delivery.states import DeliveryState
from convener.errors import LostAnswer, Throttled, Unavailable
from convener.subscribers.mail_requests import LinkRequested, MailRequest, MoveRequested, Purpose
from convener.transactional_mail.outcomes import Outcome, OutcomeType
from tests.support.delivering import Wire
from tests.support.transactional import NOW, PlainTemplates, TransactionalMail, join, mark, reader
from tests.support.welcoming import JOIN_CONFIRMED, confirmed_scene, entries

BEA = reader("bea@example.org")
MAIL_REQUESTS: dict[str, MailRequest] = {
    "confirm": join(),
    "known": join(1, BEA.address),
    "confirm-address": MoveRequested(mark=mark(1), at=NOW, subscriber=BEA.id, address="new@example.org"),
    "link": LinkRequested(mark=mark(1), at=NOW, subscriber=BEA.id, purpose=Purpose.ERASE),
}
PORTS = ("rows", "requests", "sessions", "mailer", "ledger", "slots", "look")
FAULTS = [(Unavailable("no"), False), (Throttled("slower"), False), (LostAnswer("?"), False), (LostAnswer("?"), True)]
KINDS = [f"{type(error).__name__}-{'after' if after else 'before'}" for error, after in FAULTS]


def played(
    scene: TransactionalMail, mail_request: MailRequest, *, call: int, error: Exception, after: bool
) -> tuple[list[Any], int]:
    """What came of the message each time it was seen, with that call failing; and how many calls there were."""
    journal: list[str] = []
    wires = {name: Counting(getattr(scene, name), journal, call, error, after=after) for name in PORTS}
    told: list[Any] = []
    while not told or not isinstance(told[-1], Outcome):
        assert len(told) < 4, told
        told.append(scene.try_to_carry_out(mail_request, **wires))
        scene.clock.sleep(360)  # until SQS shows it again
    return told, len(journal)


class Counting(Wire):
    """The n-th call of all ports fails."""

    def __init__(self, behind: Any, journal: list[str], call: int, error: Exception, *, after: bool) -> None:
        super().__init__(behind, journal)
        self._at, self._error, self._after = call, error, after

    def __getattr__(self, name: str) -> Any:
        if len(self._journal) + 1 == self._at:
            self._faults.setdefault(name, {})[self._counts.get(name, 0) + 1] = self._error, self._after
        return super().__getattr__(name)


@pytest.mark.parametrize(("error", "after"), FAULTS, ids=KINDS)
@pytest.mark.parametrize("name", MAIL_REQUESTS)
def test_a_letter_that_was_asked_for_leaves_whatever_fails_once(name: str, error: Exception, *, after: bool) -> None:
    """Every call in turn: at most one mail too many, and that only where nobody knows of the first."""
    _, calls = played(
        TransactionalMail(BEA, templates=PlainTemplates()), MAIL_REQUESTS[name], call=0, error=error, after=after
    )
    for call in range(1, calls + 1):
        scene = TransactionalMail(BEA, templates=PlainTemplates())
        told, _ = played(scene, MAIL_REQUESTS[name], call=call, error=error, after=after)
        assert told[-1].outcome is OutcomeType.SENT
        assert len(told) == 2
        assert len(scene.sent) == (2 if after and call == calls else 1)  # the last call hands the mail over
        assert len(scene.requests.kept) == name.startswith("confirm")


@pytest.mark.parametrize(("error", "after"), FAULTS, ids=KINDS)
@pytest.mark.parametrize("invite", [None, {}], ids=["welcome", "invite"])
def test_a_welcome_leaves_whatever_fails_once(invite: dict[str, Any] | None, error: Exception, *, after: bool) -> None:
    """An invite once at most: where its answer was lost it is UNKNOWN, and what is sent is recorded."""
    _, calls = played(
        confirmed_scene(invite=invite, templates=PlainTemplates()), JOIN_CONFIRMED, call=0, error=error, after=after
    )
    for call in range(1, calls + 1):
        scene = confirmed_scene(invite=invite, templates=PlainTemplates())
        told, _ = played(scene, JOIN_CONFIRMED, call=call, error=error, after=after)
        unknown = [state for _, state, _ in entries(scene)] == [DeliveryState.UNKNOWN]
        if invite is None:
            assert 1 <= len(scene.sent) <= 1 + after
            assert set(scene.kinds) == {"welcome"}
        else:
            assert len(scene.sent) <= 1
            assert scene.sent or unknown
            assert set(scene.kinds) <= {"invite"}
        assert told[-1].outcome in (OutcomeType.SENT, OutcomeType.UNKNOWN, OutcomeType.DROPPED)
