"""The page that a mail leads to: one button, what it does, and what there is to say where it does nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from convener.errors import LostAnswer, Unavailable
from convener.subscribers.confirmation_request import VALID, ConfirmationRequest
from convener.subscribers.consent import ConsentEvent
from convener.subscribers.mail_requests import JoinConfirmed
from convener.subscribers.models import SubscriberStatus
from tests.support.event_links import TOKENS
from tests.support.joining import ASKED, THERE, join_request, move_request
from tests.support.people import subscriber
from tests.support.visiting import BASE, FORM, Visit, words

MOVER = subscriber(1)


class Waiting(Visit):
    """A visit with a request that waits, and the link to it."""

    def __init__(self, request: ConfirmationRequest | None = None, **more: Any) -> None:
        super().__init__(**{"people": [MOVER], **more})
        self.request = request or join_request()
        self.requests.keep(self.request)

    def go(self, method: str = "GET", **more: Any) -> Any:
        """The answer to that link."""
        return self.ask("confirm", TOKENS.confirm(self.request.id), method, **more)

    def press(self, body: str = "") -> Any:
        """The answer to its button."""
        return self.go("POST", headers=FORM, body=body)


@pytest.mark.parametrize(
    ("sent", "status"),
    [(("text/plain", "x"), 415), ((FORM["content-type"], "a" * 1_048_576), 413), (("multipart/form-data", "x"), 400)],
)
def test_what_is_no_form_presses_nothing(sent: tuple[str, str], status: int) -> None:
    """A megabyte, another type, a broken multipart: the button again, and nothing is written."""
    visit = Waiting()
    answer = visit.go("POST", headers={"content-type": sent[0]}, body=sent[1])
    assert (answer.status, answer.body) == (status, visit.go().body)
    assert (visit.rows.commits, visit.letters.sent) == (0, [])


@pytest.mark.parametrize("make", [join_request, move_request])
def test_looking_shows_one_button_and_changes_nothing(make: Any) -> None:
    """As often as a scanner looks, by GET and HEAD; the address is masked, and no script presses the button."""
    visit = Waiting(make())
    for method in ("GET", "HEAD", "GET", "HEAD"):
        answer = visit.go(method)
        assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    assert (visit.rows.writes, visit.letters.sent, visit.consents.entries) == (0, [], [])
    assert visit.requests.kept == {visit.request.id: visit.request}
    assert answer.body.count("<form") == answer.body.count("<button") == 1
    assert '<form method="post">' in answer.body
    assert "r•••@example.org" in words(answer)
    assert not re.search("<script|reader2", answer.body)


def test_the_button_says_what_will_come() -> None:
    """The kinds that were asked for, and that doing nothing is enough to stay away."""
    said = words(Waiting().go())
    assert "we write to r•••@example.org : the invitation of each conversation" in said
    assert "Nothing happens" in said


@pytest.mark.parametrize("body", ["", "x=y", "List-Unsubscribe=One-Click", "\x00" * 9])
def test_pressing_it_joins(body: str) -> None:
    """Whatever the button posts: a row, an entry, a welcome, and the way to change what she gets."""
    visit = Waiting()
    answer = visit.press(body)
    assert (answer.status, "You are in" in words(answer)) == (200, True)
    assert visit.rows.rows[THERE.id].status == SubscriberStatus.CONFIRMED
    assert [entry.what for entry in visit.consents.entries] == [ConsentEvent.JOINED]
    assert visit.letters.sent == [JoinConfirmed(mark=visit.request.id, at=visit.clock.now())]
    assert f'href="{BASE}/preferences/{TOKENS.leave(THERE.id)}"' in answer.body


def test_pressing_again_says_the_same_and_writes_nothing() -> None:
    """Also by looking, and after a month."""
    visit = Waiting()
    visit.press()
    for later in (timedelta(), timedelta(days=30)):
        visit.clock.move_to(visit.clock.now() + later)
        for answer in (visit.press(), visit.go()):
            assert "You are in" in words(answer)
            assert "<form" not in answer.body
    assert (visit.rows.commits, len(visit.letters.sent)) == (1, 1)


def test_pressing_the_button_of_a_move_moves() -> None:
    """The page says so, and the old links lead on."""
    visit = Waiting(move_request())
    assert "The address that it went to before is deleted" in words(visit.go())
    assert "We write to your new address" in words(visit.press())
    assert visit.rows.rows[MOVER.id].moved_to == THERE.id
    assert "We write to your new address" in words(visit.go())


@pytest.mark.parametrize(
    ("standing", "make", "told"),
    [
        (SubscriberStatus.BOUNCED, join_request, "came back to us"),
        (SubscriberStatus.COMPLAINED, join_request, "marked as spam"),
        (SubscriberStatus.LEFT, join_request, "you have left"),
        (SubscriberStatus.ERASED, join_request, "you have left"),
        (SubscriberStatus.BOUNCED, move_request, "came back to us"),
        (SubscriberStatus.COMPLAINED, move_request, "marked as spam"),
        (SubscriberStatus.LEFT, move_request, "the list has changed"),
    ],
)
def test_who_must_not_be_revived_is_told_why(standing: SubscriberStatus, make: Any, told: str) -> None:
    """By looking and by pressing alike, with a way on and nothing written."""
    since = ASKED + timedelta(minutes=1)
    visit = Waiting(make(), people=[MOVER, subscriber(2, status=standing, status_since=since)])
    for answer in (visit.go(), visit.press()):
        assert (answer.status, told in words(answer)) == (200, True)
        assert "hello@kindness.example" in answer.body
        assert "<form" not in answer.body
    assert (visit.rows.writes, visit.letters.sent) == (0, [])


def test_whoever_left_since_is_not_told_that_she_is_in() -> None:
    """A link that was pressed once, by somebody who is gone by now."""
    visit = Waiting()
    visit.press()
    visit.rows.rows[THERE.id] = subscriber(2, status=SubscriberStatus.LEFT, version=2)
    assert "you have left" in words(visit.go())


@pytest.mark.parametrize("known", [True, False])
def test_after_a_week_the_form_is_the_way(known: bool) -> None:
    """410 by looking and by pressing, whether it is still in the table or not."""
    visit = Waiting()
    visit.clock.move_to(ASKED + VALID)
    if not known:
        visit.requests.kept.clear()
    for answer in (visit.go(), visit.press()):
        assert (answer.status, "This link has expired" in words(answer)) == (410, True)
        assert 'href="/subscribe"' in answer.body
    assert (visit.rows.writes, visit.letters.sent) == (0, [])


def test_other_links_confirm_nothing() -> None:
    """A link to leave, a cut one, an upper-cased one: nobody's."""
    visit = Waiting()
    token = TOKENS.confirm(visit.request.id)
    for wrong in (TOKENS.leave(visit.request.id), token[:-1], token.upper(), ""):
        assert visit.ask("confirm", wrong, "POST", headers=FORM).status == 404
    assert visit.ask("confirm", f"{token[:30]}=\r\n{token[30:]}=3D", "POST").status == 200


@pytest.mark.parametrize("error", [Unavailable("down"), LostAnswer("no answer")])
@pytest.mark.parametrize("failing", ["find", "get", "send", "commit"])
def test_whatever_fails_the_button_comes_again(error: Exception, failing: str) -> None:
    """503 and the same button; once all is well, it does what it says, once."""
    visit = Waiting()
    owner: Any = {"find": visit.requests, "send": visit.letters}.get(failing, visit.rows)
    real = getattr(owner, failing)

    def fails(*_: Any, **__: Any) -> Any:
        raise error

    setattr(owner, failing, fails)
    answer = visit.press()
    assert (answer.status, answer.headers["retry-after"]) == (503, "30")
    assert (visit.rows.commits, answer.body.count("<button")) == (0, 1)
    assert "Not saved, please try again" in words(answer)
    setattr(owner, failing, real)
    assert "You are in" in words(visit.press())
    assert visit.rows.commits == 1


def test_every_page_of_it_is_whole() -> None:
    """One h1, no element without words, nothing undefined, nothing from elsewhere."""
    pages = [Waiting(make()) for make in (join_request, move_request)]
    answers = [answer for visit in pages for answer in (visit.go(), visit.press(), visit.press())]
    late = Waiting(now=ASKED + VALID)
    for answer in (*answers, late.go(), late.ask("subscribe")):
        assert re.findall(r"<h(\d)", answer.body).count("1") == 1
        assert not re.search(r" style=|\bon[a-z]+=|javascript:|http://", answer.body)
        assert not re.search(r"None|Undefined|<(p|h\d|ul|li|strong|span)\b[^>]*>\s*</\1>", answer.body)
        assert re.search(r"<title>[^<]*Conversation for Kindness", answer.body)
