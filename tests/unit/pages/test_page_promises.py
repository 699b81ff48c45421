"""What pages promise about erased data, stored data and coming back: no more than the code does."""

from __future__ import annotations

from datetime import timedelta

from convener.subscribers.mail_requests import Purpose
from convener.subscribers.tokens import OneTimeLink
from tests.support.event_links import TOKENS
from tests.support.people import OPENED
from tests.support.visiting import FORM, READER, Visit, words


def one_time_token(purpose: Purpose) -> str:
    """Return the token of a link that was sent just now."""
    expires = OPENED + timedelta(minutes=30)
    return TOKENS.fresh(purpose, OneTimeLink(subscriber=READER.id, expires=expires, nonce="ab" * 8))


def test_the_erase_page_names_the_requests_that_remain() -> None:
    """They hold an address and a first name, can't be found by subscriber id, and expire by themselves."""
    visit, token = Visit(), one_time_token(Purpose.ERASE)
    assert "what was typed into our forms" in words(visit.ask("erase", token))
    erased = visit.ask("erase", token, "POST", headers=FORM, body="action=erase")
    assert "what goes by itself in the next weeks" in words(erased)


def test_the_data_page_names_them_too() -> None:
    """A page that says “this is all of it” names what it can't show."""
    shown = Visit().ask("data", one_time_token(Purpose.DATA), "POST", headers=FORM, body="action=see")
    assert "typed into our forms" in words(shown)


def test_the_undo_page_says_that_a_mail_may_be_missed() -> None:
    """A mailing that left the reader out is not sent later, so “as before” alone would be wrong."""
    visit, token = Visit(), TOKENS.leave(READER.id)
    visit.leave(token)
    assert "what left while you were away doesn’t come again" in words(visit.leave(token, "action=undo"))
