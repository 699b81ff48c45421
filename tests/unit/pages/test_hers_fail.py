"""When rows, record, requests or queue fail at any call: nothing half done, and pressing again does it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from convener.pages.responses import Response
from convener.subscribers.consent import ConsentEntry, ConsentEvent
from convener.subscribers.models import SubscriberStatus
from tests.support.one_time_pages import SAVE, TOKEN, Plan, failing, fresh, kept, mended, press
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


def there(row: dict[str, Any]) -> Visit:
    visit = Visit(people=[subscriber(1, **row), OLD])
    entries = [
        ConsentEntry(subscriber=one.id, at=LONG_AGO, what=ConsentEvent.JOINED, by="page", mark="1")
        for one in (READER, OLD)
    ]
    visit.consents.add(entries)
    return visit


def shown(answer: Response) -> Any:
    return answer.status, answer.body


@pytest.mark.parametrize(("page", "body", "row"), BUTTONS)
@pytest.mark.parametrize("late", [False, True])
def test_what_failed_at_any_call_is_done_by_pressing_again(
    page: str, body: str, row: dict[str, Any], *, late: bool
) -> None:
    """A page says so, with the very form that was posted; its button then comes to what it would have come to."""
    clean, calls = there(row), Plan()
    start = kept(clean)
    failing(clean, calls)
    expected = press(clean, page, body)
    assert expected.status == 200
    for fails_at in range(1, calls.calls + 1):
        visit = there(row)
        failing(visit, Plan(fails_at, late=late))
        answer = press(visit, page, body)
        mended(visit)
        if answer.status == 200:  # only the answer to using up a link may be lost without harm
            assert (page in ("data", "address"), late, kept(visit)) == (True, True, kept(clean))
            continue
        assert answer.status == 503
        assert "Not saved, please try again" in words(answer)
        assert f'name="{body.partition("=")[0]}"' in answer.body
        state = kept(visit)
        assert state in (start, kept(clean)) or (page, state[0][READER.id].status) == ("erase", SubscriberStatus.ERASED)
        again = press(visit, page, body)
        assert kept(visit) == kept(clean)
        assert len({getattr(letter, "address", "") for letter in visit.letters.sent}) <= 1
        if page == "address":
            assert len({letter.mark for letter in visit.letters.sent}) == 1
        assert again.status == 200


@pytest.mark.parametrize("page", ["leave", "preferences", "data", "erase", "address"])
def test_looking_while_records_are_away_says_to_reload(page: str) -> None:
    """503, and no button that would ask for anything."""
    visit = there({})
    failing(visit, Plan(1))
    answer = visit.ask(page, TOKEN if page in ("leave", "preferences") else fresh(page))
    assert answer.status == 503
    assert "Reload this page" in words(answer)
    assert "<form" not in answer.body


def test_erasing_that_broke_off_can_be_finished_at_any_time() -> None:
    """Also after the half hour: what was begun is all that the link still does."""
    token = fresh("erase")
    for fails_at in range(1, 12):
        visit = there({})
        failing(visit, Plan(fails_at))
        press(visit, "erase", "action=erase", token)
        mended(visit)
        if visit.rows.rows[READER.id].status is SubscriberStatus.ERASED and len(visit.consents.of(READER.id)) > 1:
            break
    visit.clock.sleep(timedelta(hours=2).total_seconds())
    assert "This is not finished" in words(visit.ask("erase", token))
    assert "Your data are erased" in words(press(visit, "erase", "action=erase", token))
    assert [entry.what for entry in visit.consents.of(READER.id)] == [ConsentEvent.ERASED]
