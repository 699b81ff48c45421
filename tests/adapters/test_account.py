"""What SES grants the account, and answers that tell less than they should."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from convener.aws.account import SesAccount
from convener.delivery.ports import SendingLimits
from convener.errors import ConvenerError, LostAnswer, Throttled, Unavailable

QUOTA = {"Max24HourSend": 50000.0, "MaxSendRate": 14.0, "SentLast24Hours": 1234.0}


class Client:
    """Answers GetAccount with that, or raises it."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def get_account(self) -> Any:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def limits(**answer: Any) -> SendingLimits:
    """The limits by such an answer."""
    client: Any = Client({"SendQuota": QUOTA, "SendingEnabled": True, "EnforcementStatus": "HEALTHY", **answer})
    return SesAccount(client).limits()


def test_the_account_tells_rate_quota_and_what_was_sent() -> None:
    """As SES gives them, in numbers that may have a part behind the point."""
    assert limits() == SendingLimits(per_second=14, per_day=50_000, sent_in_24_hours=1234)
    odd = limits(SendQuota={"Max24HourSend": 200.9, "MaxSendRate": 0.5, "SentLast24Hours": 1.2})
    assert odd == SendingLimits(per_second=0.5, per_day=200, sent_in_24_hours=2)


def test_minus_one_is_no_limit() -> None:
    """So it is in SES's own reference."""
    assert limits(SendQuota={**QUOTA, "Max24HourSend": -1.0}).per_day is None
    assert limits(SendQuota={**QUOTA, "Max24HourSend": 0}).per_day == 0


@pytest.mark.parametrize(
    ("answer", "sending"),
    [
        ({"SendingEnabled": False}, False),
        ({"EnforcementStatus": "SHUTDOWN"}, False),
        ({"EnforcementStatus": "PROBATION"}, True),
        ({"EnforcementStatus": "A new word"}, True),
    ],
)
def test_an_account_that_may_send_nothing_is_told_apart(answer: Any, sending: bool) -> None:
    """By its owner or by AWS; probation is a warning."""
    assert limits(**answer).sending is sending


@pytest.mark.parametrize(
    "quota",
    [
        {},
        {"Max24HourSend": 200.0, "MaxSendRate": 1.0},
        {**QUOTA, "MaxSendRate": "fast"},
        {**QUOTA, "MaxSendRate": None},
        {**QUOTA, "MaxSendRate": 0.0},
        {**QUOTA, "MaxSendRate": float("nan")},
        {**QUOTA, "Max24HourSend": float("inf")},
    ],
)
def test_an_answer_without_a_usable_rate_is_no_answer(quota: Any) -> None:
    """Nothing is guessed: it is asked again later."""
    with pytest.raises(Unavailable, match="GetAccount"):
        limits(SendQuota=quota)
    with pytest.raises(Unavailable):
        SesAccount(Client({})).limits()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ClientError({"Error": {"Code": "TooManyRequestsException"}}, "GetAccount"), Throttled),
        (ClientError({"Error": {"Code": "AccessDeniedException"}}, "GetAccount"), Unavailable),
        (ReadTimeoutError(endpoint_url="https://email.example"), LostAnswer),
    ],
)
def test_errors_are_translated(error: Exception, expected: type[ConvenerError]) -> None:
    """As everywhere."""
    with pytest.raises(ConvenerError) as raised:
        SesAccount(Client(error)).limits()  # type: ignore[arg-type]
    assert type(raised.value) is expected
