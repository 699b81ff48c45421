"""Every page in every state that a reader may see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from convener.subscribers.consent import ConsentEvent
from convener.subscribers.mail_requests import Purpose
from convener.subscribers.models import SubscriberStatus
from tests.functions.conftest import NINE
from tests.support.event_links import JOIN, LEAVE, TOKENS, VIEW
from tests.support.page_state import (
    DAY,
    State,
    confirm_state,
    confirmed_person,
    entry,
    link_state,
    person,
    record,
    subscriber_state,
)
from tests.support.pages_server import PagesServer

JUNE = datetime(2024, 6, 20, 17, tzinfo=UTC)
KINDS = (("kinds", "invite"), ("kinds", "reminder"), ("kinds", "recap"))
FILLED = (("address", "mika@ward.example"), ("first_name", "Mika"), ("zone", "Europe/Paris"), *KINDS, ("form", "page"))
CHOICES = (("first_name", "Aroha"), ("zone", "Pacific/Auckland"), ("calendar", "file"), ("action", "save"))
STATUSES = (
    SubscriberStatus.BOUNCED,
    SubscriberStatus.COMPLAINED,
    SubscriberStatus.ERASED,
    SubscriberStatus.LEFT,
    SubscriberStatus.MOVED,
)
NOWHERE = {"SUBSCRIBERS_TABLE": "nowhere"}
LONG_ADDRESS = "a-very-long-name.with-more-to-it-than-most+kindness@an-even-longer-name-of-a-hospital.example.org"


def _fill_counter(server: PagesServer) -> None:
    """Count forty posted forms of one network."""
    for _ in range(40):
        server.requests.visit(TOKENS.mark("127.0.0.1"), now=NINE + 3 * DAY)


def _fixed() -> Iterator[State]:
    """Pages that are the same for everybody."""
    yield State(name="front", path="/")
    yield State(name="nowhere", path="/somewhere", http_status=404)
    yield State(name="method", path="/view/" + VIEW, method="PUT", http_status=405)
    yield State(name="link", path=f"/leave/{LEAVE[:30]}", http_status=404)
    yield State(name="later", path=f"/leave/{LEAVE}", http_status=503, environment=NOWHERE)
    yield State(name="out-of-order", path="/elsewhere", http_status=503, environment={"PUBLIC_BASE_URL": ""})
    yield State(name="gone", path=f"/view/{TOKENS.view('2024-04/recap')}", http_status=404)
    yield State(name="join-early", path=f"/join/{JOIN}")
    yield State(name="join-over", path=f"/join/{JOIN}", now=NINE + 20 * DAY)
    yield State(name="join-cancelled", path=f"/join/{TOKENS.join('2024-05')}")
    yield State(name="join-no-link", path=f"/join/{TOKENS.join('2024-06')}", now=JUNE)
    yield State(name="view", path=f"/view/{VIEW}")


def _joining() -> Iterator[State]:
    wrong = (
        ("address", "mika(at)ward.example"),
        ("first_name", "Mi\x07ka" * 40),
        ("zone", "Mars/Base"),
        ("form", "page"),
    )
    agreed = (*FILLED, ("consent", "1"))
    yield State(name="subscribe", path="/subscribe")
    yield State(name="subscribe-errors", path="/subscribe", fields=wrong, http_status=400)
    yield State(name="subscribe-unticked", path="/subscribe", fields=FILLED, http_status=400)
    yield State(name="subscribe-other-words", path="/subscribe", fields=(*FILLED, ("consent", "0")), http_status=400)
    yield State(name="subscribe-no-form", path="/subscribe", fields=FILLED, media="text/csv", http_status=415)
    yield State(name="asked", path="/subscribe", fields=agreed)
    yield State(name="asked-long", path="/subscribe", fields=(("address", LONG_ADDRESS), *FILLED[1:], ("consent", "1")))
    yield State(
        name="many", path="/subscribe", fields=agreed, now=NINE + 3 * DAY, before=_fill_counter, http_status=429
    )
    yield State(
        name="not-saved", path="/subscribe", fields=agreed, environment={"REQUESTS_TABLE": "nowhere"}, http_status=503
    )
    yield confirm_state("confirm", 0x101)
    yield confirm_state("confirm-recaps", 0x102, request={"kinds": frozenset({"recap", "follow-up"})})
    yield confirm_state("confirm-move", 0x103, moving=True)
    yield confirm_state("confirmed", 0x104, fields=())
    yield confirm_state("confirmed-before", 0x105, stored=confirmed_person(0x105))
    yield confirm_state("confirmed-move", 0x106, moving=True, fields=())
    yield State(name="unconfirmed", path=f"/confirm/{TOKENS.confirm('ee' * 16)}", http_status=410)
    for number, status in (
        (0x107, SubscriberStatus.BOUNCED),
        (0x108, SubscriberStatus.COMPLAINED),
        (0x109, SubscriberStatus.LEFT),
    ):
        stored = person(number, address="mika@ward.example", status=status, status_since=NINE)
        yield confirm_state(f"unconfirmed-{status}", number, stored=stored)
    moved_on = person(0x10A, address="mika@ward.example", status=SubscriberStatus.LEFT, status_since=NINE)
    yield confirm_state("unconfirmed-move", 0x10A, stored=moved_on, moving=True)


def _leaving() -> Iterator[State]:
    def presses(**fields: str) -> Sequence[tuple[str, str]]:
        return tuple(fields.items())

    left: dict[str, Any] = {"status": SubscriberStatus.LEFT, "status_since": NINE - DAY}
    long_left = {**left, "status_since": NINE - 8 * DAY}
    bounced = entry(0x207, ConsentEvent.LEFT, 1, note="bounced")
    one_click = (("List-Unsubscribe", "One-Click"), ("by", "page"))
    yield subscriber_state("leave", 0x201, "leave", address=LONG_ADDRESS)
    yield subscriber_state(
        "leave-paused", 0x202, "leave", paused_until=NINE + 20 * DAY, kinds=frozenset({"recap", "follow-up"})
    )
    yield subscriber_state("leave-wrong", 0x203, "leave", posts=presses(action="dance"), http_status=400)
    yield subscriber_state("leave-bounced", 0x204, "leave", status=SubscriberStatus.BOUNCED, status_since=NINE)
    yield subscriber_state("leave-not-saved", 0x213, "leave", posts=one_click, environment=NOWHERE, http_status=503)
    yield subscriber_state("have-left", 0x205, "leave", posts=one_click)
    yield subscriber_state("left-long-ago", 0x206, "leave", **long_left)
    yield subscriber_state("left-refused-bounced", 0x207, "leave", bounced, posts=presses(action="undo"), **left)
    yield subscriber_state("left-refused-late", 0x208, "leave", posts=presses(action="undo"), **long_left)
    yield subscriber_state("left-said", 0x209, "leave", posts=presses(action="reason", reason="no-time"), **left)
    yield subscriber_state("left-unsaid", 0x20A, "leave", posts=presses(action="reason"), http_status=400, **left)
    yield subscriber_state("left-back", 0x20B, "leave", posts=presses(action="undo"), **left)
    yield subscriber_state("less-recaps", 0x20C, "leave", posts=presses(action="only-recaps"))
    yield subscriber_state("less-pause", 0x20D, "leave", posts=presses(action="pause-3"))
    for number, status in enumerate(
        (SubscriberStatus.COMPLAINED, SubscriberStatus.ERASED, SubscriberStatus.MOVED), start=0x20E
    ):
        yield subscriber_state(f"left-{status}", number, "leave", status=status, status_since=NINE)


def _choosing() -> Iterator[State]:
    saved = (*KINDS[2:], ("pause", "3"), *CHOICES)
    wrong = (("pause", "date"), ("until", "2020-01-01"), ("zone", "Mars/Base"), ("first_name", "x" * 300), *CHOICES[3:])
    yield subscriber_state("preferences", 0x301, "preferences")
    yield subscriber_state(
        "preferences-paused", 0x302, "preferences", paused_until=NINE + 20 * DAY, zone="US/Pacific", text_only=True
    )
    yield subscriber_state("preferences-saved", 0x303, "preferences", posts=saved)
    yield subscriber_state(
        "preferences-errors", 0x304, "preferences", posts=(*wrong, ("calendar", "stone")), http_status=400
    )
    yield subscriber_state("preferences-no-form", 0x305, "preferences", posts=saved, media="text/csv", http_status=415)
    yield subscriber_state(
        "preferences-not-saved", 0x306, "preferences", posts=saved, environment=NOWHERE, http_status=503
    )
    for number, purpose in enumerate(Purpose, start=0x307):
        yield subscriber_state(f"sent-{purpose}", number, "preferences", posts=(("action", f"link-{purpose}"),))
    for number, status in enumerate(STATUSES, start=0x310):
        yield subscriber_state(f"preferences-{status}", number, "preferences", status=status, status_since=NINE - DAY)


def _her_data() -> Iterator[State]:
    see, erases = (("action", "see"),), (("action", "erase"),)
    past = {"address": "", "status_since": NINE - DAY, "http_status": 410}
    gone: dict[str, Any] = {"address": "", "status": SubscriberStatus.ERASED, "status_since": NINE}
    yield link_state("data", 0x401, Purpose.DATA)
    yield link_state("data-wrong", 0x402, Purpose.DATA, posts=(("action", "dance"),), http_status=400)
    yield link_state("held", 0x403, Purpose.DATA, *record(0x403), posts=see, address=LONG_ADDRESS, source="import")
    yield link_state("held-bare", 0x404, Purpose.DATA, posts=see, first_name="", zone="", confirmed_at=None)
    yield link_state("data-used", 0x405, Purpose.DATA, posts=see, used="see", http_status=410)
    yield link_state("data-expired", 0x406, Purpose.DATA, old=True, http_status=410)
    yield link_state("data-nothing", 0x407, Purpose.DATA, **gone)
    yield link_state("data-moved", 0x408, Purpose.DATA, status=SubscriberStatus.MOVED, **past)
    yield link_state("erase", 0x409, Purpose.ERASE)
    yield link_state("erase-wrong", 0x40A, Purpose.ERASE, posts=see, http_status=400)
    yield link_state(
        "erase-begun",
        0x40B,
        Purpose.ERASE,
        entry(0x40B, ConsentEvent.JOINED, 9),
        entry(0x40B, ConsentEvent.ERASED, 0),
        **gone,
    )
    yield link_state("erased", 0x40C, Purpose.ERASE, posts=erases)
    new = (("address", "new@ward.example"),)
    yield link_state("address", 0x40D, Purpose.ADDRESS, address=LONG_ADDRESS)
    yield link_state("address-wrong", 0x40E, Purpose.ADDRESS, posts=(("address", "new(at)ward"),), http_status=400)
    yield link_state("moving", 0x40F, Purpose.ADDRESS, posts=new)
    yield link_state("address-used", 0x410, Purpose.ADDRESS, posts=new, used="address", http_status=410)
    left = {"status": SubscriberStatus.LEFT, "status_since": NINE, "http_status": 410}
    yield link_state("address-left", 0x411, Purpose.ADDRESS, **left)


STATES: tuple[State, ...] = (*_fixed(), *_joining(), *_leaving(), *_choosing(), *_her_data())
