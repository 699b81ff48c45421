"""Messages that are delivered twice, late and in any order, while SES fails now and then."""

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
    st.none(), st.sampled_from([status for status in SubscriberStatus if status is not SubscriberStatus.MOVED])
)
SILENT = (SubscriberStatus.BOUNCED, SubscriberStatus.COMPLAINED)


@st.composite
def queues(draw: st.DrawFn) -> list[MailRequest]:
    """Draw requests of all types, each delivered once or more, in any order."""
    drawn: list[MailRequest] = []
    for number in range(1, draw(st.integers(1, 12)) + 1):
        address, other = draw(st.sampled_from(ADDRESSES)), draw(st.sampled_from(ADDRESSES))
        purpose = draw(st.sampled_from(Purpose))
        mail_requests: list[MailRequest] = [
            join(number, address),
            LinkRequested(mark=mark(number), at=NOW, subscriber=id_of(address), purpose=purpose),
            MoveRequested(mark=mark(number), at=NOW, subscriber=id_of(other), address=address),
        ]
        drawn.append(draw(st.sampled_from(mail_requests)))
    return draw(st.permutations([mail_request for mail_request in drawn for _ in range(draw(st.integers(1, 3)))]))


def fail_in_turn(faults: list[type[ConvenerError] | None]) -> Callable[[Mail], None]:
    """Fail as listed, one mail after the other, then never again."""

    def fails(_mail: Mail) -> None:
        if faults and (error := faults.pop()):
            raise error("now")

    return fails


errors = st.lists(st.sampled_from([None, None, Unavailable, Throttled, LostAnswer]), max_size=6)


@settings(max_examples=40, deadline=None)
@given(queues(), st.tuples(STANDINGS, STANDINGS, STANDINGS), errors)
def test_limits_and_suppression_hold_in_any_order(queue: list[MailRequest], statuses: Any, faults: list[Any]) -> None:
    """Limited mails to one address, none to suppressed subscribers, one request for each mark."""
    rows = [reader(one, status=scene) for one, scene in zip(ADDRESSES, statuses, strict=True) if scene]
    scene = TransactionalMail(*rows, templates=PlainTemplates(), mailer=FakeMailer(fail_in_turn(list(faults))))
    mailed: dict[str, set[str]] = {address: set() for address in ADDRESSES}
    links: dict[str, set[str]] = {address: set() for address in ADDRESSES}
    for mail_request in queue:
        before = len(scene.sent)
        scene.try_to_carry_out(mail_request)
        for mail in scene.sent[before:]:
            (links if isinstance(mail_request, LinkRequested) else mailed)[mail.recipient].add(mail_request.mark)
    for address, subscriber_status in zip(ADDRESSES, statuses, strict=True):
        assert len(mailed[address]) <= MAX_MAILS_TO_TYPED_ADDRESS_PER_DAY
        assert len(mailed[address] | links[address]) <= MAX_MAILS_WITH_LINKS_PER_DAY
        assert subscriber_status not in SILENT or not mailed[address] | links[address]
    assert scene.rows.writes == 0
    assert set(scene.requests.kept) <= {
        mail_request.mark for mail_request in queue if not isinstance(mail_request, LinkRequested)
    }


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
    """In any order of button, messages and a stopped campaign: one mail, unless an answer of SES was lost."""
    faults = list(faults)
    lost = faults.count(LostAnswer)
    scene = TransactionalMail(templates=PlainTemplates(), mailer=FakeMailer(fail_in_turn(faults)))
    if invited:
        scene.open(campaign(edition=scene.editions.put(edition())))
    scene.mailer.fails, fails = lambda _mail: None, scene.mailer.fails
    scene.carry_out(join())
    scene.mailer.fails = fails
    scene.mailer.sent.clear()
    mail_request, results = JoinConfirmed(mark=mark(1), at=NOW), []
    for step in [*steps, "joins", *["message"] * 12]:
        _step(scene, step)
        if step == "message":
            results.append(scene.try_to_carry_out(mail_request))
            scene.clock.sleep(pause)
    mails = Counter(scene.mail_names)
    request = scene.requests.kept.get(mark(1))
    if (
        request is None
        or request.done_at is None
        or any(outcome.reason == "never-written" for outcome in _finished(results))
    ):
        return
    assert request.answered
    assert mails["invite"] <= 1
    assert sum(mails.values()) <= 1 + lost
    assert sum(mails.values()) >= 1 or any(outcome.outcome is OutcomeType.UNKNOWN for outcome in _finished(results))
    entries = [entry for chunk in scene.ledger.chunk_items.values() for entry in chunk.entries]
    assert mails["invite"] <= sum(entry.state in REACHED for entry in entries) <= 1


def _finished(results: list[Outcome | Exception]) -> list[Outcome]:
    return [result for result in results if isinstance(result, Outcome)]


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
