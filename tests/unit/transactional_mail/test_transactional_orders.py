"""Messages twice, late and in any order, with SES failing now and then: what is promised holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from convener.delivery.mail import Mail
from convener.delivery.states import REACHED
from convener.errors import ConvenerError, LostAnswer, Throttled, Unavailable
from convener.subscribers.confirmation_request import RequestType
from convener.subscribers.mail_requests import JoinConfirmed, LinkRequested, MailRequest, MoveRequested, Purpose
from convener.subscribers.models import SubscriberStatus
from convener.transactional_mail.outcomes import Outcome, OutcomeType
from convener.transactional_mail.request_handlers import (
    MAX_MAILS_TO_TYPED_ADDRESS_PER_DAY,
    MAX_MAILS_WITH_LINKS_PER_DAY,
)
from tests.support.fakes import FakeMailer
from tests.support.people import campaign, edition
from tests.support.transactional import NOW, PlainTemplates, TransactionalMail, id_of, join, mark, reader

ADDRESSES = ("ana@example.org", "bea@example.org", "cyd@example.org")
STANDINGS = st.one_of(
    st.none(), st.sampled_from([one for one in SubscriberStatus if one is not SubscriberStatus.MOVED])
)
SILENT = (SubscriberStatus.BOUNCED, SubscriberStatus.COMPLAINED)


@st.composite
def letters(draw: st.DrawFn) -> list[MailRequest]:
    """Requests of all sorts, each seen once or more, in any order."""
    asked: list[MailRequest] = []
    for number in range(1, draw(st.integers(1, 12)) + 1):
        address, other = draw(st.sampled_from(ADDRESSES)), draw(st.sampled_from(ADDRESSES))
        purpose = draw(st.sampled_from(Purpose))
        sorts: list[MailRequest] = [
            join(number, address),
            LinkRequested(mark=mark(number), at=NOW, subscriber=id_of(address), purpose=purpose),
            MoveRequested(mark=mark(number), at=NOW, subscriber=id_of(other), address=address),
        ]
        asked.append(draw(st.sampled_from(sorts)))
    return draw(st.permutations([one for one in asked for _ in range(draw(st.integers(1, 3)))]))


def faulty(faults: list[type[ConvenerError] | None]) -> Callable[[Mail], None]:
    """Fail as listed, one mail after the other; then never again."""

    def fails(_mail: Mail) -> None:
        if faults and (error := faults.pop()):
            raise error("now")

    return fails


errors = st.lists(st.sampled_from([None, None, Unavailable, Throttled, LostAnswer]), max_size=6)


@settings(max_examples=40, deadline=None)
@given(letters(), st.tuples(STANDINGS, STANDINGS, STANDINGS), errors)
def test_no_box_is_filled_and_no_silence_is_broken(queue: list[MailRequest], standings: Any, faults: list[Any]) -> None:
    """Within a day: so many letters to one address, none to who bounced or complained, one request for each mark."""
    rows = [reader(one, status=scene) for one, scene in zip(ADDRESSES, standings, strict=True) if scene]
    scene = TransactionalMail(*rows, templates=PlainTemplates(), mailer=FakeMailer(faulty(list(faults))))
    left: dict[str, set[str]] = {one: set() for one in ADDRESSES}
    links: dict[str, set[str]] = {one: set() for one in ADDRESSES}
    for mail_request in queue:
        before = len(scene.sent)
        scene.try_to_carry_out(mail_request)
        for mail in scene.sent[before:]:
            (links if isinstance(mail_request, LinkRequested) else left)[mail.recipient].add(mail_request.mark)
    for address, standing in zip(ADDRESSES, standings, strict=True):
        assert len(left[address]) <= MAX_MAILS_TO_TYPED_ADDRESS_PER_DAY
        assert len(left[address] | links[address]) <= MAX_MAILS_WITH_LINKS_PER_DAY
        assert standing not in SILENT or not left[address] | links[address]
    assert scene.rows.writes == 0
    assert set(scene.requests.kept) <= {one.mark for one in queue if not isinstance(one, LinkRequested)}


@settings(max_examples=40, deadline=None)
@given(
    st.booleans(),
    st.lists(st.sampled_from(["message", "joins", "stops"]), min_size=1, max_size=8),
    errors,
    st.integers(0, 900),
)
def test_one_welcome_or_one_invite_for_one_button(
    invited: bool,
    steps: list[str],
    faults: list[Any],
    pause: int,
) -> None:
    """Whatever the order of button, messages and a stopped campaign: one mail, unless an answer of SES was lost."""
    faults = list(faults)
    lost = faults.count(LostAnswer)
    scene = TransactionalMail(templates=PlainTemplates(), mailer=FakeMailer(faulty(faults)))
    if invited:
        scene.open(campaign(edition=scene.editions.put(edition())))
    scene.mailer.fails, fails = lambda _mail: None, scene.mailer.fails
    scene.carry_out(join())
    scene.mailer.fails = fails
    scene.mailer.sent.clear()
    mail_request, told = JoinConfirmed(mark=mark(1), at=NOW), []
    for step in [*steps, "joins", *["message"] * 12]:
        _step(scene, step)
        if step == "message":
            told.append(scene.try_to_carry_out(mail_request))
            scene.clock.sleep(pause)
    mails = Counter(scene.kinds)
    request = scene.requests.kept.get(mark(1))
    if request is None or request.done_at is None or any(one.reason == "never-written" for one in _ends(told)):
        return
    assert request.answered
    assert mails["invite"] <= 1
    assert sum(mails.values()) <= 1 + lost
    assert sum(mails.values()) >= 1 or any(one.outcome is OutcomeType.UNKNOWN for one in _ends(told))
    entries = [entry for chunk in scene.ledger.chunk_items.values() for entry in chunk.entries]
    assert mails["invite"] <= sum(entry.state in REACHED for entry in entries) <= 1


def _ends(told: list[Outcome | Exception]) -> list[Outcome]:
    return [one for one in told if isinstance(one, Outcome)]


def _step(scene: TransactionalMail, step: str) -> None:
    request = scene.requests.kept.get(mark(1))
    if step == "joins" and request and request.done_at is None:
        assert request.wish is RequestType.JOIN
        now = scene.clock.now()
        scene.requests.kept[mark(1)] = replace(request, done_at=now)
        scene.rows.rows[request.subscriber] = reader(request.address, confirmed_at=now)
    known = scene.ledger.campaigns.get("2024-04/invite")
    if step == "stops" and known and known.stage != "stopped":
        scene.ledger.turn(known.turned(type(known.stage)("stopped")))
