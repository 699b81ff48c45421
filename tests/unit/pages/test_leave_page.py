"""The page to unsubscribe by: what it shows, what it changes, and what it never changes."""

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
    """Return a multipart body with one field."""
    return f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n{end}'


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("subscriber_status", list(SubscriberStatus))
def test_reading_changes_nothing(method: str, subscriber_status: SubscriberStatus) -> None:
    """In any status the page is there, and the row stays as it was."""
    visit = Visit(people=[subscriber(1, status=subscriber_status)])
    assert visit.ask("leave", TOKEN, method).status == 200
    assert visit.rows.writes == 0


def test_the_page_shows_the_masked_address_and_the_button() -> None:
    """The masked address, the series, and first of all the button that posts the one-click field."""
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
def test_one_click_unsubscribes_at_once(body: str, headers: dict[str, str], is_base64: bool) -> None:
    """However a mail program encodes the field: 200, no redirect, no cookie."""
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
    """Scanners, cut bodies, wrong types: nothing changes, and a person can still press the button."""
    visit = Visit()
    answer = visit.leave(TOKEN, body, is_base64=False, **headers)
    assert (answer.status, visit.rows.writes) == (status, 0)
    assert "Nothing has changed yet" in words(answer)
    assert 'value="One-Click"' in answer.body


def test_invalid_base64_changes_nothing() -> None:
    """A body that API Gateway calls base64, and that is not, changes nothing."""
    visit = Visit()
    assert visit.leave(TOKEN, ONE_CLICK, is_base64=True).status == 400
    assert visit.rows.writes == 0


HEADERS = (
    st.sampled_from(["", MULTIPART, "multipart/form-data; boundary=", *FORM.values(), "text/html", ";;="]) | st.text()
)
BODIES = st.text() | st.text(alphabet="-x\r\n:=&%;List-Unsubscribe ") | st.binary().map(lambda b: b.decode("latin-1"))


@given(st.text(), HEADERS, BODIES, st.booleans())
def test_no_request_is_a_server_error(token: str, media: str, body: str, is_base64: bool) -> None:
    """Any token, type and body gets a status below 500, and changes nothing unless it has the one-click field."""
    for tried in (token, TOKEN):
        answer = VISIT.leave(tried, body, is_base64=is_base64, content_type=media)
        assert answer.status in ((404,) if tried == token else (400, 413, 415))
    assert VISIT.rows.writes == 0


@given(st.sampled_from(METHODS) | st.text(string.ascii_uppercase))
def test_other_methods_are_refused(method: str) -> None:
    """405 with Allow, and no change."""
    answer = VISIT.ask("leave", TOKEN, method, headers=FORM)
    assert answer.status == {"GET": 200, "HEAD": 200, "POST": 400}.get(method, 405)
    assert answer.headers.get("allow") == ("GET, HEAD, POST" if answer.status == 405 else None)


@pytest.mark.parametrize(
    "subscriber_status",
    [SubscriberStatus.LEFT, SubscriberStatus.COMPLAINED, SubscriberStatus.ERASED, SubscriberStatus.MOVED, None],
)
def test_subscribers_without_mail_see_one_page(subscriber_status: SubscriberStatus | None) -> None:
    """Reading and pressing show the same page, also when the row is gone, so the page tells nobody anything."""
    visit = Visit(people=[subscriber(1, status=subscriber_status)] if subscriber_status else [])
    looked, pressed = visit.ask("leave", TOKEN), visit.leave(TOKEN)
    assert looked == pressed
    gone = subscriber_status in (SubscriberStatus.ERASED, None)
    assert ("We hold nothing of you" in words(looked), "You have left" in words(looked)) == (gone, not gone)
    assert visit.rows.writes == 0


class FailingUnitOfWork(FakeUnitOfWork):
    """A unit of work that fails, before the change or after it."""

    error: Exception = Unavailable("down")
    late = False

    def get(self, *, ids: Any) -> Any:
        if not self.late:
            raise self.error
        return super().get(ids=ids)

    def commit(self, transaction: Transaction) -> None:
        assert transaction.changes
        raise self.error


@pytest.mark.parametrize("error", [Unavailable("down"), LostAnswer("no answer")])
@pytest.mark.parametrize("late", [False, True])
def test_a_failed_save_can_be_pressed_again(error: Exception, late: bool) -> None:
    """503 with the time to wait and the button, also if the change may be saved."""
    visit = Visit(now=datetime(2024, 4, 4, tzinfo=UTC))
    rows = FailingUnitOfWork([READER])
    rows.error, rows.late = error, late
    visit.change(unit_of_work=rows)
    answer = visit.leave(TOKEN)
    assert (answer.status, answer.headers["retry-after"]) == (503, "30")
    assert 'value="One-Click"' in answer.body
    if not late:
        assert "Reload this page" in words(visit.ask("leave", TOKEN))
