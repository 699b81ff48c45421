"""Tick, fan-out and delivery: the mails' way out."""

from __future__ import annotations

from convener.campaigns import Stage
from convener.delivery.states import DeliveryState
from tests.support.sam_cases import case
from tests.support.sam_world import OK, World

INVITE = "2024-04/invite"


@case("tick-scheduled", "tick-by-hand")
def a_tick_opens_the_invite(world: World) -> None:
    """The edition is composed and frozen, the campaign under way, each of the 16 shards queued."""
    answer = world.play()
    assert (answer["opened"], answer["started"], answer["blocked"]) == ([INVITE], [INVITE], {})
    campaign = world.ledger.campaign(INVITE)
    assert campaign is not None
    assert campaign.stage == Stage.SENDING
    frozen = world.stack.session.client("s3").list_objects_v2(Bucket=world.stack.outputs["EditionsBucket"])
    assert [campaign.edition in one["Key"] for one in frozen["Contents"]] == [True]
    assert world.queued("FanoutQueueUrl") == 16


@case("fanout-shard")
def a_shard_becomes_a_chunk(world: World) -> None:
    """Its three readers are in one chunk, which is queued."""
    world.before("tick-scheduled")
    assert world.play() == OK
    chunk = world.ledger.chunk(INVITE, "a-00001")
    assert chunk is not None
    assert len(chunk.recipients) == 3
    assert world.ledger.cursor(INVITE, "a").finished
    assert world.queued("DeliverQueueUrl") == 1


@case("fanout-empty-shard")
def a_shard_without_readers_is_finished(world: World) -> None:
    """There is no chunk to queue."""
    world.before("tick-scheduled")
    assert world.play() == OK
    assert world.ledger.cursor(INVITE, "f").finished
    assert world.queued("DeliverQueueUrl") == 0


@case("fanout-unknown-campaign")
def one_bad_message_does_not_take_its_batch_along(world: World) -> None:
    """The answer names it; the other one is carried out."""
    world.before("tick-scheduled")
    answer = world.play()
    assert [failure["itemIdentifier"][:8] for failure in answer["batchItemFailures"]] == ["00000001"]
    assert world.ledger.cursor(INVITE, "a").finished


@case("deliver-chunk")
def a_chunk_becomes_mails(world: World) -> None:
    """Each reader's mail is with SES, whole: subject, text, HTML, calendar file, a way out in one click."""
    world.before("tick-scheduled", "fanout-shard")
    assert world.play() == OK
    chunk = world.ledger.chunk(INVITE, "a-00001")
    assert chunk is not None
    assert {entry.state for entry in chunk.entries} == {DeliveryState.ACCEPTED}
    mails = world.mails()
    assert sorted(mail["To"] for mail in mails) == [f"reader{number}@example.org" for number in (26, 42, 58)]
    for mail in mails:
        kinds = {part.get_content_type() for part in mail.walk()}
        assert {"text/plain", "text/html", "text/calendar"} <= kinds
        assert "Kindness under pressure" in mail["Subject"]
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert mail["List-Unsubscribe"].startswith("<https://c.example/")
        body = mail.get_body(("plain",))
        assert body is not None
        assert "Aroha" in body.get_content()


@case("deliver-unknown-chunk", "deliver-not-json")
def a_message_that_cant_be_carried_out_is_named_in_the_answer(world: World) -> None:
    """So SQS counts it towards the dead-letter queue; nothing is sent."""
    world.before("tick-scheduled", "fanout-shard")
    answer = world.play()
    assert [failure["itemIdentifier"][:8] for failure in answer["batchItemFailures"]] == ["00000001"]
    assert world.mails() == []
