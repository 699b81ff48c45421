"""What a page asked for: whom it goes to, and who gets nothing."""

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
    """She wants her mail elsewhere."""
    return MoveRequested(mark=mark(number), at=NOW, subscriber=subscriber, address=address)


def link(number: int = 1, purpose: Purpose = Purpose.DATA, subscriber: str = ANA.id) -> LinkRequested:
    """She wants a fresh link."""
    return LinkRequested(mark=mark(number), at=NOW, subscriber=subscriber, purpose=purpose)


def test_an_unknown_address_is_asked_to_confirm() -> None:
    """The request is kept as it was typed, then its link leaves to the address; no row is written."""
    scene = TransactionalMail()
    told = scene.carry_out(join(address=" Ana@Bücher.example ", kinds=frozenset({"recap"}), zone="Europe/Paris"))
    assert (told.outcome, told.mail) == (OutcomeType.SENT, "confirm")
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


@pytest.mark.parametrize("standing", GONE)
def test_who_is_not_on_the_list_any_more_may_join_again(standing: SubscriberStatus) -> None:
    """By her own button alone: until then the row stays as it is."""
    row = replace(ANA, status=standing)
    scene = TransactionalMail(row)
    assert scene.carry_out(join()).mail == "confirm"
    assert scene.rows.rows[row.id] == row


def test_who_is_on_the_list_hears_that_she_is() -> None:
    """At the address that she gave us, with nothing to confirm."""
    scene = TransactionalMail(replace(ANA, address="Ana.K@example.org"))
    assert scene.carry_out(join()).mail == "known"
    assert scene.sent[0].recipient == "Ana.K@example.org"
    assert scene.requests.kept == {}


@pytest.mark.parametrize("standing", SILENT)
def test_who_bounced_or_complained_gets_no_mail_at_all(standing: SubscriberStatus) -> None:
    """Neither to confirm, nor as a new address, nor a link, until an operator lifts it."""
    row = replace(ANA, status=standing)
    bea = reader("bea@example.org")
    scene = TransactionalMail(row, bea)
    links = [link(9 + n, purpose) for n, purpose in enumerate(Purpose)]
    asked: list[MailRequest] = [join(), move(2, ANA.address, bea.id), move(5), *links]
    for mail_request in asked:
        assert scene.carry_out(mail_request).outcome is OutcomeType.NOTHING_DUE
    assert scene.sent == []
    assert scene.requests.kept == {}


def test_a_message_that_comes_again_keeps_one_request_and_counts_once() -> None:
    """The link stays the same; the day's other mails are not used up by it."""
    scene = TransactionalMail()
    for _ in range(5):
        assert scene.carry_out(join()).outcome is OutcomeType.SENT
    assert len({part(mail) for mail in scene.sent}) == 1
    assert len(scene.requests.kept) == 1
    assert scene.carry_out(join(2)).outcome is OutcomeType.SENT


@pytest.mark.parametrize("mail_request", [join(), move()], ids=["join", "move"])
def test_what_was_confirmed_meanwhile_is_not_asked_again(mail_request: MailRequest) -> None:
    """A message that comes twice, and late, says nothing to who has pressed the button."""
    scene = TransactionalMail(*([ANA] if isinstance(mail_request, MoveRequested) else []))
    scene.carry_out(mail_request)
    scene.requests.kept[mark(1)] = replace(scene.requests.kept[mark(1)], done_at=NOW)
    assert scene.carry_out(mail_request).outcome is OutcomeType.DROPPED
    assert len(scene.sent) == 1


def test_nobodys_box_is_filled_by_our_form() -> None:
    """Three mails a day to one address, whoever asks and however it is spelt; others are not held up."""
    scene = TransactionalMail()
    told = [scene.carry_out(join(n, f"{'ANA' if n % 2 else 'ana'}@example.org")) for n in range(1, 7)]
    assert [one.held_back for one in told] == [False] * MAX_MAILS_TO_TYPED_ADDRESS_PER_DAY + [True] * 3
    assert scene.carry_out(join(9, "bea@example.org")).outcome is OutcomeType.SENT
    scene.clock.sleep(86_400)
    assert scene.carry_out(join(10)).outcome is OutcomeType.SENT


def test_links_have_three_mails_that_nobody_else_can_use_up() -> None:
    """Six a day in all: after three requests by strangers she may still ask for three links."""
    scene = TransactionalMail(ANA)
    asked: list[MailRequest] = [*(join(n) for n in range(1, 5)), *(link(n) for n in range(5, 10))]
    held = [scene.carry_out(mail_request).held_back for mail_request in asked]
    assert (
        held
        == [False] * MAX_MAILS_TO_TYPED_ADDRESS_PER_DAY
        + [True]
        + [False] * (MAX_MAILS_WITH_LINKS_PER_DAY - MAX_MAILS_TO_TYPED_ADDRESS_PER_DAY)
        + [True] * 2
    )


@pytest.mark.parametrize("mail_request", [join(), move()], ids=["join", "move"])
def test_a_request_that_has_expired_is_not_mailed(mail_request: MailRequest) -> None:
    """Its link would not work."""
    scene = TransactionalMail(ANA, now=NOW + VALID)
    assert scene.carry_out(mail_request).outcome is OutcomeType.DROPPED
    assert scene.sent == []


def test_a_new_address_is_asked_at_the_new_one_alone() -> None:
    """Its request names the row that moves, at the end of her earlier moves."""
    old = reader("old@example.org", status=SubscriberStatus.MOVED, moved_to=ANA.id)
    scene = TransactionalMail(old, ANA)
    assert scene.carry_out(move(subscriber=old.id)).mail == "confirm-address"
    request = scene.requests.kept[mark(1)]
    assert (request.wish, request.moving, request.address) == (RequestType.MOVE, ANA.id, "new@example.org")
    assert [mail.recipient for mail in scene.sent] == ["new@example.org"]


def test_the_same_address_is_no_move_but_another_spelling_is() -> None:
    """Only what is before the @ may differ: it is mailed to as typed."""
    scene = TransactionalMail(ANA)
    assert scene.carry_out(move(1, "ana@EXAMPLE.org")).reason == "same-address"
    assert scene.carry_out(move(2, "Ana@example.org")).outcome is OutcomeType.SENT


@pytest.mark.parametrize("standing", [*GONE, *SILENT])
def test_only_who_is_on_the_list_moves(standing: SubscriberStatus) -> None:
    """Nor does a row that is gone."""
    scene = TransactionalMail(replace(ANA, status=standing))
    assert scene.carry_out(move()).reason == "not-on-the-list"
    assert TransactionalMail().carry_out(move()).reason == "not-on-the-list"


@pytest.mark.parametrize("purpose", Purpose)
def test_a_fresh_link_goes_to_the_address_that_is_known(purpose: Purpose) -> None:
    """Thirty minutes from the mail on; one that was asked for once has one nonce, however often it leaves."""
    old = reader("old@example.org", status=SubscriberStatus.MOVED, moved_to=ANA.id)
    scene = TransactionalMail(old, ANA)
    mail_request = link(0xABC, purpose, old.id)
    for _ in range(2):
        assert scene.carry_out(mail_request).mail == f"link-{purpose}"
        scene.clock.sleep(60)
    read = []
    for mail in scene.sent:
        (token,) = re.findall(rf"https://c.example/{purpose}/(\S+)", part(mail))
        read.append(LINKS.tokens.read_fresh(purpose, token))
        assert mail.recipient == ANA.address
    assert {(one.subscriber, one.nonce) for one in read} == {(ANA.id, mail_request.mark[:16])}
    assert [(one.expires - NOW).total_seconds() // 60 for one in read] == [30, 31]


@pytest.mark.parametrize(
    ("standing", "purposes"),
    [(SubscriberStatus.LEFT, {"data", "erase"}), (SubscriberStatus.ERASED, set()), (SubscriberStatus.MOVED, set())],
)
def test_who_left_may_still_see_and_erase_what_is_kept(standing: SubscriberStatus, purposes: set[str]) -> None:
    """Where there is no address left, there is nobody to write to."""
    scene = TransactionalMail(replace(ANA, status=standing))
    told = {purpose.value: scene.carry_out(link(n, purpose)) for n, purpose in enumerate(Purpose)}
    assert {purpose for purpose, one in told.items() if one.outcome is OutcomeType.SENT} == purposes


def test_nobody_waits_a_day_for_a_fresh_link() -> None:
    """What lay in the queue that long is dropped."""
    scene = TransactionalMail(ANA, now=NOW + MAX_LINK_REQUEST_AGE)
    assert scene.carry_out(link()).outcome is OutcomeType.DROPPED
    assert (
        TransactionalMail(ANA, now=NOW + MAX_LINK_REQUEST_AGE - timedelta(minutes=1)).carry_out(link()).outcome
        is OutcomeType.SENT
    )


def test_an_address_that_is_none_is_parked_without_a_word_of_it() -> None:
    """The pages let none through; should one come, an operator sees a message, and no address."""
    with pytest.raises(BadInput) as caught:
        TransactionalMail().carry_out(join(address="ana at example"))
    assert "ana" not in str(caught.value)
