"""Transactional mail when any call fails, before its effect or after it: every mail is sent, and no invite twice."""

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
PORTS = ("rows", "requests", "sessions", "mailer", "ledger", "slots", "lookup")
FAULTS = [(Unavailable("no"), False), (Throttled("slower"), False), (LostAnswer("?"), False), (LostAnswer("?"), True)]
KINDS = [f"{type(error).__name__}-{'after' if after else 'before'}" for error, after in FAULTS]


def repeat_message(
    scene: TransactionalMail, mail_request: MailRequest, *, call: int, error: Exception, after: bool
) -> tuple[list[Any], int]:
    """Return the outcome each time the message was delivered, while that call fails, and the number of calls."""
    journal: list[str] = []
    wires = {name: FailingAt(getattr(scene, name), journal, call, error, after=after) for name in PORTS}
    outcomes: list[Any] = []
    while not outcomes or not isinstance(outcomes[-1], Outcome):
        assert len(outcomes) < 4, outcomes
        outcomes.append(scene.try_to_carry_out(mail_request, **wires))
        scene.clock.sleep(360)  # until SQS delivers the message again
    return outcomes, len(journal)


class FailingAt(Wire):
    """Fails at the n-th call of all ports together."""

    def __init__(self, behind: Any, journal: list[str], call: int, error: Exception, *, after: bool) -> None:
        super().__init__(behind, journal)
        self._at, self._error, self._after = call, error, after

    def __getattr__(self, name: str) -> Any:
        if len(self._journal) + 1 == self._at:
            self._faults.setdefault(name, {})[self._counts.get(name, 0) + 1] = self._error, self._after
        return super().__getattr__(name)


@pytest.mark.parametrize(("error", "after"), FAULTS, ids=KINDS)
@pytest.mark.parametrize("name", MAIL_REQUESTS)
def test_a_requested_mail_is_sent_whatever_fails_once(name: str, error: Exception, *, after: bool) -> None:
    """Each call in turn; at most one mail too many, and only if the answer to the first was lost."""
    _, calls = repeat_message(
        TransactionalMail(BEA, templates=PlainTemplates()), MAIL_REQUESTS[name], call=0, error=error, after=after
    )
    for call in range(1, calls + 1):
        scene = TransactionalMail(BEA, templates=PlainTemplates())
        outcomes, _ = repeat_message(scene, MAIL_REQUESTS[name], call=call, error=error, after=after)
        assert outcomes[-1].outcome is OutcomeType.SENT
        assert len(outcomes) == 2
        assert len(scene.sent) == (2 if after and call == calls else 1)  # the last call sends the mail
        assert len(scene.requests.kept) == name.startswith("confirm")


@pytest.mark.parametrize(("error", "after"), FAULTS, ids=KINDS)
@pytest.mark.parametrize("invite", [None, {}], ids=["welcome", "invite"])
def test_a_welcome_is_sent_whatever_fails_once(invite: dict[str, Any] | None, error: Exception, *, after: bool) -> None:
    """An invite is sent at most once: if its answer is lost, it is UNKNOWN, and every sent mail is recorded."""
    _, calls = repeat_message(
        confirmed_scene(invite=invite, templates=PlainTemplates()), JOIN_CONFIRMED, call=0, error=error, after=after
    )
    for call in range(1, calls + 1):
        scene = confirmed_scene(invite=invite, templates=PlainTemplates())
        outcomes, _ = repeat_message(scene, JOIN_CONFIRMED, call=call, error=error, after=after)
        unknown = [state for _, state, _ in entries(scene)] == [DeliveryState.UNKNOWN]
        if invite is None:
            assert 1 <= len(scene.sent) <= 1 + after
            assert set(scene.mail_names) == {"welcome"}
        else:
            assert len(scene.sent) <= 1
            assert scene.sent or unknown
            assert set(scene.mail_names) <= {"invite"}
        assert outcomes[-1].outcome in (OutcomeType.SENT, OutcomeType.UNKNOWN, OutcomeType.DROPPED)
