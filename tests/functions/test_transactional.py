"""The letters' handler with every file of `events/transactional-*.json`, on the local stack."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from aws_lambda_powertools.utilities.batch.exceptions import BatchProcessingError

from convener import wiring
from convener.aws.ledger import DynamoLedger
from convener.delivery.states import DeliveryState
from convener.subscribers.confirmation_request import RequestType
from convener.subscribers.models import SubscriberStatus
from local.ses import Fault
from local.stack import LocalStack
from tests.functions.conftest import NINE
from tests.support import event_links as links
from tests.support.page_requests import EVENTS, PagesScene, container_on
from tests.support.people import subscriber
from tests.support.sam_template import FUNCTIONS

OK: dict[str, list[Any]] = {"batchItemFailures": []}
ADA = subscriber(0x5A, id=links.id_of("ada@example.org"), address="Ada@example.org")
LETTERS = sorted(path.stem for path in EVENTS.glob("transactional-*.json"))


def text(mail: Any) -> str:
    """The words of a mail."""
    return str(mail.get_body(("plain",)).get_content())


def came_back(answer: Any) -> list[str]:
    """Which messages of a batch come again."""
    return [failure["itemIdentifier"][:8] for failure in answer["batchItemFailures"]]


def test_who_asks_to_join_gets_one_button(pages_scene: PagesScene) -> None:
    """The request is kept for its link; a message that comes twice keeps one request, and there is no row yet."""
    assert pages_scene.play("transactional-join") == OK
    assert pages_scene.play("transactional-join") == OK
    first, second = pages_scene.mails()
    assert (first["To"], second["To"]) == (links.NEWCOMER, links.NEWCOMER)
    assert f"https://c.example/confirm/{links.CONFIRM}" in text(first)
    known = pages_scene.requests.find(links.REQUEST)
    assert known is not None
    assert (known.subscriber, known.address, known.first_name) == (
        links.waiting_request().subscriber,
        links.NEWCOMER,
        "Mika",
    )
    assert pages_scene.people.get(ids=[known.subscriber]) == {}


def test_who_is_on_the_list_hears_that_she_is(pages_scene: PagesScene) -> None:
    """She gets the ways to choose and to leave, and nothing to confirm; her row stays as it is."""
    pages_scene.people.add(ADA)
    assert pages_scene.play("transactional-join-again") == OK
    (mail,) = pages_scene.mails()
    assert mail["To"] == ADA.address
    token = links.TOKENS.leave(ADA.id)
    assert f"/preferences/{token}" in text(mail)
    assert mail["List-Unsubscribe"] == f"<https://c.example/leave/{token}>"
    assert "/confirm/" not in text(mail)
    assert pages_scene.people.get(ids=[ADA.id])[ADA.id] == ADA


@pytest.mark.parametrize("standing", [SubscriberStatus.BOUNCED, SubscriberStatus.COMPLAINED])
def test_who_bounced_or_complained_gets_no_mail(pages_scene: PagesScene, standing: SubscriberStatus) -> None:
    """Nobody mails them until an operator lifts it, whatever a form asks for."""
    pages_scene.people.add(subscriber(0x5A, id=ADA.id, address=ADA.address, status=standing, status_since=NINE))
    assert pages_scene.play("transactional-join-again") == OK
    assert pages_scene.mails() == []


def test_a_late_joiner_gets_the_invite_itself(pages_scene: PagesScene, pages_stack: LocalStack) -> None:
    """One mail, recorded in the ledger beside the ranges; the message that comes again sends nothing more."""
    pages_scene.requests.keep(links.waiting_request())
    pages_scene.clock.sleep(60)
    pages_scene.play("public-confirm-post")
    assert pages_scene.play("transactional-welcome") == OK
    assert pages_scene.play("transactional-welcome") == OK
    (mail,) = pages_scene.mails()
    assert mail["To"] == links.NEWCOMER
    assert "Kindness under pressure" in mail["Subject"]
    assert "text/calendar" in {part.get_content_type() for part in mail.walk()}
    who = links.waiting_request().subscriber
    ledger = DynamoLedger(pages_stack.session.client("dynamodb"), pages_stack.outputs["LedgerTable"])
    (own,) = [one for one in ledger.of_shard("2024-04/invite", who[0]) if who in one.recipients]
    assert (own.recipients, own.entries[0].state) == ((who,), DeliveryState.ACCEPTED)
    known = pages_scene.requests.find(links.REQUEST)
    assert known is not None
    assert known.answered


def test_a_welcome_that_comes_before_its_row_is_written_comes_again(pages_scene: PagesScene) -> None:
    """And is dropped where the button's writing failed: whoever pressed it was told so."""
    pages_scene.requests.keep(links.waiting_request())
    assert came_back(pages_scene.play("transactional-welcome")) == ["00000001"]
    pages_scene.clock.sleep(timedelta(minutes=11).total_seconds())
    assert pages_scene.play("transactional-welcome") == OK
    assert pages_scene.mails() == []


def test_a_fresh_link_goes_to_the_address_that_is_known(pages_scene: PagesScene) -> None:
    """It opens her data for half an hour."""
    assert pages_scene.play("transactional-link") == OK
    (mail,) = pages_scene.mails()
    assert mail["To"] == links.READER.address
    token = text(mail).partition("https://c.example/data/")[2].split()[0]
    fresh = links.TOKENS.read_fresh("data", token)
    assert (fresh.subscriber, fresh.expires) == (links.READER.id, NINE + timedelta(minutes=30))


def test_a_new_address_is_asked_before_anything_moves(pages_scene: PagesScene) -> None:
    """The button goes to the new one; the row stays as it is."""
    assert pages_scene.play("transactional-move") == OK
    (mail,) = pages_scene.mails()
    assert mail["To"] == "reader26@new.example"
    known = pages_scene.requests.find("f3" * 16)
    assert known is not None
    assert (known.wish, known.moving, known.subscriber) == (
        RequestType.MOVE,
        links.READER.id,
        links.id_of(known.address),
    )
    assert links.TOKENS.confirm(known.id) in text(mail)
    assert pages_scene.reader() == links.READER


def test_a_message_that_cant_be_read_is_named_and_counted(pages_scene: PagesScene, log: Callable[[], str]) -> None:
    """It is no error of the function; the dead-letter queue takes it in the end."""
    assert came_back(pages_scene.play("transactional-not-json")) == ["00000001"]
    logged = log()
    assert '"message":"parked"' in logged
    assert '"ParkedLetters":[0.0,1.0]' in logged
    assert "join me" not in logged


def test_while_ses_takes_nothing_a_letter_comes_again(pages_scene: PagesScene, pages_stack: LocalStack) -> None:
    """Nothing is lost, nothing is an error; the next try sends it."""
    pages_stack.ses.faults.next(Fault.PAUSED)
    assert came_back(pages_scene.play("transactional-join")) == ["00000001"]
    assert pages_scene.play("transactional-join") == OK
    assert len(pages_scene.mails()) == 1


def test_no_log_holds_whom_it_is_about(pages_scene: PagesScene, log: Callable[[], str]) -> None:
    """Neither address, name, token nor what was typed; one line a letter says what came of it."""
    pages_scene.people.add(ADA)
    for event in LETTERS:
        pages_scene.play(event)
        logged = log()
        assert '"message":"' in logged
        body = json.loads((EVENTS / f"{event}.json").read_text("utf-8"))["Records"][0]["body"]
        for secret in ("example.org", "new.example", "Mika", "mika", "Ada", "Aroha", "/confirm/", "k1.", body):
            assert secret not in logged, (event, secret)


def test_what_is_missing_in_the_environment_is_named(pages_scene: PagesScene, pages_stack: LocalStack) -> None:
    """It is the function's error, and no letter is lost by it."""
    with (
        wiring.using(container_on(pages_stack, pages_scene.clock, CONFIGURATION_SET="", SENDER_ADDRESS="")),
        pytest.raises(BatchProcessingError, match="CONFIGURATION_SET, SENDER_ADDRESS"),
    ):
        pages_scene.play("transactional-join")
    assert pages_scene.mails() == []


def test_with_another_identity_key_nothing_is_done(pages_scene: PagesScene, pages_stack: LocalStack) -> None:
    """Everybody would be somebody else: it stops before the first letter."""
    pages_scene.play("transactional-join")
    secrets, secret = pages_stack.session.client("secretsmanager"), pages_stack.environment("transactional")
    other = secrets.create_secret(Name="another", SecretString="x" * 64)["ARN"]
    assert other != secret["IDENTITY_KEY_SECRET"]
    with (
        wiring.using(container_on(pages_stack, pages_scene.clock, IDENTITY_KEY_SECRET=other)),
        pytest.raises(BatchProcessingError, match="not the one that this list was made with"),
    ):
        pages_scene.play("transactional-join")
    assert len(pages_scene.mails()) == 1


def test_any_other_failure_is_the_functions_own(pages_scene: PagesScene, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is broken here, and not out of reach, counts as an error, so that an alarm tells."""

    def broken(_context: object) -> None:
        raise RuntimeError("a template is missing")

    monkeypatch.setattr(wiring, "transactional", broken)
    with pytest.raises(BatchProcessingError, match="a template is missing"):
        pages_scene.play("transactional-join")
    assert FUNCTIONS["transactional"].batch_size == 1, "one letter's failure is no other's"
