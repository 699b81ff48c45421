"""The local SES fails on command, and boto3 sees what it would see of the real one."""

from __future__ import annotations

import contextlib
import json
from typing import Any
from urllib.request import Request, urlopen

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, EndpointConnectionError, ReadTimeoutError
from werkzeug.test import Client

from local.ses import Fault, SesApplication
from tests.support.ses_server import Post, bulk_of, entry, in_process, over_a_socket

# Fault, what boto3 raises, its code, and how many mails were accepted none the less.
SEEN: list[tuple[Fault, type[Exception], str, int]] = [
    (Fault.THROTTLED, ClientError, "TooManyRequestsException", 0),
    (Fault.QUOTA, ClientError, "LimitExceededException", 0),
    (Fault.PAUSED, ClientError, "SendingPausedException", 0),
    (Fault.REFUSED, ClientError, "MessageRejected", 0),
    (Fault.ERROR_BEFORE, ClientError, "InternalFailure", 0),
    (Fault.ERROR_AFTER, ClientError, "InternalFailure", 1),
    (Fault.UNREACHED, EndpointConnectionError, "", 0),
    (Fault.DROPPED_BEFORE, ConnectionClosedError, "", 0),
    (Fault.DROPPED_AFTER, ConnectionClosedError, "", 1),
    (Fault.HANG_BEFORE, ReadTimeoutError, "", 0),
    (Fault.HANG_AFTER, ReadTimeoutError, "", 1),
]


def code(error: Exception) -> str:
    """The code of an answer, where it is one."""
    return str(error.response["Error"]["Code"]) if isinstance(error, ClientError) else ""


@pytest.mark.parametrize(("fault", "kind", "expected", "accepted"), SEEN, ids=[one[0].value for one in SEEN])
def test_each_fault_is_seen_as_from_the_real_one(fault: Fault, kind: Any, expected: str, accepted: int) -> None:
    """Once, and then all is well. What was accepted before the answer was lost is kept, and marked so."""
    post = in_process()
    post.server.faults.next(fault)
    with pytest.raises(kind) as error:
        post.send()
    assert code(error.value) == expected
    assert [mail.answered for mail in post.server.mails.all] == [False] * accepted
    assert post.server.counts["answers lost"] == accepted
    assert post.server.faults.counted == {fault: 1}
    assert post.send()["MessageId"]
    assert len(post.server.mails.all) == accepted + 1


@pytest.mark.moto
@pytest.mark.parametrize("fault", [Fault.DROPPED_BEFORE, Fault.DROPPED_AFTER, Fault.UNREACHED, Fault.HANG_BEFORE])
def test_a_connection_is_really_dropped(fault: Fault) -> None:
    """Over a socket, for a client of another process: one request, no answer."""
    with over_a_socket() as post:
        post.server.faults.next(fault, seconds=0)
        with pytest.raises(ConnectionClosedError):
            post.send()
        assert post.server.counts["SendEmail"] == 1
        assert len(post.server.mails.all) == (fault == Fault.DROPPED_AFTER)
        assert post.send()["MessageId"]


def test_a_short_hang_only_takes_its_time() -> None:
    """The answer comes late, but it comes."""
    post = in_process()
    before = post.clock.now()
    post.server.faults.next(Fault.HANG_AFTER, seconds=7)
    assert post.send()["MessageId"] == post.server.mails.all[0].message_id
    assert (post.clock.now() - before).total_seconds() == 7


def test_a_share_of_the_requests_fails_the_same_ones_for_the_same_seed() -> None:
    """About a fifth of two hundred, and again the same ones."""

    def lost(seed: int) -> list[bool]:
        post = in_process(rate=1000)
        post.server.faults.share(Fault.DROPPED_AFTER, 0.2, seed=seed)
        for _ in range(200):
            with contextlib.suppress(ConnectionClosedError):
                post.send()
        return [mail.answered for mail in post.server.mails.all]

    first = lost(1)
    assert first == lost(1)
    assert first != lost(2)
    assert 20 < first.count(False) < 60


def test_a_predicate_chooses_whom_a_fault_befalls() -> None:
    """By what is asked."""
    post = in_process()
    unlucky = ["b@example.org"]
    post.server.faults.when(Fault.REFUSED, lambda asked: bool(asked.params["Destination"]["ToAddresses"] == unlucky))
    assert post.send()["MessageId"]
    with pytest.raises(ClientError):
        post.send(Destination={"ToAddresses": unlucky})
    post.server.faults.clear()
    assert post.send(Destination={"ToAddresses": unlucky})["MessageId"]


def test_single_entries_of_a_bulk_request_are_throttled() -> None:
    """The answer is a success, and some of its entries are none."""
    post = in_process()
    for fault in (Fault.ENTRY_THROTTLED, Fault.ENTRY_QUOTA, Fault.ENTRY_FAILED):
        post.server.faults.next(fault)
    results = post.client.send_bulk_email(**bulk_of([entry()] * 4))["BulkEmailEntryResults"]
    statuses = [one["Status"] for one in results]
    assert statuses == ["ACCOUNT_THROTTLED", "ACCOUNT_DAILY_QUOTA_EXCEEDED", "TRANSIENT_FAILURE", "SUCCESS"]
    assert len(post.server.mails.all) == 1
    assert post.send()["MessageId"]


def test_other_operations_fail_only_when_they_are_named() -> None:
    """GetAccount goes on while mails are throttled."""
    post = in_process()
    post.server.faults.next(Fault.THROTTLED, 5)
    assert post.client.get_account()["SendQuota"]
    post.server.faults.clear()
    post.server.faults.next(Fault.THROTTLED, on=frozenset({"GetAccount"}))
    assert post.send()["MessageId"]
    with pytest.raises(ClientError):
        post.client.get_account()


def ask(post: Post, path: str, told: Any = None) -> Any:
    """What another process asks of it."""
    url = post.client.meta.endpoint_url + path
    data = json.dumps(told).encode() if told is not None else None
    with urlopen(Request(url, data=data), timeout=10) as answer:  # noqa: S310 - ours, at 127.0.0.1
        return json.load(answer)


@pytest.mark.moto
def test_another_process_orders_faults_and_looks_at_what_came_of_them() -> None:
    """By HTTP: the next ones, a share of them, events, and an end of it all."""
    with over_a_socket() as post:
        ask(post, "/_ses/faults", {"fault": "dropped-after", "next": 1})
        with pytest.raises(ConnectionClosedError):
            post.send()
        ask(post, "/_ses/faults", {"fault": "throttled", "share": 1.0, "seed": 3, "events": {"lost": 1.0}})
        with pytest.raises(ClientError):
            post.send()
        ask(post, "/_ses/faults", {"clear": True, "events": {"doubled": 1.0, "late": 60, "shuffled": 5, "seed": 1}})
        post.send()
        counts = ask(post, "/_ses/counts")
        assert (counts["accepted"], counts["SendEmail"], counts["answers lost"]) == (2, 3, 1)
        assert counts["faults"] == {"dropped-after": 1, "throttled": 1}
        assert counts["events"] == {"made": 4, "lost": 0, "doubled": 2, "delayed": 0}
        mails = ask(post, "/_ses/mails")["mails"]
        assert [(one["number"], one["answered"]) for one in mails] == [(1, False), (2, True)]


NONSENSE = [
    b"{",
    b"[]",
    b'{"fault": "unheard-of", "next": 1}',
    b'{"fault": "quota"}',
    b'{"faults": "quota", "next": 1}',
    b'{"next": 3}',
    b'{"fault": "quota", "next": -1}',
    b'{"fault": "quota", "next": 1e999}',
    b'{"fault": "throttled", "share": 20}',
    b'{"fault": "throttled", "share": NaN}',
    b'{"fault": "quota", "next": 1, "on": "SendMail"}',
    b'{"fault": "hang-after", "next": 1, "seconds": -1}',
    b'{"events": {"unknown": 1}}',
    b'{"events": [1]}',
    b'{"events": {"late": 1e99}}',
    b'{"events": {"lost": 2}}',
    b'{"events": {"lost": 1, "seed": 1e999}}',
    b'{"fault": "quota", "next": 1, "events": {"lost": 2}}',
    b'{"clear": true, "fault": "quota"}',
]


@pytest.mark.parametrize("told", NONSENSE)
def test_an_order_that_makes_no_sense_changes_nothing(told: bytes) -> None:
    """And says so; of half an order that makes sense nothing is done either."""
    post = in_process()
    post.server.faults.next(Fault.PAUSED)
    assert Client(SesApplication(post.server)).post("/_ses/faults", data=told).status_code == 400
    with pytest.raises(ClientError, match="SendingPausedException"):
        post.send()
    assert post.send()["MessageId"]
    assert len(post.events) == 2


def test_an_order_may_name_one_kind_of_request() -> None:
    """By its operation's name, in a list or by itself."""
    post = in_process()
    order = b'{"fault": "throttled", "next": 1, "on": "GetAccount"}'
    assert Client(SesApplication(post.server)).post("/_ses/faults", data=order).status_code == 200
    assert post.send()["MessageId"]
    with pytest.raises(ClientError, match="TooManyRequestsException"):
        post.client.get_account()
