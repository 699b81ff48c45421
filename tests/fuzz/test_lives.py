"""Whole lives at the pages: joining, choosing, moving, leaving, erasing, in any order, by the mails that came of it."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convener.subscribers.models import SubscriberStatus
from tests.support.fuzz_counts import Counted, trying
from tests.support.fuzz_life import DO, Life, Step
from tests.support.fuzz_parts import WAYS, Plan
from tests.support.logs import written

EACH = max(1, int(os.environ.get("FUZZ", "4")) // 4)
STEPS = st.builds(Step, do=st.sampled_from(DO), who=st.integers(0, 2), which=st.integers(0, 8), how=st.integers(0, 9))
PLANS = st.builds(
    Plan,
    service=st.sampled_from(["DynamoDB", "DynamoDB", "SQS", "SES", "S3"]),
    at=st.sampled_from([0, 1, 2, 3, 4, 5]),
    way=st.sampled_from(list(WAYS)),
    lasting=st.booleans(),
)
MOST = {"confirm": 3, "all": 6}
"""Mails a day to one address that anybody can ask for by typing it, and all that are asked for."""


@pytest.mark.parametrize("trouble", [False, True], ids=["all is well", "parts fail"])
def test_lives_in_any_order(counted: Counted, *, trouble: bool) -> None:
    """No 5xx but for a failure; looking changes nothing; nobody is revived but by her own button; mails keep limits."""
    with written() as since:

        @trying(EACH)
        @given(st.lists(st.tuples(STEPS, PLANS if trouble else st.just(Plan())), min_size=8, max_size=25))
        def tries(steps: list[tuple[Step, Plan]]) -> None:
            life = Life(counted, since)
            for step, plan in steps:
                life.take(step, replace(plan))
            life.settle()
            _check_mails(life, trouble=trouble)
            for row in life.world.rows.rows.values():
                assert bool(row.address) is (row.status not in (SubscriberStatus.ERASED, SubscriberStatus.MOVED))

        tries()


def _check_mails(life: Life, *, trouble: bool) -> None:
    """Each letter that was queued is carried out; where nothing failed, once, and never beyond the limits."""
    assert not life.waiting
    asked: Counter[tuple[str, str]] = Counter()
    others: Counter[tuple[str, str]] = Counter()
    for mail, day in life.mailed:
        if not day:  # SQS brought its message twice: the same letter, which counts once
            continue
        name, to = mail.tags.get("letter", "invite"), mail.recipient
        asked[to, day] += name in ("confirm", "known", "confirm-address", "link")
        others[to, day] += name in ("confirm", "known", "confirm-address")
    if not trouble:
        assert max(asked.values(), default=0) <= MOST["all"]
        assert max(others.values(), default=0) <= MOST["confirm"]
        assert life.welcomed <= life.joined
