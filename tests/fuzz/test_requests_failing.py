"""Requests while something fails: a page that says so, nothing half done, and pressing again does it."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convener.subscribers.consent import ConsentEvent
from convener.subscribers.models import SubscriberStatus
from tests.support.fuzz_counts import Counted, trying
from tests.support.fuzz_events import PATHS, Asked, asked
from tests.support.fuzz_parts import SERVICES, WAYS, Plan
from tests.support.fuzz_rules import check_answer, check_log, check_rows
from tests.support.fuzz_world import State, World
from tests.support.logs import written

EACH = int(os.environ.get("FUZZ", "4"))
PAGES = [page for page in PATHS if page not in ("robots", "icon", "nowhere")]
METHODS = ("GET", "HEAD", *(["POST"] * 6))
PLANS = st.builds(
    Plan,
    service=st.sampled_from([*(["DynamoDB"] * 5), "SQS", "SQS", "S3", "Secrets Manager"]),
    at=st.sampled_from([1, 1, 2, 2, 3, 4, 5, 6, 8]),
    way=st.sampled_from(list(WAYS)),
    lasting=st.booleans(),
)


def saved(state: State) -> dict[str, Any]:
    """What counts of it: without counts of visits, random marks, and letters that came twice."""
    told = {
        (type(one), *(getattr(one, name, "") for name in ("address", "subscriber", "purpose"))) for one in state.letters
    }
    record = [replace(entry, mark="") for entry in state.consents.values()]
    return {"rows": state.rows, "record": sorted(record, key=str), "used": state.used, "letters": told}


def half_done(page: str, start: State, state: State, whole: State) -> bool:
    """Whether rows, record and waiting requests are neither as before nor as they should be."""
    for one in (start, whole):
        if (state.rows, saved(state)["record"], state.requests) == (one.rows, saved(one)["record"], one.requests):
            return False
    # Erasing says itself that it broke off: nothing of hers shows any more, and pressing again finishes it.
    gone = {one for one, row in state.rows.items() if row != start.rows.get(one)}
    record = [entry for key, entry in state.consents.items() if key not in start.consents]
    erasing = page == "erase" and all(state.rows[one].status is SubscriberStatus.ERASED for one in gone)
    return not (erasing and all(entry.what is ConsentEvent.ERASED for entry in record))


@pytest.mark.parametrize("page", PAGES)
def test_what_fails_is_said_and_nothing_is_half_done(page: str, counted: Counted) -> None:
    """503 with “not saved, please try again” and a button, or what it always answers; pressing again ends the same."""
    with written() as since:

        @trying(EACH)
        @given(asked(page, METHODS), PLANS)
        def tries(its: Asked, plan: Plan) -> None:
            clean, world = World(), World(plan=replace(plan))
            start = clean.state()
            expected = clean.ask(its.event)
            whole = clean.state()
            since()
            answer = world.ask(its.event)
            between = world.state()
            counted.add(its, answer, changed=between != start, failing=bool(world.plan.hits))
            check_answer(its, answer, failing=bool(world.plan.hits))
            check_log(its, since())
            check_rows(page, start, between)
            assert not half_done(page, start, between, whole)
            if answer["statusCode"] != 503:
                assert saved(between) == saved(whole)
                assert answer["statusCode"] == expected["statusCode"]
                return
            _check_trouble(its, answer, start, between)
            world.plan = Plan()
            again = world.ask(its.event)
            counted.add(its, again, changed=world.state() != between)
            assert saved(world.state()) == saved(whole)
            check_answer(its, again)

        tries()


def _check_trouble(its: Asked, answer: Any, start: State, between: State) -> None:
    """What a reader sees, and what may have been written by then."""
    words, posted = answer["body"], its.event.get("requestContext") and its.method == "POST"
    if not posted:
        assert between == start
        assert its.method == "HEAD" or "Reload this page" in words
        return
    assert "Not saved, please try again" in words
    assert '<form method="post">' in words
    assert "Try again</button>" in words
    if its.token.text and not its.token.good and its.page != "subscribe":
        assert between == start


def test_every_service_is_known() -> None:
    """Each part of the world belongs to one that may fail."""
    assert {part for parts in SERVICES.values() for part in parts} >= {*World().parts} - {"account"}
