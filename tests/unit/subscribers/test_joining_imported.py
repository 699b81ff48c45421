"""Who asks to join, comes in with a list meanwhile, and presses her button: from then on she is in by herself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from convener.subscribers.confirmation_result import ConfirmationResult
from convener.subscribers.confirming import confirm
from convener.subscribers.consent import ConsentEvent
from convener.subscribers.identity import subscriber_id
from convener.subscribers.mail_requests import JoinConfirmed
from tests.support.fake_unit_of_work import FakeMailRequestQueue, FakeUnitOfWork
from tests.support.joining import join_request
from tests.support.lists import KEY, NOW, load, undo_import

ANNA = subscriber_id("anna@example.org", key=KEY)
LATER = NOW + timedelta(hours=1)
REQUEST = join_request(subscriber=ANNA, address="anna@example.org", asked_at=NOW - timedelta(hours=1), first_name="")


def pressed(store: FakeUnitOfWork) -> tuple[ConfirmationResult, FakeMailRequestQueue]:
    """What her button says, and what it queued."""
    letters = FakeMailRequestQueue()
    store.requests.keep(REQUEST)
    seen = confirm(REQUEST.id, unit_of_work=store, requests=store.requests, mail_requests=lambda: letters, now=LATER)
    assert isinstance(seen.plan, ConfirmationResult)
    return seen.plan, letters


def test_the_undo_of_the_import_does_not_lose_who_confirmed_since() -> None:
    """Her button makes the row hers, with what she asked for; since when she is on the list stays."""
    store = FakeUnitOfWork()
    load("email,first_name,joined\nanna@example.org,Anna,2024-01-02\n", store)
    imported = store.rows[ANNA]
    verdict, letters = pressed(store)
    assert (verdict, letters.sent) == (ConfirmationResult.DONE, [JoinConfirmed(mark=REQUEST.id, at=LATER)])
    assert undo_import(store, now=LATER).taken_off == 0
    assert store.rows[ANNA] == replace(imported, batch="", kinds=REQUEST.kinds, zone=REQUEST.zone, version=2)
    assert [entry.what for entry in store.consents.of(ANNA)] == [ConsentEvent.IMPORTED, ConsentEvent.JOINED]


def test_what_she_chose_since_the_import_stays() -> None:
    """An older mail's button undoes nothing, and the undo leaves such a row alone by itself."""
    store = FakeUnitOfWork()
    load("anna@example.org\n", store)
    store.rows[ANNA] = chosen = replace(store.rows[ANNA], kinds=frozenset({"recap"}), version=2)
    assert pressed(store)[0] == ConfirmationResult.ALREADY
    undo_import(store, now=LATER)
    assert store.rows[ANNA] == chosen
