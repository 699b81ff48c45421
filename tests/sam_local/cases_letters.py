"""Letters: what a page asked for becomes a mail, whole, and nobody's row is touched."""

from __future__ import annotations

from convener.delivery.states import DeliveryState
from convener.subscribers.models import SubscriberStatus
from tests.sam_local.cases_joining import registers
from tests.support import event_links as links
from tests.support.people import subscriber
from tests.support.sam_cases import case
from tests.support.sam_world import OK, World

ADA = subscriber(0x5A, id=links.id_of("ada@example.org"), address="Ada@example.org")


def the_mail(world: World) -> tuple[str, str]:
    """To whom the one mail went, and its words."""
    (mail,) = world.mails()
    body = mail.get_body(("plain",))
    assert body is not None
    return str(mail["To"]), str(body.get_content())


@case("transactional-join")
def who_asks_to_join_gets_one_button(world: World) -> None:
    """The request is kept, and its link is in the mail; there is no row yet."""
    links.use_keys(world.stack)
    assert world.play() == OK
    recipient, words = the_mail(world)
    assert recipient == links.NEWCOMER
    assert f"/confirm/{links.CONFIRM}" in words
    people, requests = registers(world)
    known = requests.find(links.REQUEST)
    assert known is not None
    assert people.get(ids=[known.subscriber]) == {}


@case("transactional-join-again")
def who_is_on_the_list_hears_that_she_is(world: World) -> None:
    """She gets the way to her preferences, and nothing to confirm."""
    links.use_keys(world.stack)
    world.people.add(ADA)
    assert world.play() == OK
    recipient, words = the_mail(world)
    assert recipient == ADA.address
    assert f"/preferences/{links.TOKENS.leave(ADA.id)}" in words
    assert "/confirm/" not in words


@case("transactional-welcome")
def a_late_joiner_gets_the_invite_itself(world: World) -> None:
    """One mail, recorded in the ledger beside the ranges."""
    links.use_keys(world.stack)
    world.before("tick-scheduled")
    _, requests = registers(world)
    requests.keep(links.waiting_request())
    world.clock.sleep(60)
    world.before("public-confirm-post")
    assert world.play() == OK
    (mail,) = world.mails()
    assert (mail["To"], "Kindness under pressure" in mail["Subject"]) == (links.NEWCOMER, True)
    who = links.waiting_request().subscriber
    (own,) = [one for one in world.ledger.of_shard("2024-04/invite", who[0]) if who in one.recipients]
    assert [entry.state for entry in own.entries] == [DeliveryState.ACCEPTED]


@case("transactional-link")
def a_fresh_link_goes_to_the_known_address(world: World) -> None:
    """It opens reader 26's data."""
    links.use_keys(world.stack)
    assert world.play() == OK
    recipient, words = the_mail(world)
    assert recipient == links.READER.address
    token = words.partition("/data/")[2].split()[0]
    assert links.TOKENS.read_fresh("data", token).subscriber == links.READER.id


@case("transactional-move")
def a_new_address_is_asked_first(world: World) -> None:
    """The button goes there; the row stays."""
    links.use_keys(world.stack)
    assert world.play() == OK
    recipient, words = the_mail(world)
    assert (recipient, "/confirm/" in words) == ("reader26@new.example", True)
    assert world.people.get(ids=[links.READER.id])[links.READER.id].status == SubscriberStatus.CONFIRMED


@case("transactional-not-json")
def a_letter_that_cant_be_read_is_named(world: World) -> None:
    """SQS counts it towards the dead-letter queue; nothing is sent."""
    answer = world.play()
    assert [failure["itemIdentifier"][:8] for failure in answer["batchItemFailures"]] == ["00000001"]
    assert world.mails() == []
