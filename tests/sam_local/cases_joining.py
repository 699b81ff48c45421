"""The form, the button behind it, and what a reader does by herself."""

from __future__ import annotations

from convener.aws.requests import DynamoRequests
from convener.aws.unit_of_work import DynamoUnitOfWork
from convener.subscribers.models import SubscriberStatus
from tests.sam_local.cases_pages import opened, tables
from tests.support import event_links as links
from tests.support.sam_cases import case
from tests.support.sam_world import World

SHOWN = {
    "public-subscribe": (200, "Join"),
    "public-subscribe-mend": (400, "mika(at)example.org"),
    "public-subscribe-robot": (200, "Look into your mail"),
    "public-confirm": (200, "m•••@example.org"),
    "public-preferences": (200, "r•••@example.org"),
    "public-data": (200, "Your data"),
    "public-erase": (200, "Erase your data?"),
    "public-erase-wrong-link": (404, "This link is not complete"),
    "public-address": (200, "Change your address"),
}
ASKING = {
    "public-preferences-link": "Look into your mail",
    "public-address-post": "Look into the mail at the new address",
    "public-subscribe-post": "Look into your mail",
}
SHOWING_DATA = ("public-data-post", "public-data-download")
DONE = {
    "public-preferences-post": "Saved",
    "public-preferences-all": "Saved",
    "public-leave-less": "Less it is",
    "public-erase-post": "Your data are erased",
    "public-leave-undo": "You are back",
}


def registers(world: World) -> tuple[DynamoUnitOfWork, DynamoRequests]:
    """The world's rows with what is written beside them, and its requests."""
    dynamodb, told = world.stack.session.client("dynamodb"), world.stack.outputs
    people = DynamoUnitOfWork(
        dynamodb,
        subscribers=told["SubscribersTable"],
        consents=told["ConsentsTable"],
        requests=told["RequestsTable"],
    )
    return people, DynamoRequests(dynamodb, told["RequestsTable"])


@case(*SHOWN)
def looking_changes_nothing(world: World) -> None:
    """Nor does a form that must be mended, or a robot's. No letter is asked for."""
    registers(world)[1].keep(links.waiting_request())
    before = tables(world)
    answer = opened(world)
    status, words = SHOWN[world.event]
    assert (answer["statusCode"], words in answer["body"]) == (status, True)
    assert tables(world) == before
    assert world.queued("TransactionalQueueUrl") == 0


@case("public-confirm-post")
def the_button_puts_her_on_the_list(world: World) -> None:
    """The row is there, the request done, the welcome on its way."""
    people, requests = registers(world)
    requests.keep(links.waiting_request())
    answer = opened(world)
    assert (answer["statusCode"], "You are in" in answer["body"]) == (200, True)
    who = links.waiting_request().subscriber
    assert people.get(ids=[who])[who].status == SubscriberStatus.CONFIRMED
    known = requests.find(links.REQUEST)
    assert known is not None
    assert known.done_at is not None


@case(*ASKING)
def a_letter_is_asked_for(world: World) -> None:
    """One, and nobody's row is another than before."""
    before = world.people.get(ids=world.readers)
    answer = opened(world)
    assert (answer["statusCode"], ASKING[world.event] in answer["body"]) == (200, True)
    assert world.queued("TransactionalQueueUrl") == 1
    assert world.people.get(ids=world.readers) == before


@case(*SHOWING_DATA)
def a_fresh_link_shows_her_data(world: World) -> None:
    """Hers, and nothing is written but that it was used."""
    before = world.people.get(ids=world.readers)
    answer = opened(world)
    assert (answer["statusCode"], links.READER.address in answer["body"]) == (200, True)
    assert world.people.get(ids=world.readers) == before


@case(*DONE)
def one_button_does_it_for_her_alone(world: World) -> None:
    """Her row is another, or the same again after leaving; the others stay as they were."""
    if world.event == "public-leave-undo":
        links.use_keys(world.stack)
        world.before("public-leave-button")
    before = world.people.get(ids=world.readers)
    answer = opened(world)
    assert (answer["statusCode"], DONE[world.event] in answer["body"]) == (200, True)
    after = world.people.get(ids=world.readers)
    assert [one for one in world.readers if after[one] != before[one]] == [links.READER.id]
