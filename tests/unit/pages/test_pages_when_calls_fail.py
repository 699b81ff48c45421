"""Pages whose calls to tables or the queue fail: nothing is half done, and pressing again finishes it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from convener.pages.responses import Response
from convener.subscribers.consent import ConsentEntry, ConsentEvent
from convener.subscribers.models import SubscriberStatus
from tests.support.one_time_pages import SAVE, TOKEN, Plan, fail_by, one_time_token, press, repair, stored_state
from tests.support.people import LONG_AGO, OPENED, subscriber
from tests.support.visiting import ONE_CLICK, READER, Visit, words

OLD = subscriber(3, status=SubscriberStatus.MOVED, moved_to=READER.id, address="")
LEFT: dict[str, Any] = {"status": SubscriberStatus.LEFT, "status_since": OPENED - timedelta(days=1)}
BUTTONS: list[tuple[str, str, dict[str, Any]]] = [
    ("leave", ONE_CLICK, {}),
    ("leave", "action=only-recaps", {}),
    ("leave", "action=pause-1", {}),
    ("leave", "action=undo", LEFT),
    ("leave", "action=reason&reason=other", LEFT),
    ("preferences", SAVE.replace("kinds=invite&", "").replace("Aroha", "Ana"), {}),
    ("preferences", "action=link-data", {}),
    ("data", "action=see", {}),
    ("data", "action=download", {}),
    ("erase", "action=erase", {}),
    ("erase", "action=erase", {"moved_from": (OLD.id,)}),
    ("address", "address=new@example.org", {}),
]


def visit_with_record(row: dict[str, Any]) -> Visit:
    """Return a visit with a subscriber, the row of an earlier address, and a consent record."""
    visit = Visit(people=[subscriber(1, **row), OLD])
    entries = [
        ConsentEntry(subscriber=row.id, at=LONG_AGO, what=ConsentEvent.JOINED, by="page", mark="1")
        for row in (READER, OLD)
    ]
    visit.consents.add(entries)
    return visit


def status_and_body(answer: Response) -> Any:
    """Return the status and the body of a response."""
    return answer.status, answer.body


@pytest.mark.parametrize(("page", "body", "row"), BUTTONS)
@pytest.mark.parametrize("late", [False, True])
def test_pressing_again_finishes_whatever_call_failed(page: str, body: str, row: dict[str, Any], *, late: bool) -> None:
    """The page repeats the posted form behind one button, and the button has the result of an undisturbed press."""
    clean, calls = visit_with_record(row), Plan()
    start = stored_state(clean)
    fail_by(clean, calls)
    expected = press(clean, page, body)
    assert expected.status == 200
    for fails_at in range(1, calls.calls + 1):
        visit = visit_with_record(row)
        fail_by(visit, Plan(fails_at, late=late))
        answer = press(visit, page, body)
        repair(visit)
        if answer.status == 200:  # only the answer to using up a link may be lost
            assert (page in ("data", "address"), late, stored_state(visit)) == (True, True, stored_state(clean))
            continue
        assert answer.status == 503
        assert "Not saved, please try again" in words(answer)
        assert f'name="{body.partition("=")[0]}"' in answer.body
        state = stored_state(visit)
        assert state in (start, stored_state(clean)) or (page, state[0][READER.id].status) == (
            "erase",
            SubscriberStatus.ERASED,
        )
        again = press(visit, page, body)
        assert stored_state(visit) == stored_state(clean)
        assert len({getattr(mail_request, "address", "") for mail_request in visit.mail_requests.sent}) <= 1
        if page == "address":
            assert len({mail_request.mark for mail_request in visit.mail_requests.sent}) == 1
        assert again.status == 200


@pytest.mark.parametrize("page", ["leave", "preferences", "data", "erase", "address"])
def test_a_page_that_can_not_be_read_asks_to_reload(page: str) -> None:
    """503, and no button that would post anything."""
    visit = visit_with_record({})
    fail_by(visit, Plan(1))
    answer = visit.ask(page, TOKEN if page in ("leave", "preferences") else one_time_token(page))
    assert answer.status == 503
    assert "Reload this page" in words(answer)
    assert "<form" not in answer.body


def test_interrupted_erasing_can_be_finished_at_any_time() -> None:
    """Also after the half hour, because the link can do nothing else then."""
    token = one_time_token("erase")
    for fails_at in range(1, 12):
        visit = visit_with_record({})
        fail_by(visit, Plan(fails_at))
        press(visit, "erase", "action=erase", token)
        repair(visit)
        if visit.rows.rows[READER.id].status is SubscriberStatus.ERASED and len(visit.consents.of(READER.id)) > 1:
            break
    visit.clock.sleep(timedelta(hours=2).total_seconds())
    assert "This is not finished" in words(visit.ask("erase", token))
    assert "Your data are erased" in words(press(visit, "erase", "action=erase", token))
    assert [entry.what for entry in visit.consents.of(READER.id)] == [ConsentEvent.ERASED]
