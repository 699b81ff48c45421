"""Every page in every state that a reader may meet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from convener.subscribers.consent import ConsentEvent
from convener.subscribers.mail_requests import Purpose
from convener.subscribers.models import SubscriberStatus
from tests.functions.conftest import NINE
from tests.support.event_links import JOIN, LEAVE, TOKENS, VIEW
from tests.support.page_state import DAY, State, asked, done, entry, fresh, hers, record, who
from tests.support.pages_server import Served

JUNE = datetime(2024, 6, 20, 17, tzinfo=UTC)
KINDS = (("kinds", "invite"), ("kinds", "reminder"), ("kinds", "recap"))
FILLED = (("address", "mika@ward.example"), ("first_name", "Mika"), ("zone", "Europe/Paris"), *KINDS, ("form", "page"))
CHOICES = (("first_name", "Aroha"), ("zone", "Pacific/Auckland"), ("calendar", "file"), ("action", "save"))
STANDINGS = (
    SubscriberStatus.BOUNCED,
    SubscriberStatus.COMPLAINED,
    SubscriberStatus.ERASED,
    SubscriberStatus.LEFT,
    SubscriberStatus.MOVED,
)
NOWHERE = {"SUBSCRIBERS_TABLE": "nowhere"}
LONG_ADDRESS = "a-very-long-name.with-more-to-it-than-most+kindness@an-even-longer-name-of-a-hospital.example.org"


def _crowd(here: Served) -> None:
    for _ in range(40):
        here.requests.visit(TOKENS.mark("127.0.0.1"), now=NINE + 3 * DAY)


def _fixed() -> Iterator[State]:
    """Pages that are the same for everybody."""
    yield State(name="front", path="/")
    yield State(name="nowhere", path="/somewhere", http_status=404)
    yield State(name="method", path="/view/" + VIEW, method="PUT", http_status=405)
    yield State(name="link", path=f"/leave/{LEAVE[:30]}", http_status=404)
    yield State(name="later", path=f"/leave/{LEAVE}", http_status=503, told=NOWHERE)
    yield State(name="out-of-order", path="/elsewhere", http_status=503, told={"PUBLIC_BASE_URL": ""})
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
    yield State(name="many", path="/subscribe", fields=agreed, now=NINE + 3 * DAY, before=_crowd, http_status=429)
    yield State(name="not-saved", path="/subscribe", fields=agreed, told={"REQUESTS_TABLE": "nowhere"}, http_status=503)
    yield asked("confirm", 0x101)
    yield asked("confirm-recaps", 0x102, request={"kinds": frozenset({"recap", "follow-up"})})
    yield asked("confirm-move", 0x103, moving=True)
    yield asked("confirmed", 0x104, fields=())
    yield asked("confirmed-before", 0x105, there=done(0x105))
    yield asked("confirmed-move", 0x106, moving=True, fields=())
    yield State(name="unconfirmed", path=f"/confirm/{TOKENS.confirm('ee' * 16)}", http_status=410)
    for number, why in (
        (0x107, SubscriberStatus.BOUNCED),
        (0x108, SubscriberStatus.COMPLAINED),
        (0x109, SubscriberStatus.LEFT),
    ):
        there = who(number, address="mika@ward.example", status=why, status_since=NINE)
        yield asked(f"unconfirmed-{why}", number, there=there)
    moved_on = who(0x10A, address="mika@ward.example", status=SubscriberStatus.LEFT, status_since=NINE)
    yield asked("unconfirmed-move", 0x10A, there=moved_on, moving=True)


def _leaving() -> Iterator[State]:
    def presses(**fields: str) -> Sequence[tuple[str, str]]:
        return tuple(fields.items())

    left: dict[str, Any] = {"status": SubscriberStatus.LEFT, "status_since": NINE - DAY}
    long_left = {**left, "status_since": NINE - 8 * DAY}
    bounced = entry(0x207, ConsentEvent.LEFT, 1, note="bounced")
    one_click = (("List-Unsubscribe", "One-Click"), ("by", "page"))
    yield hers("leave", 0x201, "leave", address=LONG_ADDRESS)
    yield hers("leave-paused", 0x202, "leave", paused_until=NINE + 20 * DAY, kinds=frozenset({"recap", "follow-up"}))
    yield hers("leave-wrong", 0x203, "leave", posts=presses(action="dance"), http_status=400)
    yield hers("leave-bounced", 0x204, "leave", status=SubscriberStatus.BOUNCED, status_since=NINE)
    yield hers("leave-not-saved", 0x213, "leave", posts=one_click, told=NOWHERE, http_status=503)
    yield hers("have-left", 0x205, "leave", posts=one_click)
    yield hers("left-long-ago", 0x206, "leave", **long_left)
    yield hers("left-refused-bounced", 0x207, "leave", bounced, posts=presses(action="undo"), **left)
    yield hers("left-refused-late", 0x208, "leave", posts=presses(action="undo"), **long_left)
    yield hers("left-said", 0x209, "leave", posts=presses(action="reason", reason="no-time"), **left)
    yield hers("left-unsaid", 0x20A, "leave", posts=presses(action="reason"), http_status=400, **left)
    yield hers("left-back", 0x20B, "leave", posts=presses(action="undo"), **left)
    yield hers("less-recaps", 0x20C, "leave", posts=presses(action="only-recaps"))
    yield hers("less-pause", 0x20D, "leave", posts=presses(action="pause-3"))
    for number, why in enumerate(
        (SubscriberStatus.COMPLAINED, SubscriberStatus.ERASED, SubscriberStatus.MOVED), start=0x20E
    ):
        yield hers(f"left-{why}", number, "leave", status=why, status_since=NINE)


def _choosing() -> Iterator[State]:
    saved = (*KINDS[2:], ("pause", "3"), *CHOICES)
    wrong = (("pause", "date"), ("until", "2020-01-01"), ("zone", "Mars/Base"), ("first_name", "x" * 300), *CHOICES[3:])
    yield hers("preferences", 0x301, "preferences")
    yield hers(
        "preferences-paused", 0x302, "preferences", paused_until=NINE + 20 * DAY, zone="US/Pacific", text_only=True
    )
    yield hers("preferences-saved", 0x303, "preferences", posts=saved)
    yield hers("preferences-errors", 0x304, "preferences", posts=(*wrong, ("calendar", "stone")), http_status=400)
    yield hers("preferences-no-form", 0x305, "preferences", posts=saved, media="text/csv", http_status=415)
    yield hers("preferences-not-saved", 0x306, "preferences", posts=saved, told=NOWHERE, http_status=503)
    for number, purpose in enumerate(Purpose, start=0x307):
        yield hers(f"sent-{purpose}", number, "preferences", posts=(("action", f"link-{purpose}"),))
    for number, why in enumerate(STANDINGS, start=0x310):
        yield hers(f"preferences-{why}", number, "preferences", status=why, status_since=NINE - DAY)


def _her_data() -> Iterator[State]:
    see, erases = (("action", "see"),), (("action", "erase"),)
    past = {"address": "", "status_since": NINE - DAY, "http_status": 410}
    gone: dict[str, Any] = {"address": "", "status": SubscriberStatus.ERASED, "status_since": NINE}
    yield fresh("data", 0x401, Purpose.DATA)
    yield fresh("data-wrong", 0x402, Purpose.DATA, posts=(("action", "dance"),), http_status=400)
    yield fresh("held", 0x403, Purpose.DATA, *record(0x403), posts=see, address=LONG_ADDRESS, source="import")
    yield fresh("held-bare", 0x404, Purpose.DATA, posts=see, first_name="", zone="", confirmed_at=None)
    yield fresh("data-used", 0x405, Purpose.DATA, posts=see, used="see", http_status=410)
    yield fresh("data-expired", 0x406, Purpose.DATA, old=True, http_status=410)
    yield fresh("data-nothing", 0x407, Purpose.DATA, **gone)
    yield fresh("data-moved", 0x408, Purpose.DATA, status=SubscriberStatus.MOVED, **past)
    yield fresh("erase", 0x409, Purpose.ERASE)
    yield fresh("erase-wrong", 0x40A, Purpose.ERASE, posts=see, http_status=400)
    yield fresh(
        "erase-begun",
        0x40B,
        Purpose.ERASE,
        entry(0x40B, ConsentEvent.JOINED, 9),
        entry(0x40B, ConsentEvent.ERASED, 0),
        **gone,
    )
    yield fresh("erased", 0x40C, Purpose.ERASE, posts=erases)
    new = (("address", "new@ward.example"),)
    yield fresh("address", 0x40D, Purpose.ADDRESS, address=LONG_ADDRESS)
    yield fresh("address-wrong", 0x40E, Purpose.ADDRESS, posts=(("address", "new(at)ward"),), http_status=400)
    yield fresh("moving", 0x40F, Purpose.ADDRESS, posts=new)
    yield fresh("address-used", 0x410, Purpose.ADDRESS, posts=new, used="address", http_status=410)
    left = {"status": SubscriberStatus.LEFT, "status_since": NINE, "http_status": 410}
    yield fresh("address-left", 0x411, Purpose.ADDRESS, **left)


STATES: tuple[State, ...] = (*_fixed(), *_joining(), *_leaving(), *_choosing(), *_her_data())
