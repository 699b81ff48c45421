"""Every page in every state that a reader may meet, with what has to be there before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from convener.subscribers.consent import Consent, What
from convener.subscribers.letters import Purpose
from convener.subscribers.models import Standing, Subscriber
from convener.subscribers.pending import Pending, Wish
from convener.subscribers.register import Saving, Used
from convener.subscribers.tokens import Fresh
from tests.functions.conftest import NINE
from tests.support.event_links import JOIN, LEAVE, TOKENS, VIEW
from tests.support.pages_server import Served
from tests.support.people import subscriber

JUNE = datetime(2024, 6, 20, 17, tzinfo=UTC)
DAY = timedelta(days=1)
FORM = "application/x-www-form-urlencoded"
KINDS = (("kinds", "invite"), ("kinds", "reminder"), ("kinds", "recap"))
FILLED = (("address", "mika@ward.example"), ("first_name", "Mika"), ("zone", "Europe/Paris"), *KINDS, ("form", "page"))
CHOICES = (("first_name", "Aroha"), ("zone", "Pacific/Auckland"), ("calendar", "file"), ("action", "save"))
STANDINGS = (Standing.BOUNCED, Standing.COMPLAINED, Standing.ERASED, Standing.LEFT, Standing.MOVED)
NOWHERE = {"SUBSCRIBERS_TABLE": "nowhere"}
LONG_ADDRESS = "a-very-long-name.with-more-to-it-than-most+kindness@an-even-longer-name-of-a-hospital.example.org"
Before = Callable[[Served], None]


@dataclass(frozen=True, kw_only=True)
class State:
    """One page as somebody meets it: what is asked for at that moment, after `before`. `fields` are posted."""

    name: str
    path: str
    status: int = 200
    fields: Sequence[tuple[str, str]] | None = None
    now: datetime = NINE
    told: Mapping[str, str] = field(default_factory=dict)
    before: Before = lambda _: None
    media: str = FORM
    method: str = ""

    @property
    def body(self) -> str:
        """What is posted."""
        return urlencode(self.fields or ())


def _who(number: int, **changes: Any) -> Subscriber:
    return subscriber(0x1000 + number, **changes)


def _add(row: Subscriber, *entries: Consent) -> Before:
    def before(here: Served) -> None:
        here.people.add(row)
        if entries:
            here.people.commit(Saving(consents=entries))

    return before


def _hers(name: str, number: int, page: str, *entries: Consent, posts: Any = None, **more: Any) -> State:
    """A state of a page behind her lasting link; what isn't the state's is her row's."""
    own = {key: more.pop(key) for key in ("status", "now", "told", "media") if key in more}
    row = _who(number, **more)
    path = f"/{page}/{TOKENS.leave(row.id)}"
    return State(name=name, path=path, fields=posts, before=_add(row, *entries), **own)


def _fresh(name: str, number: int, purpose: Purpose, *entries: Consent, posts: Any = None, **more: Any) -> State:
    """A state of a page behind a fresh link; `used` is an action that it was used for, `old` whether it expired."""
    used, old = more.pop("used", ""), more.pop("old", False)
    status, row = more.pop("status", 200), _who(number, **more)
    its = Fresh(subscriber=row.id, expires=NINE + timedelta(minutes=-1 if old else 30), nonce=f"{number:016x}")

    def before(here: Served) -> None:
        _add(row, *entries)(here)
        if used:
            here.requests.use(Used(nonce=its.nonce, action=used, until=its.expires))

    return State(name=name, path=f"/{purpose}/{TOKENS.fresh(purpose, its)}", fields=posts, status=status, before=before)


def _asked(name: str, number: int, *, there: Subscriber | None = None, moving: bool = False, **more: Any) -> State:
    """A state of the page behind the mail to confirm; `there` is the row that the address has already."""
    new, old = _who(number, address="mika@ward.example"), _who(number + 0x800)
    own: dict[str, Any] = {"wish": Wish.MOVE, "moving": old.id} if moving else {"wish": Wish.JOIN}
    own |= {"wording": "1", "by": "page", **more.pop("request", {})}
    request = Pending(
        id=f"{number:032x}", subscriber=new.id, address=new.address, asked_at=NINE - timedelta(minutes=5), **own
    )

    def before(here: Served) -> None:
        here.requests.keep(request)
        if there:
            here.people.add(there)
        if moving:
            here.people.add(old)

    return State(name=name, path=f"/confirm/{TOKENS.confirm(request.id)}", before=before, **more)


def _done(number: int) -> Subscriber:
    return _who(number, address="mika@ward.example")


def _entry(number: int, what: What, days: int, by: str = "page", **more: Any) -> Consent:
    return Consent(subscriber=_who(number).id, at=NINE - days * DAY, what=what, by=by, **more)


def _record(number: int) -> tuple[Consent, ...]:
    """All that may happen to a consent."""
    return (
        _entry(number, What.IMPORTED, 400, "import", note="the sign-up sheet of the conference in Birmingham, 2023"),
        _entry(number, What.JOINED, 300, wording="1"),
        _entry(number, What.CHOSE, 200, kinds=frozenset({"recap", "follow-up"})),
        _entry(number, What.LEFT, 100, "one-click"),
        _entry(number, What.SAID_WHY, 99, note="no-time"),
        _entry(number, What.CAME_BACK, 98),
        _entry(number, What.LIFTED, 10, "operator", note="she wrote that her mailbox works again"),
    )


def _crowd(here: Served) -> None:
    for _ in range(40):
        here.requests.visit(TOKENS.mark("127.0.0.1"), now=NINE + 3 * DAY)


def _fixed() -> Iterator[State]:
    """Pages that are the same for everybody."""
    yield State(name="front", path="/")
    yield State(name="nowhere", path="/somewhere", status=404)
    yield State(name="method", path="/view/" + VIEW, method="PUT", status=405)
    yield State(name="link", path=f"/leave/{LEAVE[:30]}", status=404)
    yield State(name="later", path=f"/leave/{LEAVE}", status=503, told=NOWHERE)
    yield State(name="out-of-order", path="/elsewhere", status=503, told={"PUBLIC_BASE_URL": ""})
    yield State(name="gone", path=f"/view/{TOKENS.view('2024-04/recap')}", status=404)
    yield State(name="join-early", path=f"/join/{JOIN}")
    yield State(name="join-over", path=f"/join/{JOIN}", now=NINE + 20 * DAY)
    yield State(name="join-cancelled", path=f"/join/{TOKENS.join('2024-05')}")
    yield State(name="join-no-link", path=f"/join/{TOKENS.join('2024-06')}", now=JUNE)
    yield State(name="view", path=f"/view/{VIEW}")


def _joining() -> Iterator[State]:
    wrong = (("address", "mika(at)ward.example"), ("first_name", "Mi\x07ka" * 40), ("zone", "Mars/Base"), ("form", "page"))
    agreed = (*FILLED, ("consent", "1"))
    yield State(name="subscribe", path="/subscribe")
    yield State(name="subscribe-errors", path="/subscribe", fields=wrong, status=400)
    yield State(name="subscribe-unticked", path="/subscribe", fields=FILLED, status=400)
    yield State(name="subscribe-other-words", path="/subscribe", fields=(*FILLED, ("consent", "0")), status=400)
    yield State(name="subscribe-no-form", path="/subscribe", fields=FILLED, media="text/csv", status=415)
    yield State(name="asked", path="/subscribe", fields=agreed)
    yield State(
        name="asked-long", path="/subscribe", fields=(("address", LONG_ADDRESS), *FILLED[1:], ("consent", "1"))
    )
    yield State(
        name="many", path="/subscribe", fields=agreed, now=NINE + 3 * DAY, before=_crowd, status=429
    )
    yield State(name="not-saved", path="/subscribe", fields=agreed, told={"REQUESTS_TABLE": "nowhere"}, status=503)
    yield _asked("confirm", 0x101)
    yield _asked("confirm-recaps", 0x102, request={"kinds": frozenset({"recap", "follow-up"})})
    yield _asked("confirm-move", 0x103, moving=True)
    yield _asked("confirmed", 0x104, fields=())
    yield _asked("confirmed-before", 0x105, there=_done(0x105))
    yield _asked("confirmed-move", 0x106, moving=True, fields=())
    yield State(name="unconfirmed", path=f"/confirm/{TOKENS.confirm('ee' * 16)}", status=410)
    for number, why in ((0x107, Standing.BOUNCED), (0x108, Standing.COMPLAINED), (0x109, Standing.LEFT)):
        there = _who(number, address="mika@ward.example", standing=why, standing_since=NINE)
        yield _asked(f"unconfirmed-{why}", number, there=there)
    moved_on = _who(0x10A, address="mika@ward.example", standing=Standing.LEFT, standing_since=NINE)
    yield _asked("unconfirmed-move", 0x10A, there=moved_on, moving=True)


def _leaving() -> Iterator[State]:
    def presses(**fields: str) -> Sequence[tuple[str, str]]:
        return tuple(fields.items())

    left: dict[str, Any] = {"standing": Standing.LEFT, "standing_since": NINE - DAY}
    long_left = {**left, "standing_since": NINE - 8 * DAY}
    bounced = _entry(0x207, What.LEFT, 1, note="bounced")
    one_click = (("List-Unsubscribe", "One-Click"), ("by", "page"))
    yield _hers("leave", 0x201, "leave", address=LONG_ADDRESS)
    yield _hers("leave-paused", 0x202, "leave", paused_until=NINE + 20 * DAY, kinds=frozenset({"recap", "follow-up"}))
    yield _hers("leave-wrong", 0x203, "leave", posts=presses(action="dance"), status=400)
    yield _hers("leave-bounced", 0x204, "leave", standing=Standing.BOUNCED, standing_since=NINE)
    yield _hers("leave-not-saved", 0x213, "leave", posts=one_click, told=NOWHERE, status=503)
    yield _hers("have-left", 0x205, "leave", posts=one_click)
    yield _hers("left-long-ago", 0x206, "leave", **long_left)
    yield _hers("left-refused-bounced", 0x207, "leave", bounced, posts=presses(action="undo"), **left)
    yield _hers("left-refused-late", 0x208, "leave", posts=presses(action="undo"), **long_left)
    yield _hers("left-said", 0x209, "leave", posts=presses(action="reason", reason="no-time"), **left)
    yield _hers("left-unsaid", 0x20A, "leave", posts=presses(action="reason"), status=400, **left)
    yield _hers("left-back", 0x20B, "leave", posts=presses(action="undo"), **left)
    yield _hers("less-recaps", 0x20C, "leave", posts=presses(action="only-recaps"))
    yield _hers("less-pause", 0x20D, "leave", posts=presses(action="pause-3"))
    for number, why in enumerate((Standing.COMPLAINED, Standing.ERASED, Standing.MOVED), start=0x20E):
        yield _hers(f"left-{why}", number, "leave", standing=why, standing_since=NINE)


def _choosing() -> Iterator[State]:
    saved = (*KINDS[2:], ("pause", "3"), *CHOICES)
    wrong = (("pause", "date"), ("until", "2020-01-01"), ("zone", "Mars/Base"), ("first_name", "x" * 300), *CHOICES[3:])
    yield _hers("preferences", 0x301, "preferences")
    yield _hers("preferences-paused", 0x302, "preferences", paused_until=NINE + 20 * DAY, zone="US/Pacific", text_only=True)
    yield _hers("preferences-saved", 0x303, "preferences", posts=saved)
    yield _hers("preferences-errors", 0x304, "preferences", posts=(*wrong, ("calendar", "stone")), status=400)
    yield _hers("preferences-no-form", 0x305, "preferences", posts=saved, media="text/csv", status=415)
    yield _hers("preferences-not-saved", 0x306, "preferences", posts=saved, told=NOWHERE, status=503)
    for number, purpose in enumerate(Purpose, start=0x307):
        yield _hers(f"sent-{purpose}", number, "preferences", posts=(("action", f"link-{purpose}"),))
    for number, why in enumerate(STANDINGS, start=0x310):
        yield _hers(f"preferences-{why}", number, "preferences", standing=why, standing_since=NINE - DAY)


def _her_data() -> Iterator[State]:
    see, erases = (("action", "see"),), (("action", "erase"),)
    past = {"address": "", "standing_since": NINE - DAY, "status": 410}
    gone: dict[str, Any] = {"address": "", "standing": Standing.ERASED, "standing_since": NINE}
    yield _fresh("data", 0x401, Purpose.DATA)
    yield _fresh("data-wrong", 0x402, Purpose.DATA, posts=(("action", "dance"),), status=400)
    yield _fresh("held", 0x403, Purpose.DATA, *_record(0x403), posts=see, address=LONG_ADDRESS, source="import")
    yield _fresh("held-bare", 0x404, Purpose.DATA, posts=see, first_name="", zone="", confirmed_at=None)
    yield _fresh("data-used", 0x405, Purpose.DATA, posts=see, used="see", status=410)
    yield _fresh("data-expired", 0x406, Purpose.DATA, old=True, status=410)
    yield _fresh("data-nothing", 0x407, Purpose.DATA, **gone)
    yield _fresh("data-moved", 0x408, Purpose.DATA, standing=Standing.MOVED, **past)
    yield _fresh("erase", 0x409, Purpose.ERASE)
    yield _fresh("erase-wrong", 0x40A, Purpose.ERASE, posts=see, status=400)
    yield _fresh("erase-begun", 0x40B, Purpose.ERASE, _entry(0x40B, What.JOINED, 9), _entry(0x40B, What.ERASED, 0), **gone)
    yield _fresh("erased", 0x40C, Purpose.ERASE, posts=erases)
    new = (("address", "new@ward.example"),)
    yield _fresh("address", 0x40D, Purpose.ADDRESS, address=LONG_ADDRESS)
    yield _fresh("address-wrong", 0x40E, Purpose.ADDRESS, posts=(("address", "new(at)ward"),), status=400)
    yield _fresh("moving", 0x40F, Purpose.ADDRESS, posts=new)
    yield _fresh("address-used", 0x410, Purpose.ADDRESS, posts=new, used="address", status=410)
    left = {"standing": Standing.LEFT, "standing_since": NINE, "status": 410}
    yield _fresh("address-left", 0x411, Purpose.ADDRESS, **left)


STATES: tuple[State, ...] = (*_fixed(), *_joining(), *_leaving(), *_choosing(), *_her_data())
