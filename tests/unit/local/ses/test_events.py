"""What the local SES tells of a mail after it took it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError

from convener.delivery.events import MailEvent, read_event
from convener.delivery.states import DeliveryState
from local.ses import Fault
from tests.support.ses_events import PARTS, ses_event
from tests.support.ses_server import READER, SET, TAGS, Post, bulk_of, entry, in_process

SIMULATOR = "simulator.amazonses.com"


def sent_to(address: str) -> Post:
    """A mail to that address, and what was told of it."""
    post = in_process()
    post.send(Destination={"ToAddresses": [address]})
    return post


ENDS = {
    READER: [DeliveryState.ACCEPTED, DeliveryState.DELIVERED],
    f"bounce@{READER.partition('@')[2]}": [DeliveryState.ACCEPTED, DeliveryState.DELIVERED],
    f"success@{SIMULATOR}": [DeliveryState.ACCEPTED, DeliveryState.DELIVERED],
    f"bounce+one@{SIMULATOR}": [DeliveryState.ACCEPTED, DeliveryState.BOUNCED],
    f"Bo <bounce@{SIMULATOR}>": [DeliveryState.ACCEPTED, DeliveryState.BOUNCED],
    f"complaint+x@{SIMULATOR}": [DeliveryState.ACCEPTED, DeliveryState.DELIVERED, DeliveryState.COMPLAINED],
    f"suppressionlist@{SIMULATOR}": [DeliveryState.ACCEPTED, DeliveryState.BOUNCED],
    f"ooto@{SIMULATOR}": [DeliveryState.ACCEPTED, DeliveryState.DELIVERED, DeliveryState.ACCEPTED],
}


@pytest.mark.parametrize(("address", "states"), ENDS.items(), ids=list(ENDS))
def test_feedback_reads_what_is_told(address: str, states: list[DeliveryState]) -> None:
    """The reader of real events finds the mail, its end and its time in each; the simulator's addresses do theirs."""
    post = sent_to(address)
    read = [read_event(json.dumps(event), configuration_set=SET) for event in post.events]
    assert [event.state for event in read if isinstance(event, MailEvent)] == states
    for event in read:
        assert isinstance(event, MailEvent)
        assert (event.campaign, event.chunk, event.recipient, event.attempt) == (
            "2024-04/invite",
            "a-00001",
            "a" * 32,
            1,
        )
        assert (event.message_id, event.at) == (post.server.mails.all[0].message_id, post.clock.now())


def members(value: Any, path: str = "") -> set[str]:
    """The paths of everything in an event, but for the mail's own headers and the connection's cipher."""
    if isinstance(value, list):
        return {name for part in value for name in members(part, f"{path}[]")}
    if not isinstance(value, dict) or path in ("/detail/mail/headers[]", "/detail/mail/commonHeaders"):
        return {path}
    inner = {name for key, part in value.items() for name in members(part, f"{path}/{key}")}
    return {name for name in inner if not name.startswith("/detail/mail/headers") and "tls" not in name}


@pytest.mark.parametrize("what", sorted(PARTS.keys() & {"sent", "delivered", "bounced", "complaint", "delayed"}))
def test_events_have_the_members_that_the_tests_of_feedback_play(what: str) -> None:
    """The same as the examples of AWS, so that both ways of making them agree."""
    post = in_process()
    post.server.post.ending = lambda _mail, _address: (what,)
    post.send()
    assert members(post.events[-1]) >= members(ses_event(what, TAGS))


def test_a_suppressed_address_is_accepted_and_bounces() -> None:
    """As SES does with its account's list; it is forgotten when it is taken off."""
    post = in_process()
    post.client.put_suppressed_destination(EmailAddress=READER.upper(), Reason="BOUNCE")
    assert post.send()["MessageId"]
    assert post.kinds() == ["Send", "Bounce"]
    bounce = post.events[1]["detail"]["bounce"]
    assert (bounce["bounceType"], bounce["bounceSubType"]) == ("Permanent", "OnAccountSuppressionList")
    post.client.delete_suppressed_destination(EmailAddress=READER)
    post.send()
    assert post.kinds()[2:] == ["Send", "Delivery"]


def test_a_mail_whose_answer_was_lost_is_told_of_like_any_other() -> None:
    """That is what settles it."""
    post = in_process()
    post.server.faults.next(Fault.DROPPED_AFTER)
    with pytest.raises(ConnectionClosedError):
        post.send()
    assert post.kinds() == ["Send", "Delivery"]


def test_a_field_that_does_not_resolve_is_accepted_and_never_delivered() -> None:
    """SUCCESS, and then a Rendering Failure: nobody is told in the answer."""
    post = in_process()
    entries = [entry(data='{"name": "Ada"}'), entry()]
    results = post.client.send_bulk_email(**bulk_of(entries))["BulkEmailEntryResults"]
    assert [one["Status"] for one in results] == ["SUCCESS", "SUCCESS"]
    assert post.kinds() == ["Rendering Failure", "Send", "Delivery"]
    assert "place" in post.events[0]["detail"]["failure"]["errorMessage"]


def test_without_a_configuration_set_nothing_is_told() -> None:
    """Events have no other way out."""
    post = in_process()
    post.send(ConfigurationSetName=None)
    assert (post.events, len(post.server.mails.all)) == ([], 1)


def test_events_are_lost_doubled_and_preceded_by_delays_on_command() -> None:
    """Each counted."""
    post = in_process()
    told: Any = post.server.post
    told.lose(1.0)
    post.send()
    assert (post.events, told.counted["lost"]) == ([], 2)
    told.clear()
    told.double(1.0)
    post.send()
    assert post.kinds() == ["Send", "Send", "Delivery", "Delivery"]
    assert post.events[0]["id"] == post.events[1]["id"]
    told.clear()
    told.delay(1.0)
    post.send()
    assert post.kinds()[4:] == ["Send", "DeliveryDelay", "Delivery"]


def test_late_events_come_when_the_clock_has_come_there() -> None:
    """Not before, and whoever moves the clock is told when to look."""
    post = in_process()
    post.server.post.late(timedelta(minutes=40))
    post.send()
    due = post.clock.now() + timedelta(minutes=40)
    assert (post.events, post.server.post.next_due) == ([], due)
    post.clock.move_to(due - timedelta(seconds=1))
    assert post.server.post.pump() == 0
    post.clock.move_to(due)
    assert post.server.post.pump() == 2
    assert (post.kinds(), post.server.post.next_due) == (["Send", "Delivery"], None)


def test_shuffled_events_come_in_no_order() -> None:
    """All of them, some before what they follow."""
    post = in_process(rate=100)
    post.server.post.shuffle(timedelta(minutes=5), seed=3)
    for _ in range(20):
        post.send()
    post.clock.sleep(300)
    post.server.post.pump()
    assert sorted(post.kinds()) == ["Delivery"] * 20 + ["Send"] * 20
    assert post.kinds() != ["Send", "Delivery"] * 20


def test_an_ending_may_be_chosen_for_each_reader() -> None:
    """By whoever plays with it."""
    post = in_process()
    post.server.post.ending = lambda _mail, address: ("full",) if address == READER else None
    post.send(Destination={"ToAddresses": [READER, "b@example.org"]})
    assert post.kinds() == ["Send", "Bounce", "Delivery"]
    assert post.events[1]["detail"]["bounce"]["bounceType"] == "Transient"
