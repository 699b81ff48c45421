"""The page to confirm by: its button, what the button does, and what the page says if the button does nothing."""

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
from tests.support.joining import ASKED, NEW_SUBSCRIBER, join_request, move_request
from tests.support.people import subscriber
from tests.support.visiting import BASE, FORM, Visit, words

MOVER = subscriber(1)


class WaitingVisit(Visit):
    """A visit with a stored confirmation request and the link to it."""

    def __init__(self, request: ConfirmationRequest | None = None, **more: Any) -> None:
        super().__init__(**{"people": [MOVER], **more})
        self.request = request or join_request()
        self.requests.keep(self.request)

    def go(self, method: str = "GET", **more: Any) -> Any:
        """Return the response to the link."""
        return self.ask("confirm", TOKENS.confirm(self.request.id), method, **more)

    def press(self, body: str = "") -> Any:
        """Return the response to the button."""
        return self.go("POST", headers=FORM, body=body)


@pytest.mark.parametrize(
    ("sent", "status"),
    [(("text/plain", "x"), 415), ((FORM["content-type"], "a" * 1_048_576), 413), (("multipart/form-data", "x"), 400)],
)
def test_a_body_that_is_no_form_confirms_nothing(sent: tuple[str, str], status: int) -> None:
    """A megabyte, another content type or an invalid multipart shows the button again, and nothing is written."""
    visit = WaitingVisit()
    answer = visit.go("POST", headers={"content-type": sent[0]}, body=sent[1])
    assert (answer.status, answer.body) == (status, visit.go().body)
    assert (visit.rows.commits, visit.mail_requests.sent) == (0, [])


@pytest.mark.parametrize("make", [join_request, move_request])
def test_reading_shows_one_button_and_changes_nothing(make: Any) -> None:
    """GET and HEAD requests change nothing, however often a scanner sends them.

    The address is masked, and no script presses the button.
    """
    visit = WaitingVisit(make())
    for method in ("GET", "HEAD", "GET", "HEAD"):
        answer = visit.go(method)
        assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    assert (visit.rows.writes, visit.mail_requests.sent, visit.consents.entries) == (0, [], [])
    assert visit.requests.kept == {visit.request.id: visit.request}
    assert answer.body.count("<form") == answer.body.count("<button") == 1
    assert '<form method="post">' in answer.body
    assert "r•••@example.org" in words(answer)
    assert not re.search("<script|reader2", answer.body)


def test_the_page_names_the_chosen_mails() -> None:
    """The page names the chosen kinds of mail, and says that ignoring the mail is enough."""
    said = words(WaitingVisit().go())
    assert "we write to r•••@example.org : the invitation of each conversation" in said
    assert "Nothing happens" in said


@pytest.mark.parametrize("body", ["", "x=y", "List-Unsubscribe=One-Click", "\x00" * 9])
def test_the_button_subscribes(body: str) -> None:
    """It writes a row and a consent entry, queues a welcome, and links to the preferences, whatever it posts."""
    visit = WaitingVisit()
    answer = visit.press(body)
    assert (answer.status, "You are in" in words(answer)) == (200, True)
    assert visit.rows.rows[NEW_SUBSCRIBER.id].status == SubscriberStatus.CONFIRMED
    assert [entry.what for entry in visit.consents.entries] == [ConsentEvent.JOINED]
    assert visit.mail_requests.sent == [JoinConfirmed(mark=visit.request.id, at=visit.clock.now())]
    assert f'href="{BASE}/preferences/{TOKENS.leave(NEW_SUBSCRIBER.id)}"' in answer.body


def test_pressing_again_writes_nothing() -> None:
    """The page stays the same for reading and for pressing, also after a month."""
    visit = WaitingVisit()
    visit.press()
    for later in (timedelta(), timedelta(days=30)):
        visit.clock.move_to(visit.clock.now() + later)
        for answer in (visit.press(), visit.go()):
            assert "You are in" in words(answer)
            assert "<form" not in answer.body
    assert (visit.rows.commits, len(visit.mail_requests.sent)) == (1, 1)


def test_the_button_of_a_move_changes_the_address() -> None:
    """The page says so, and old links lead to the new row."""
    visit = WaitingVisit(move_request())
    assert "The address that it went to before is deleted" in words(visit.go())
    assert "We write to your new address" in words(visit.press())
    assert visit.rows.rows[MOVER.id].moved_to == NEW_SUBSCRIBER.id
    assert "We write to your new address" in words(visit.go())


@pytest.mark.parametrize(
    ("subscriber_status", "make", "expected"),
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
def test_a_refused_confirmation_is_explained(subscriber_status: SubscriberStatus, make: Any, expected: str) -> None:
    """Reading and pressing show the same reason and the next step, and write nothing."""
    since = ASKED + timedelta(minutes=1)
    visit = WaitingVisit(make(), people=[MOVER, subscriber(2, status=subscriber_status, status_since=since)])
    for answer in (visit.go(), visit.press()):
        assert (answer.status, expected in words(answer)) == (200, True)
        assert "hello@kindness.example" in answer.body
        assert "<form" not in answer.body
    assert (visit.rows.writes, visit.mail_requests.sent) == (0, [])


def test_a_subscriber_who_left_since_is_not_called_subscribed() -> None:
    """The link was pressed before the subscriber left."""
    visit = WaitingVisit()
    visit.press()
    visit.rows.rows[NEW_SUBSCRIBER.id] = subscriber(2, status=SubscriberStatus.LEFT, version=2)
    assert "you have left" in words(visit.go())


@pytest.mark.parametrize("known", [True, False])
def test_after_a_week_the_page_links_to_the_form(known: bool) -> None:
    """Reading and pressing get 410, whether the request is still stored or not."""
    visit = WaitingVisit()
    visit.clock.move_to(ASKED + VALID)
    if not known:
        visit.requests.kept.clear()
    for answer in (visit.go(), visit.press()):
        assert (answer.status, "This link has expired" in words(answer)) == (410, True)
        assert 'href="/subscribe"' in answer.body
    assert (visit.rows.writes, visit.mail_requests.sent) == (0, [])


def test_other_links_confirm_nothing() -> None:
    """Neither a link to unsubscribe nor a damaged link confirms anything."""
    visit = WaitingVisit()
    token = TOKENS.confirm(visit.request.id)
    for wrong in (TOKENS.leave(visit.request.id), token[:-1], token.upper(), ""):
        assert visit.ask("confirm", wrong, "POST", headers=FORM).status == 404
    assert visit.ask("confirm", f"{token[:30]}=\r\n{token[30:]}=3D", "POST").status == 200


@pytest.mark.parametrize("error", [Unavailable("down"), LostAnswer("no answer")])
@pytest.mark.parametrize("failing", ["find", "get", "send", "commit"])
def test_if_a_call_fails_the_button_is_shown_again(error: Exception, failing: str) -> None:
    """503 with the same button; when the service works again, the button does its work once."""
    visit = WaitingVisit()
    owner: Any = {"find": visit.requests, "send": visit.mail_requests}.get(failing, visit.rows)
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


def test_every_page_is_complete() -> None:
    """One h1, no empty element, nothing undefined, nothing from other hosts."""
    pages = [WaitingVisit(make()) for make in (join_request, move_request)]
    answers = [answer for visit in pages for answer in (visit.go(), visit.press(), visit.press())]
    late = WaitingVisit(now=ASKED + VALID)
    for answer in (*answers, late.go(), late.ask("subscribe")):
        assert re.findall(r"<h(\d)", answer.body).count("1") == 1
        assert not re.search(r" style=|\bon[a-z]+=|javascript:|http://", answer.body)
        assert not re.search(r"None|Undefined|<(p|h\d|ul|li|strong|span)\b[^>]*>\s*</\1>", answer.body)
        assert re.search(r"<title>[^<]*Conversation for Kindness", answer.body)
