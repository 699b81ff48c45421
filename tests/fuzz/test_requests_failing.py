"""Requests while a service fails: the page says so, nothing is half done, and the same request again finishes it."""

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
from tests.support.fuzz_events import PATHS, SentRequest, sent_requests
from tests.support.fuzz_parts import FAILURES, SERVICES, FailurePlan
from tests.support.fuzz_rules import check_answer, check_log, check_rows
from tests.support.fuzz_world import State, World
from tests.support.logs import written

EACH = int(os.environ.get("FUZZ", "4"))
PAGES = [page for page in PATHS if page not in ("robots", "icon", "nowhere")]
ONCE = ("data", "address")
"""The pages that use up a one-time link after they did what it was for: show the data, or queue a request to move."""
METHODS = ("GET", "HEAD", *(["POST"] * 6))
PLANS = st.builds(
    FailurePlan,
    service=st.sampled_from([*(["DynamoDB"] * 5), "SQS", "SQS", "S3", "Secrets Manager"]),
    at=st.sampled_from([1, 1, 2, 2, 3, 4, 5, 6, 8]),
    failure=st.sampled_from(list(FAILURES)),
    lasting=st.booleans(),
)


def saved(state: State) -> dict[str, Any]:
    """Return the part of a state that must be equal: without visits, marks and repeated mail requests."""
    queued = {
        (type(mail_request), *(getattr(mail_request, name, "") for name in ("address", "subscriber", "purpose")))
        for mail_request in state.mail_requests
    }
    record = [replace(entry, mark="") for entry in state.consents.values()]
    return {"rows": state.rows, "record": sorted(record, key=str), "used": state.used, "mail_requests": queued}


def half_done(page: str, start: State, state: State, whole: State) -> bool:
    """Return whether rows, consent record and stored requests are neither as before nor as they should be."""
    for other in (start, whole):
        if (state.rows, saved(state)["record"], state.requests) == (other.rows, saved(other)["record"], other.requests):
            return False
    # Interrupted erasing shows nothing of the subscriber any more, and pressing the button again finishes it.
    changed = {subscriber for subscriber, row in state.rows.items() if row != start.rows.get(subscriber)}
    record = [entry for key, entry in state.consents.items() if key not in start.consents]
    erasing = page == "erase" and all(
        state.rows[subscriber].status is SubscriberStatus.ERASED for subscriber in changed
    )
    return not (erasing and all(entry.what is ConsentEvent.ERASED for entry in record))


def acceptable(page: str, failure: str, start: State, whole: State) -> list[dict[str, Any]]:
    """Return the states that may follow an ordinary answer.

    If the answer to marking a one-time link is lost, the pages of ONCE do what was asked, because the link may be used
    up. If the mark was not written, the link works once more.
    """
    again = [{**saved(whole), "used": start.used}] if page in ONCE and "lost" in failure else []
    return [saved(whole), *again]


@pytest.mark.parametrize("page", PAGES)
def test_a_failure_is_shown_and_leaves_nothing_half_done(page: str, counted: Counted) -> None:
    """503 with “not saved, please try again” and a button, or the usual answer; then the same request finishes it."""
    with written() as since:

        @trying(EACH)
        @given(sent_requests(page, METHODS), PLANS)
        def tries(sent: SentRequest, plan: FailurePlan) -> None:
            clean, world = World(), World(plan=replace(plan))
            start = clean.state()
            expected = clean.ask(sent.event)
            whole = clean.state()
            since()
            answer = world.ask(sent.event)
            between = world.state()
            counted.add(sent, answer, changed=between != start, failing=bool(world.plan.hits))
            check_answer(sent, answer, failing=bool(world.plan.hits))
            check_log(sent, since())
            check_rows(page, start, between)
            assert not half_done(page, start, between, whole)
            if answer["statusCode"] != 503:
                assert saved(between) in acceptable(page, world.plan.failure, start, whole)
                assert answer["statusCode"] == expected["statusCode"]
                return
            _check_failure_page(sent, answer, start, between)
            world.plan = FailurePlan()
            again = world.ask(sent.event)
            counted.add(sent, again, changed=world.state() != between)
            assert saved(world.state()) == saved(whole)
            check_answer(sent, again)

        tries()


def _check_failure_page(sent: SentRequest, answer: Any, start: State, between: State) -> None:
    """Check the page that a reader gets, and that a GET has written nothing."""
    words, posted = answer["body"], sent.event.get("requestContext") and sent.method == "POST"
    if not posted:
        assert between == start
        assert sent.method == "HEAD" or "Reload this page" in words
        return
    assert "Not saved, please try again" in words
    assert '<form method="post">' in words
    assert "Try again</button>" in words
    if sent.token.text and not sent.token.good and sent.page != "subscribe":
        assert between == start


def test_every_part_belongs_to_a_service() -> None:
    """So that each part may fail."""
    assert {part for parts in SERVICES.values() for part in parts} >= {*World().parts} - {"account"}
