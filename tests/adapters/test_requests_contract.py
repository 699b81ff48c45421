"""What requests, limits, marks and the consent record promise, the fake ones and DynamoDB's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from functools import partial
from types import SimpleNamespace
from typing import Any

from convener.aws.consents import DynamoConsents
from convener.subscribers.confirmation_request import VALID, ConfirmationRequest, RequestType
from convener.subscribers.consent import ConsentEntry, ConsentEvent
from convener.subscribers.unit_of_work import Transaction, UsedLink
from local.stack import LocalStack
from tests.support.people import OPENED, subscriber
from tests.support.unit_of_work_stack import Desk

READER, OTHER = subscriber(1), subscriber(2)
EAST = timezone(timedelta(hours=13))
REQUEST = ConfirmationRequest(
    id="d" * 32,
    wish=RequestType.JOIN,
    subscriber=READER.id,
    address=READER.address,
    asked_at=OPENED + timedelta(microseconds=7),
    first_name="Zoë {{ name }}",
    zone="Pacific/Auckland",
    kinds=frozenset({"invite", "recap"}),
    wording="2026-11",
    by="embedded",
)
MOVE = ConfirmationRequest(
    id="e" * 32, wish=RequestType.MOVE, subscriber=OTHER.id, address=OTHER.address, asked_at=OPENED, moving=READER.id
)
USED = UsedLink(nonce="n" * 16, action="see", until=OPENED)


def entry(place: int, **changes: Any) -> ConsentEntry:
    """The reader's n-th entry, a minute after the one before."""
    told: dict[str, Any] = {"subscriber": READER.id, "what": ConsentEvent.CHOSE, "by": "page", "mark": f"m{place:03}"}
    return ConsentEntry(**{**told, "at": OPENED + timedelta(minutes=place), **changes})


def test_visits_are_counted_by_network_and_hour(parts: Any) -> None:
    """Each hour of UTC begins anew, whatever the zone it is told in."""
    later = (OPENED + timedelta(minutes=59)).astimezone(EAST)
    assert [parts.requests.visit("n1", now=now) for now in (OPENED, OPENED, later)] == [1, 2, 3]
    assert parts.requests.visit("n2", now=OPENED) == 1
    assert parts.requests.visit("n1", now=OPENED + timedelta(hours=1)) == 1


def test_so_many_mails_a_day_are_allowed(parts: Any) -> None:
    """Told apart by their marks; one that was allowed stays so, however often it is asked for."""

    def allowed(mark: str, now: datetime = OPENED, reader: str = READER.id) -> bool:
        return bool(parts.requests.allow(reader, mark, most=3, now=now))

    assert [allowed(mark) for mark in ("a", "b", "a", "c", "d")] == [True, True, True, True, False]
    assert [allowed(mark) for mark in ("a", "b", "c", "d")] == [True, True, True, False]
    assert not allowed("d", OPENED.replace(hour=23).astimezone(EAST))
    assert allowed("d", OPENED + timedelta(days=1))
    assert allowed("d", reader=OTHER.id)


def test_a_request_comes_back_as_it_was_kept(parts: Any) -> None:
    """Every field, for joining and for moving; where there is none, None."""
    for request in (REQUEST, MOVE, replace(REQUEST, id="f" * 32, done_at=OPENED, answered=True)):
        parts.requests.keep(request)
        assert parts.requests.find(request.id) == request
    assert parts.requests.find("0" * 32) is None


def test_a_request_stays_as_it_was_first_kept(parts: Any) -> None:
    """A repeated message changes nothing, even where the button was pressed meanwhile."""
    parts.requests.keep(REQUEST)
    parts.subscribers.commit(Transaction(consents=[entry(1)], done=REQUEST.id, at=OPENED))
    parts.requests.keep(replace(REQUEST, first_name="Other"))
    assert parts.requests.find(REQUEST.id) == replace(REQUEST, done_at=OPENED)


def test_an_expired_request_is_still_told(parts: Any) -> None:
    """Nothing goes by itself at its moment: whoever reads looks at the time."""
    old = replace(REQUEST, asked_at=OPENED - 2 * VALID)
    parts.requests.keep(old)
    assert parts.requests.find(old.id) == old


def test_answering_a_request_that_is_gone_makes_none(parts: Any) -> None:
    """Nothing happens; one that is there is marked, as often as one likes."""
    parts.requests.answered(REQUEST.id)
    assert parts.requests.find(REQUEST.id) is None
    parts.requests.keep(REQUEST)
    for _ in range(2):
        parts.requests.answered(REQUEST.id)
    assert parts.requests.find(REQUEST.id) == replace(REQUEST, answered=True)


def test_a_fresh_links_action_is_used_once(parts: Any) -> None:
    """The first gets it; other actions and other links have their own."""
    assert not parts.requests.used(USED.nonce, "see")
    assert [parts.requests.use(USED) for _ in range(3)] == [True, False, False]
    assert parts.requests.used(USED.nonce, "see")
    assert not parts.requests.used(USED.nonce, "download")
    assert parts.requests.use(replace(USED, action="download"))
    assert parts.requests.use(replace(USED, nonce="m" * 16))


def test_the_consent_record_is_told_in_order_of_time(parts: Any) -> None:
    """Every field comes back, a subscriber's entries apart from others', whatever order they came in."""
    rich = entry(
        3, wording="2026-11", kinds=frozenset({"recap", "invite"}), note="too-many", what=ConsentEvent.SAID_WHY
    )
    exact = entry(0, at=OPENED + timedelta(microseconds=1))
    twin, whole = entry(1, mark="zz"), entry(1, at=OPENED.astimezone(EAST))
    theirs = entry(2, subscriber=OTHER.id)
    for one in (rich, theirs, twin, exact, whole):
        parts.subscribers.commit(Transaction(consents=[one]))
    assert parts.consents.of(READER.id) == [whole, exact, twin, rich]
    assert parts.consents.of(OTHER.id) == [theirs]
    assert [one for one in parts.consents.all() if one.subscriber == READER.id] == [whole, exact, twin, rich]
    assert len(list(parts.consents.all())) == 5


def test_every_page_of_the_record_is_told(stack: LocalStack, empty_tables: Callable[[], None]) -> None:
    """However small the pages are that DynamoDB answers with."""
    empty_tables()
    desk, entries = Desk(stack), [entry(place) for place in range(7)]
    desk.register.commit(Transaction(consents=entries))
    small: Any = SimpleNamespace(scan=partial(desk.client.scan, Limit=2), query=partial(desk.client.query, Limit=2))
    paged = DynamoConsents(small, stack.outputs["ConsentsTable"])
    assert (list(paged.all()), paged.of(READER.id)) == (entries, entries)


def test_what_is_to_be_forgotten_is_forgotten(parts: Any) -> None:
    """Those entries and no others, however many, and again without harm."""
    entries = [entry(place) for place in range(120)]
    for start in range(0, len(entries), 20):
        parts.subscribers.commit(Transaction(consents=entries[start : start + 20]))
    for _ in range(2):
        parts.consents.forget(entries[1:])
        assert parts.consents.of(READER.id) == entries[:1]
    parts.consents.forget([])
    parts.consents.forget([entries[0], entries[0]])
    assert list(parts.consents.all()) == []
