"""Mail requests of the pages: which mail goes to which address, and who gets none."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from convener.errors import BadInput
from convener.subscribers.confirmation_request import VALID, ConfirmationRequest, RequestType
from convener.subscribers.mail_requests import LinkRequested, MailRequest, MoveRequested, Purpose
from convener.subscribers.models import SubscriberStatus
from convener.transactional_mail.outcomes import OutcomeType
from convener.transactional_mail.request_handlers import (
    MAX_LINK_REQUEST_AGE,
    MAX_MAILS_TO_TYPED_ADDRESS_PER_DAY,
    MAX_MAILS_WITH_LINKS_PER_DAY,
)
from tests.support.transactional import LINKS, NOW, TransactionalMail, id_of, join, mark, part, reader

ANA = reader()
GONE = (SubscriberStatus.LEFT, SubscriberStatus.ERASED, SubscriberStatus.MOVED)
SILENT = (SubscriberStatus.BOUNCED, SubscriberStatus.COMPLAINED)


def move(number: int = 1, address: str = "new@example.org", subscriber: str = ANA.id) -> MoveRequested:
    """Return a request to change an address."""
    return MoveRequested(mark=mark(number), at=NOW, subscriber=subscriber, address=address)


def link(number: int = 1, purpose: Purpose = Purpose.DATA, subscriber: str = ANA.id) -> LinkRequested:
    """Return a request for a one-time link."""
    return LinkRequested(mark=mark(number), at=NOW, subscriber=subscriber, purpose=purpose)


def test_an_unknown_address_is_asked_to_confirm() -> None:
    """The request is stored as it was typed, then its link is mailed to the address; no row is written."""
    scene = TransactionalMail()
    outcome = scene.carry_out(join(address=" Ana@Bücher.example ", kinds=frozenset({"recap"}), zone="Europe/Paris"))
    assert (outcome.outcome, outcome.mail) == (OutcomeType.SENT, "confirm")
    assert scene.requests.find(mark(1)) == ConfirmationRequest(
        id=mark(1),
        wish=RequestType.JOIN,
        subscriber=id_of("ana@bücher.example"),
        address="Ana@xn--bcher-kva.example",
        asked_at=NOW,
        first_name="Ana",
        zone="Europe/Paris",
        kinds=frozenset({"recap"}),
        wording="1",
        by="page",
    )
    assert scene.sent[0].recipient == "Ana@xn--bcher-kva.example"
    assert LINKS.confirm_url(mark(1)) in part(scene.sent[0])
    assert scene.rows.writes == 0


@pytest.mark.parametrize("subscriber_status", GONE)
def test_former_subscribers_may_subscribe_again(subscriber_status: SubscriberStatus) -> None:
    """Only by the button of the mail; until then the row stays as it is."""
    row = replace(ANA, status=subscriber_status)
    scene = TransactionalMail(row)
    assert scene.carry_out(join()).mail == "confirm"
    assert scene.rows.rows[row.id] == row


def test_a_subscriber_is_told_that_they_are_on_the_list() -> None:
    """The mail goes to the saved address, with nothing to confirm."""
    scene = TransactionalMail(replace(ANA, address="Ana.K@example.org"))
    assert scene.carry_out(join()).mail == "known"
    assert scene.sent[0].recipient == "Ana.K@example.org"
    assert scene.requests.kept == {}


@pytest.mark.parametrize("subscriber_status", SILENT)
def test_suppressed_subscribers_get_no_mail(subscriber_status: SubscriberStatus) -> None:
    """Neither to confirm, nor at a new address, nor a link, until an operator lifts it."""
    row = replace(ANA, status=subscriber_status)
    bea = reader("bea@example.org")
    scene = TransactionalMail(row, bea)
    links = [link(9 + n, purpose) for n, purpose in enumerate(Purpose)]
    mail_requests: list[MailRequest] = [join(), move(2, ANA.address, bea.id), move(5), *links]
    for mail_request in mail_requests:
        assert scene.carry_out(mail_request).outcome is OutcomeType.NOTHING_DUE
    assert scene.sent == []
    assert scene.requests.kept == {}


def test_a_repeated_message_counts_once() -> None:
    """The link stays the same, and the limit of the day counts one mail."""
    scene = TransactionalMail()
    for _ in range(5):
        assert scene.carry_out(join()).outcome is OutcomeType.SENT
    assert len({part(mail) for mail in scene.sent}) == 1
    assert len(scene.requests.kept) == 1
    assert scene.carry_out(join(2)).outcome is OutcomeType.SENT


@pytest.mark.parametrize("mail_request", [join(), move()], ids=["join", "move"])
def test_a_confirmed_request_is_not_mailed_again(mail_request: MailRequest) -> None:
    """A message that is delivered twice, and late, sends nothing after the button was pressed."""
    scene = TransactionalMail(*([ANA] if isinstance(mail_request, MoveRequested) else []))
    scene.carry_out(mail_request)
    scene.requests.kept[mark(1)] = replace(scene.requests.kept[mark(1)], done_at=NOW)
    assert scene.carry_out(mail_request).outcome is OutcomeType.DROPPED
    assert len(scene.sent) == 1


def test_the_form_can_not_fill_a_mailbox() -> None:
    """Three mails a day to one address, whoever asks and however it is spelt; other addresses are not affected."""
    scene = TransactionalMail()
    outcomes = [scene.carry_out(join(n, f"{'ANA' if n % 2 else 'ana'}@example.org")) for n in range(1, 7)]
    assert [outcome.held_back for outcome in outcomes] == [False] * MAX_MAILS_TO_TYPED_ADDRESS_PER_DAY + [True] * 3
    assert scene.carry_out(join(9, "bea@example.org")).outcome is OutcomeType.SENT
    scene.clock.sleep(86_400)
    assert scene.carry_out(join(10)).outcome is OutcomeType.SENT


def test_three_links_a_day_are_always_possible() -> None:
    """Six mails a day in all: after three requests by strangers a subscriber may still ask for three links."""
    scene = TransactionalMail(ANA)
    mail_requests: list[MailRequest] = [*(join(n) for n in range(1, 5)), *(link(n) for n in range(5, 10))]
    held = [scene.carry_out(mail_request).held_back for mail_request in mail_requests]
    assert (
        held
        == [False] * MAX_MAILS_TO_TYPED_ADDRESS_PER_DAY
        + [True]
        + [False] * (MAX_MAILS_WITH_LINKS_PER_DAY - MAX_MAILS_TO_TYPED_ADDRESS_PER_DAY)
        + [True] * 2
    )


@pytest.mark.parametrize("mail_request", [join(), move()], ids=["join", "move"])
def test_an_expired_request_is_not_mailed(mail_request: MailRequest) -> None:
    """Its link would not work."""
    scene = TransactionalMail(ANA, now=NOW + VALID)
    assert scene.carry_out(mail_request).outcome is OutcomeType.DROPPED
    assert scene.sent == []


def test_a_move_is_confirmed_at_the_new_address_only() -> None:
    """The request names the row that moves, which may be the end of earlier moves."""
    old = reader("old@example.org", status=SubscriberStatus.MOVED, moved_to=ANA.id)
    scene = TransactionalMail(old, ANA)
    assert scene.carry_out(move(subscriber=old.id)).mail == "confirm-address"
    request = scene.requests.kept[mark(1)]
    assert (request.wish, request.moving, request.address) == (RequestType.MOVE, ANA.id, "new@example.org")
    assert [mail.recipient for mail in scene.sent] == ["new@example.org"]


def test_the_same_address_is_no_move_but_another_spelling_is() -> None:
    """Only the part before the @ may differ, because mail is addressed as typed."""
    scene = TransactionalMail(ANA)
    assert scene.carry_out(move(1, "ana@EXAMPLE.org")).reason == "same-address"
    assert scene.carry_out(move(2, "Ana@example.org")).outcome is OutcomeType.SENT


@pytest.mark.parametrize("subscriber_status", [*GONE, *SILENT])
def test_only_confirmed_subscribers_move(subscriber_status: SubscriberStatus) -> None:
    """A row that is gone can't move either."""
    scene = TransactionalMail(replace(ANA, status=subscriber_status))
    assert scene.carry_out(move()).reason == "not-on-the-list"
    assert TransactionalMail().carry_out(move()).reason == "not-on-the-list"


@pytest.mark.parametrize("purpose", Purpose)
def test_a_one_time_link_goes_to_the_saved_address(purpose: Purpose) -> None:
    """It works for thirty minutes after the mail, and one request has one nonce, however often it is mailed."""
    old = reader("old@example.org", status=SubscriberStatus.MOVED, moved_to=ANA.id)
    scene = TransactionalMail(old, ANA)
    mail_request = link(0xABC, purpose, old.id)
    for _ in range(2):
        assert scene.carry_out(mail_request).mail == f"link-{purpose}"
        scene.clock.sleep(60)
    links = []
    for mail in scene.sent:
        (token,) = re.findall(rf"https://c.example/{purpose}/(\S+)", part(mail))
        links.append(LINKS.tokens.read_fresh(purpose, token))
        assert mail.recipient == ANA.address
    assert {(read.subscriber, read.nonce) for read in links} == {(ANA.id, mail_request.mark[:16])}
    assert [(read.expires - NOW).total_seconds() // 60 for read in links] == [30, 31]


@pytest.mark.parametrize(
    ("subscriber_status", "purposes"),
    [(SubscriberStatus.LEFT, {"data", "erase"}), (SubscriberStatus.ERASED, set()), (SubscriberStatus.MOVED, set())],
)
def test_who_left_may_still_see_and_erase_their_data(subscriber_status: SubscriberStatus, purposes: set[str]) -> None:
    """Without an address there is no mail."""
    scene = TransactionalMail(replace(ANA, status=subscriber_status))
    outcomes = {purpose.value: scene.carry_out(link(n, purpose)) for n, purpose in enumerate(Purpose)}
    assert {purpose for purpose, outcome in outcomes.items() if outcome.outcome is OutcomeType.SENT} == purposes


def test_an_old_request_for_a_link_is_dropped() -> None:
    """A request that was in the queue for a day."""
    scene = TransactionalMail(ANA, now=NOW + MAX_LINK_REQUEST_AGE)
    assert scene.carry_out(link()).outcome is OutcomeType.DROPPED
    assert (
        TransactionalMail(ANA, now=NOW + MAX_LINK_REQUEST_AGE - timedelta(minutes=1)).carry_out(link()).outcome
        is OutcomeType.SENT
    )


def test_an_invalid_address_is_parked_without_naming_it() -> None:
    """The pages queue no such address; if one comes, an operator sees a message without the address."""
    with pytest.raises(BadInput) as caught:
        TransactionalMail().carry_out(join(address="ana at example"))
    assert "ana" not in str(caught.value)
