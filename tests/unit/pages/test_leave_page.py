"""The page to leave by: what it shows, what it does, and all that it doesn't."""

from __future__ import annotations

import base64
import string
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convener.errors import LostAnswer, Unavailable
from convener.subscribers.consent import ConsentEvent
from convener.subscribers.models import SubscriberStatus
from convener.subscribers.unit_of_work import Transaction
from tests.support.event_links import TOKENS
from tests.support.fake_unit_of_work import FakeUnitOfWork
from tests.support.people import subscriber
from tests.support.visiting import FORM, METHODS, ONE_CLICK, READER, Visit, words

TOKEN = TOKENS.leave(READER.id)
VISIT = Visit()
MULTIPART = "multipart/form-data; boundary=x"


def part(name: str = "List-Unsubscribe", value: str = "One-Click", end: str = "--x--\r\n") -> str:
    """A multipart body of one field."""
    return f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n{end}'


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("standing", list(SubscriberStatus))
def test_looking_changes_nothing(method: str, standing: SubscriberStatus) -> None:
    """Whatever she is, the page is there, and her row stays as it was."""
    visit = Visit(people=[subscriber(1, status=standing)])
    assert visit.ask("leave", TOKEN, method).status == 200
    assert visit.rows.writes == 0


def test_the_page_says_whom_it_is_about_and_what_leaving_means() -> None:
    """The masked address, the series, and first of all the button that posts the one-click word to it."""
    answer = VISIT.ask("leave", TOKEN)
    assert "Conversation for Kindness writes to r•••@example.org" in words(answer)
    assert READER.address not in answer.body
    assert answer.body.count('name="List-Unsubscribe"') == 1
    assert answer.body.index('value="One-Click"') < answer.body.index("<button") < answer.body.index("</form>")
    assert '<form method="post">' in answer.body
    assert '<input type="hidden" name="List-Unsubscribe" value="One-Click">' in answer.body
    assert "form-action 'self'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (ONE_CLICK, {}),
        ("List-Unsubscribe=one-click", {}),
        ("List-Unsubscribe=ONE-CLICK\r\n", {}),
        ("utm=x&List-Unsubscribe=One-Click&empty=", {}),
        ("List%2DUnsubscribe=One%2DClick", {}),
        (ONE_CLICK, {"content_type": "application/x-www-form-urlencoded; charset=UTF-8"}),
        (ONE_CLICK, {"content_type": "APPLICATION/X-WWW-FORM-URLENCODED;charset=nonsense"}),
        (ONE_CLICK, {"content_type": ""}),
        (part(), {"content_type": MULTIPART}),
        (part(end="--x--"), {"content_type": 'Multipart/Form-Data; charset=utf-8; boundary="x"'}),
        (part(end="") + part("other", "y"), {"content_type": MULTIPART}),
        (part("other", "y", end="") + part(), {"content_type": MULTIPART}),
    ],
)
@pytest.mark.parametrize("is_base64", [False, True])
def test_one_click_acts_at_once(body: str, headers: dict[str, str], is_base64: bool) -> None:
    """However a mail program puts the one word, she has left: 200, no redirect, no cookie."""
    visit = Visit()
    sent = base64.b64encode(body.encode()).decode() if is_base64 else body
    answer = visit.leave(TOKEN, sent, is_base64=is_base64, **headers)
    assert (answer.status, "You have left" in words(answer)) == (200, True)
    assert visit.rows.rows[READER.id].status == SubscriberStatus.LEFT
    assert [(entry.what, entry.by) for entry in visit.consents.entries] == [(ConsentEvent.LEFT, "one-click")]
    assert not {"location", "set-cookie"} & set(answer.headers)


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        ("", {}, 400),
        ("List-Unsubscribe=", {}, 400),
        ("List-Unsubscribe", {}, 400),
        ("List-Unsubscribe=Yes", {}, 400),
        ("list-unsubscribe=One-Click", {}, 400),
        ("x=List-Unsubscribe=One-Click", {}, 400),
        (ONE_CLICK, {"content_type": "text/plain"}, 415),
        (ONE_CLICK, {"content_type": "application/json"}, 415),
        (ONE_CLICK, {"content_type": MULTIPART}, 400),
        (ONE_CLICK, {"content_type": "multipart/form-data"}, 400),
        (part(), {}, 400),
        (part(end=""), {"content_type": MULTIPART}, 400),
        (part(value="no"), {"content_type": MULTIPART}, 400),
        (part(value="One-Click\r\nX"), {"content_type": MULTIPART}, 400),
        (f"{ONE_CLICK}&x=" + "y" * 65_536, {}, 413),
        ("y" * 200_000, {}, 413),
        ("&".join(["x=y"] * 500) + f"&{ONE_CLICK}", {}, 400),
        ("\ud800", {}, 400),
    ],
)
def test_any_other_post_shows_the_button_again(body: str, headers: dict[str, str], status: int) -> None:
    """Scanners, cut bodies, wrong types: nothing changes, and a person can still press."""
    visit = Visit()
    answer = visit.leave(TOKEN, body, is_base64=False, **headers)
    assert (answer.status, visit.rows.writes) == (status, 0)
    assert "Nothing has changed yet" in words(answer)
    assert 'value="One-Click"' in answer.body


def test_what_is_no_base64_changes_nothing() -> None:
    """Nor does what API Gateway says is base64 and isn't."""
    visit = Visit()
    assert visit.leave(TOKEN, ONE_CLICK, is_base64=True).status == 400
    assert visit.rows.writes == 0


HEADERS = (
    st.sampled_from(["", MULTIPART, "multipart/form-data; boundary=", *FORM.values(), "text/html", ";;="]) | st.text()
)
BODIES = st.text() | st.text(alphabet="-x\r\n:=&%;List-Unsubscribe ") | st.binary().map(lambda b: b.decode("latin-1"))


@given(st.text(), HEADERS, BODIES, st.booleans())
def test_nothing_that_anybody_sends_is_an_error_of_ours(token: str, media: str, body: str, is_base64: bool) -> None:
    """Any token, type and body: an answer below 500, and no change unless it is the one word."""
    for one in (token, TOKEN):
        answer = VISIT.leave(one, body, is_base64=is_base64, content_type=media)
        assert answer.status in ((404,) if one == token else (400, 413, 415))
    assert VISIT.rows.writes == 0


@given(st.sampled_from(METHODS) | st.text(string.ascii_uppercase))
def test_other_methods_are_told_which_there_are(method: str) -> None:
    """405 with Allow, and no change."""
    answer = VISIT.ask("leave", TOKEN, method, headers=FORM)
    assert answer.status == {"GET": 200, "HEAD": 200, "POST": 400}.get(method, 405)
    assert answer.headers.get("allow") == ("GET, HEAD, POST" if answer.status == 405 else None)


@pytest.mark.parametrize(
    "standing",
    [SubscriberStatus.LEFT, SubscriberStatus.COMPLAINED, SubscriberStatus.ERASED, SubscriberStatus.MOVED, None],
)
def test_whoever_gets_no_mail_sees_the_same_calm_page(standing: SubscriberStatus | None) -> None:
    """By looking or by pressing, also when the row is gone: nothing to burn, nothing to find out."""
    visit = Visit(people=[subscriber(1, status=standing)] if standing else [])
    seen, pressed = visit.ask("leave", TOKEN), visit.leave(TOKEN)
    assert seen == pressed
    gone = standing in (SubscriberStatus.ERASED, None)
    assert ("We hold nothing of you" in words(seen), "You have left" in words(seen)) == (gone, not gone)
    assert visit.rows.writes == 0


class Away(FakeUnitOfWork):
    """A list that can't be reached, or that doesn't answer."""

    error: Exception = Unavailable("down")
    late = False

    def get(self, *, ids: Any) -> Any:
        if not self.late:
            raise self.error
        return super().get(ids=ids)

    def commit(self, saving: Transaction) -> None:
        assert saving.changes
        raise self.error


@pytest.mark.parametrize("error", [Unavailable("down"), LostAnswer("no answer")])
@pytest.mark.parametrize("late", [False, True])
def test_what_was_not_saved_can_be_pressed_again(error: Exception, late: bool) -> None:
    """503 with the time to wait and the button, also where it may have been saved."""
    visit = Visit(now=datetime(2024, 4, 4, tzinfo=UTC))
    rows = Away([READER])
    rows.error, rows.late = error, late
    visit.change(unit_of_work=rows)
    answer = visit.leave(TOKEN)
    assert (answer.status, answer.headers["retry-after"]) == (503, "30")
    assert 'value="One-Click"' in answer.body
    if not late:
        assert "Reload this page" in words(visit.ask("leave", TOKEN))
