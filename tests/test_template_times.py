"""The times that rest on each other: a claim ends after its mail, a message comes again after its claims."""

from __future__ import annotations

from typing import Any

import pytest

from convener.aws.clients import SENDING
from convener.delivery.deliver import MARGIN_SECONDS
from local.stack import Function
from tests.support.sam_template import FUNCTIONS, QUEUES, SAM

SOURCES = {name: function for name, function in FUNCTIONS.items() if function.queue}
EACH = pytest.mark.parametrize("function", SOURCES.values(), ids=SOURCES)


def source(function: Function) -> dict[str, Any]:
    """What feeds the function, with parameters at their defaults."""
    (event,) = SAM.resources[function.logical_id]["Properties"]["Events"].values()
    properties: dict[str, Any] = event["Properties"]
    concurrency = properties["ScalingConfig"]["MaximumConcurrency"]
    if isinstance(concurrency, dict):
        concurrency = SAM.parameters[concurrency["Ref"]]["Default"]
    return {**properties, "concurrency": concurrency}


@EACH
def test_visibility_outlasts_six_timeouts(function: Function) -> None:
    """A message stays hidden for six times the function's timeout and the batching window, as AWS advises."""
    window = source(function).get("MaximumBatchingWindowInSeconds", 0)
    assert QUEUES[str(function.queue)]["VisibilityTimeout"] >= 6 * function.timeout + window
    assert source(function)["BatchSize"] <= 10 or window >= 1, "Lambda wants a window for more than ten"


@pytest.mark.parametrize(("claiming", "knowing"), [("deliver", "tick"), ("transactional", "transactional")])
def test_function_timeout_is_shorter_than_the_lease_and_the_lease_than_the_visibility(
    claiming: str, knowing: str
) -> None:
    """No mail is still on its way when its claim ends; no message of a dead function comes before its claims ended."""
    lease = FUNCTIONS[knowing].environment["CLAIM_LEASE_SECONDS"]
    assert isinstance(lease, str), "numbers in an environment are written as text"
    visibility = QUEUES[str(FUNCTIONS[claiming].queue)]["VisibilityTimeout"]
    assert FUNCTIONS[claiming].timeout < int(lease) < visibility


def test_the_tick_ends_no_claim_that_transactional_still_holds() -> None:
    """A late joiner's claim lies in the same ledger, and the tick sweeps it by its own lease."""
    leases = {name: FUNCTIONS[name].environment["CLAIM_LEASE_SECONDS"] for name in ("tick", "transactional")}
    assert FUNCTIONS["transactional"].timeout < int(leases["transactional"]) <= int(leases["tick"])


def test_ses_answers_or_is_given_up_before_the_functions_time_is_over() -> None:
    """One mail takes less than the time that Deliver keeps back, so what came of it is still written down."""
    own: Any = SENDING
    longest = own.connect_timeout + own.read_timeout
    assert longest < MARGIN_SECONDS < FUNCTIONS["deliver"].timeout / 2
    assert longest < FUNCTIONS["transactional"].timeout / 2, "it has one mail to send"
    assert own.retries["total_max_attempts"] == 1, "boto3 would send the mail again"  # it adds its mode beside it


def test_by_default_a_new_account_has_room_for_every_queue() -> None:
    """What works while mail leaves takes eight of the ten that a new account has; two are for ticks and pages.

    Ingest runs only when an editor drops files, and Lambda takes no queue with less than two at a time.
    """
    takes = {name: source(function)["concurrency"] for name, function in SOURCES.items()}
    assert sum(takes.values()) <= 10
    assert sum(number for name, number in takes.items() if name != "ingest") <= 8
    assert min(takes.values()) >= 2


def test_how_many_deliver_at_a_time_is_the_operators_choice() -> None:
    """Between two, AWS's least, and a hundred; nothing else follows the parameter."""
    own = SAM.parameters["DeliverConcurrency"]
    assert (own["Type"], own["Default"], own["MinValue"], own["MaxValue"]) == ("Number", 2, 2, 100)
    chosen = [
        name
        for name, function in SOURCES.items()
        if isinstance(source(function)["ScalingConfig"]["MaximumConcurrency"], dict)
    ]
    assert chosen == ["deliver"]
