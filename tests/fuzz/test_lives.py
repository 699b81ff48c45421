"""Three readers at the pages for some weeks.

They subscribe, choose, move, leave and erase, in any order, by the links in their mails.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convener.subscribers.models import SubscriberStatus
from tests.support.fuzz_counts import Counted, trying
from tests.support.fuzz_life import ACTIONS, Life, Step
from tests.support.fuzz_parts import FAILURES, FailurePlan
from tests.support.logs import written

EACH = max(1, int(os.environ.get("FUZZ", "4")) // 4)
STEPS = st.builds(
    Step, do=st.sampled_from(ACTIONS), who=st.integers(0, 2), which=st.integers(0, 8), how=st.integers(0, 9)
)
PLANS = st.builds(
    FailurePlan,
    service=st.sampled_from(["DynamoDB", "DynamoDB", "SQS", "SES", "S3"]),
    at=st.sampled_from([0, 1, 2, 3, 4, 5]),
    failure=st.sampled_from(list(FAILURES)),
    lasting=st.booleans(),
)
MAX_MAILS_PER_DAY = {"confirm": 3, "all": 6}
"""The maximum number of mails to one address in a day: those that anybody can cause, and all requested mails."""


@pytest.mark.parametrize("failing", [False, True], ids=["all is well", "parts fail"])
def test_lives_in_any_order(counted: Counted, *, failing: bool) -> None:
    """No 5xx without a failure, reading changes nothing, only its own button changes a status, and limits hold."""
    with written() as since:

        @trying(EACH)
        @given(st.lists(st.tuples(STEPS, PLANS if failing else st.just(FailurePlan())), min_size=8, max_size=25))
        def tries(steps: list[tuple[Step, FailurePlan]]) -> None:
            life = Life(counted, since)
            for step, plan in steps:
                life.take(step, replace(plan))
            life.settle()
            _check_mails(life, failing=failing)
            for row in life.world.rows.rows.values():
                assert bool(row.address) is (row.status not in (SubscriberStatus.ERASED, SubscriberStatus.MOVED))

        tries()


def _check_mails(life: Life, *, failing: bool) -> None:
    """Every queued mail request is carried out, and without failures once and within the limits."""
    assert not life.waiting
    requested: Counter[tuple[str, str]] = Counter()
    by_anybody: Counter[tuple[str, str]] = Counter()
    for mail, day in life.mailed:
        if not day:  # SQS delivered the message twice: limits count it once
            continue
        name, to = mail.tags.get("letter", "invite"), mail.recipient
        requested[to, day] += name in ("confirm", "known", "confirm-address", "link")
        by_anybody[to, day] += name in ("confirm", "known", "confirm-address")
    if not failing:
        assert max(requested.values(), default=0) <= MAX_MAILS_PER_DAY["all"]
        assert max(by_anybody.values(), default=0) <= MAX_MAILS_PER_DAY["confirm"]
        assert life.welcomes <= life.joined
