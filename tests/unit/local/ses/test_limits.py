"""The local SES holds a rate and a daily quota, on the clock that it is given."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import Client

from local.ses import SesApplication
from local.ses.errors import QUOTA_USED_UP, TOO_FAST, SesError
from local.ses.limits import DAY, UNLIMITED, SendingLimits
from tests.support.ses_server import NINE, SET, Post, bulk_of, entry, in_process

THROTTLED = ("TooManyRequestsException", 429, TOO_FAST)
USED_UP = ("LimitExceededException", 400, QUOTA_USED_UP)
PAUSED = ("SendingPausedException", 400)


def refused(asked: Any, **request: Any) -> tuple[str, int, str]:
    """The code, status and message with which a request is refused."""
    with pytest.raises(ClientError) as error:
        asked(**request)
    answer = error.value.response
    status = answer["ResponseMetadata"]["HTTPStatusCode"]
    return str(answer["Error"]["Code"]), int(status), str(answer["Error"]["Message"])


def test_the_bucket_holds_one_second_and_fills_with_time() -> None:
    """14 at once, then one for each fourteenth of a second."""
    post = in_process()
    for _ in range(14):
        post.send()
    assert refused(post.send) == THROTTLED
    post.clock.sleep(1 / 14)
    assert post.send()["MessageId"]
    assert refused(post.send) == THROTTLED
    assert len(post.server.mails.all) == post.server.counts["accepted"] == 15
    assert post.server.counts["TooManyRequestsException"] == 2


def test_below_one_a_second_one_still_fits() -> None:
    """A mail every four seconds at a quarter."""
    post = in_process(rate=0.25)
    post.send()
    post.clock.sleep(3.9)
    assert refused(post.send) == THROTTLED
    post.clock.sleep(0.1)
    assert post.send()["MessageId"]


@given(
    rate=st.sampled_from([0.5, 1, 14, 100, 500]),
    gaps=st.lists(st.floats(min_value=0, max_value=3), min_size=1, max_size=60),
)
def test_no_stretch_of_time_has_more_than_its_rate_and_one_bucket(rate: float, gaps: list[float]) -> None:
    """Whatever is asked when: between any two moments at most rate × (time between) + one second's worth pass."""
    limits, now = SendingLimits(rate=rate), NINE
    taken = []
    for gap in gaps:
        now += timedelta(seconds=gap)
        try:
            limits.take(1, now)
        except SesError:
            continue
        taken.append(now)
    for first in range(len(taken)):
        for last in range(first, len(taken)):
            span = (taken[last] - taken[first]).total_seconds()
            assert last - first + 1 <= rate * span + max(1, rate) + 0.001
    assert all(one <= other for one, other in pairwise(taken))


def test_the_day_is_any_24_hours() -> None:
    """What left a day ago is free again; the answer names the quota, not the rate."""
    post = in_process(daily=3)
    for _ in range(3):
        post.send()
        post.clock.sleep(3600)
    assert refused(post.send) == USED_UP
    post.clock.move_to(NINE + DAY)
    assert post.send()["MessageId"]
    assert refused(post.send) == USED_UP


def test_bulk_entries_beyond_the_day_are_told_so_one_by_one() -> None:
    """The others leave. A request of more than a bucket leaves a debt to be waited for."""
    post = in_process(rate=14, daily=40)
    results = post.client.send_bulk_email(**bulk_of([entry()] * 50))["BulkEmailEntryResults"]
    assert [one["Status"] for one in results] == ["SUCCESS"] * 40 + ["ACCOUNT_DAILY_QUOTA_EXCEEDED"] * 10
    post.server.limits.daily = UNLIMITED
    post.clock.sleep(26 / 14)
    assert refused(post.send) == THROTTLED
    post.clock.sleep(1 / 14 + 0.001)
    assert post.send()["MessageId"]


def test_the_account_tells_the_truth_of_it() -> None:
    """GetAccount has the limits as they are now, and what was sent."""
    post = in_process(rate=14, daily=100)
    post.send()
    told = post.client.get_account()
    assert told["SendQuota"] == {"Max24HourSend": 100.0, "MaxSendRate": 14.0, "SentLast24Hours": 1.0}
    assert (told["SendingEnabled"], told["EnforcementStatus"]) == (True, "HEALTHY")
    post.server.limits.rate, post.server.limits.daily = 1, UNLIMITED
    told = post.client.get_account()["SendQuota"]
    assert (told["MaxSendRate"], told["Max24HourSend"]) == (1.0, -1.0)


def test_an_account_or_a_set_that_is_paused_sends_nothing() -> None:
    """Until it is switched on again."""
    post = in_process()
    post.client.put_account_sending_attributes(SendingEnabled=False)
    assert refused(post.send)[:2] == PAUSED
    assert post.client.get_account()["SendingEnabled"] is False
    post.client.put_account_sending_attributes(SendingEnabled=True)
    post.client.put_configuration_set_sending_options(ConfigurationSetName=SET, SendingEnabled=False)
    assert refused(post.send)[:2] == PAUSED
    assert refused(post.client.send_bulk_email, **bulk_of([entry()]))[:2] == PAUSED
    post.client.put_configuration_set_sending_options(ConfigurationSetName=SET, SendingEnabled=True)
    assert post.send()["MessageId"]


def order(post: Post, told: bytes) -> int:
    """The status of what another process asks for."""
    return Client(SesApplication(post.server)).post("/_ses/faults", data=told).status_code


def test_another_process_sets_the_limits() -> None:
    """As of an account in the sandbox; what is not named stays as it was."""
    post = in_process(rate=14, daily=50)
    assert order(post, b'{"limits": {"daily": 2}}') == 200
    post.send()
    post.send()
    assert refused(post.send) == USED_UP
    assert order(post, b'{"limits": {"rate": 1, "daily": -1}}') == 200
    post.send()
    assert refused(post.send) == THROTTLED
    told = post.client.get_account()["SendQuota"]
    assert (told["MaxSendRate"], told["Max24HourSend"]) == (1.0, -1.0)


@pytest.mark.parametrize("told", [b"[]", b"{}", b'{"pace": 1}', b'{"rate": 0}', b'{"rate": -1}', b'{"daily": -2}'])
def test_limits_that_make_no_sense_change_nothing(told: bytes) -> None:
    """And are answered so."""
    post = in_process()
    assert order(post, b'{"limits": %s}' % told) == 400
    assert (post.server.limits.rate, post.server.limits.daily) == (14, 50_000)
