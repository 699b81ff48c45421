"""What pages promise about her data and her way back: no more than what is done."""

from __future__ import annotations

from datetime import timedelta

from convener.subscribers.mail_requests import Purpose
from convener.subscribers.tokens import OneTimeLink
from tests.support.event_links import TOKENS
from tests.support.people import OPENED
from tests.support.visiting import FORM, READER, Visit, words


def fresh(purpose: Purpose) -> str:
    """A link that was sent just now."""
    expires = OPENED + timedelta(minutes=30)
    return TOKENS.fresh(purpose, OneTimeLink(subscriber=READER.id, expires=expires, nonce="ab" * 8))


def test_erasing_says_that_requests_outlive_it_for_some_days() -> None:
    """They hold an address and a first name, are found by no id of hers, and go by themselves."""
    visit, token = Visit(), fresh(Purpose.ERASE)
    assert "what was typed into our forms" in words(visit.ask("erase", token))
    erased = visit.ask("erase", token, "POST", headers=FORM, body="action=erase")
    assert "what goes by itself in the next weeks" in words(erased)


def test_her_data_say_so_too() -> None:
    """A page that says “this is all of it” names what it can't show."""
    seen = Visit().ask("data", fresh(Purpose.DATA), "POST", headers=FORM, body="action=see")
    assert "typed into our forms" in words(seen)


def test_who_comes_back_hears_that_she_may_have_missed_a_mail() -> None:
    """A mailing that left her out while she was away is not made up for: “as before” alone would not be so."""
    visit, token = Visit(), TOKENS.leave(READER.id)
    visit.leave(token)
    assert "what left while you were away doesn’t come again" in words(visit.leave(token, "action=undo"))
