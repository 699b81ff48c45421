"""One page as somebody meets it, and what has to be there before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from convener.subscribers.confirmation_request import ConfirmationRequest, RequestType
from convener.subscribers.consent import ConsentEntry, ConsentEvent
from convener.subscribers.mail_requests import Purpose
from convener.subscribers.models import Subscriber
from convener.subscribers.tokens import OneTimeLink
from convener.subscribers.unit_of_work import Transaction, UsedLink
from tests.functions.conftest import NINE
from tests.support.event_links import TOKENS
from tests.support.pages_server import Served
from tests.support.people import subscriber

DAY = timedelta(days=1)
FORM = "application/x-www-form-urlencoded"
Before = Callable[[Served], None]


@dataclass(frozen=True, kw_only=True)
class State:
    """One page as somebody meets it: what is asked for at that moment, after `before`. `fields` are posted."""

    name: str
    path: str
    http_status: int = 200
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


def who(number: int, **changes: Any) -> Subscriber:
    """The n-th person of these states."""
    return subscriber(0x1000 + number, **changes)


def add(row: Subscriber, *entries: ConsentEntry) -> Before:
    """Let there be that row, and these entries."""

    def before(here: Served) -> None:
        here.people.add(row)
        if entries:
            here.people.commit(Transaction(consents=entries))

    return before


def hers(name: str, number: int, page: str, *entries: ConsentEntry, posts: Any = None, **more: Any) -> State:
    """A state of a page behind her lasting link; what isn't the state's is her row's."""
    own = {key: more.pop(key) for key in ("http_status", "now", "told", "media") if key in more}
    row = who(number, **more)
    path = f"/{page}/{TOKENS.leave(row.id)}"
    return State(name=name, path=path, fields=posts, before=add(row, *entries), **own)


def fresh(name: str, number: int, purpose: Purpose, *entries: ConsentEntry, posts: Any = None, **more: Any) -> State:
    """A state of a page behind a fresh link; `used` is an action that it was used for, `old` whether it expired."""
    used, old = more.pop("used", ""), more.pop("old", False)
    http_status, row = more.pop("http_status", 200), who(number, **more)
    its = OneTimeLink(subscriber=row.id, expires=NINE + timedelta(minutes=-1 if old else 30), nonce=f"{number:016x}")

    def before(here: Served) -> None:
        add(row, *entries)(here)
        if used:
            here.requests.use(UsedLink(nonce=its.nonce, action=used, until=its.expires))

    return State(
        name=name, path=f"/{purpose}/{TOKENS.fresh(purpose, its)}", fields=posts, http_status=http_status, before=before
    )


def asked(name: str, number: int, *, there: Subscriber | None = None, moving: bool = False, **more: Any) -> State:
    """A state of the page behind the mail to confirm; `there` is the row that the address has already."""
    new, old = who(number, address="mika@ward.example"), who(number + 0x800)
    own: dict[str, Any] = {"wish": RequestType.MOVE, "moving": old.id} if moving else {"wish": RequestType.JOIN}
    own |= {"wording": "1", "by": "page", **more.pop("request", {})}
    request = ConfirmationRequest(
        id=f"{number:032x}", subscriber=new.id, address=new.address, asked_at=NINE - timedelta(minutes=5), **own
    )

    def before(here: Served) -> None:
        here.requests.keep(request)
        if there:
            here.people.add(there)
        if moving:
            here.people.add(old)

    return State(name=name, path=f"/confirm/{TOKENS.confirm(request.id)}", before=before, **more)


def done(number: int) -> Subscriber:
    """Whoever confirmed that request already."""
    return who(number, address="mika@ward.example")


def entry(number: int, what: ConsentEvent, days: int, by: str = "page", **more: Any) -> ConsentEntry:
    """An entry of that person, so many days ago."""
    return ConsentEntry(subscriber=who(number).id, at=NINE - days * DAY, what=what, by=by, **more)


def record(number: int) -> tuple[ConsentEntry, ...]:
    """All that may happen to a consent."""
    return (
        entry(
            number, ConsentEvent.IMPORTED, 400, "import", note="the sign-up sheet of the conference in Birmingham, 2023"
        ),
        entry(number, ConsentEvent.JOINED, 300, wording="1"),
        entry(number, ConsentEvent.CHOSE, 200, kinds=frozenset({"recap", "follow-up"})),
        entry(number, ConsentEvent.LEFT, 100, "one-click"),
        entry(number, ConsentEvent.SAID_WHY, 99, note="no-time"),
        entry(number, ConsentEvent.CAME_BACK, 98),
        entry(number, ConsentEvent.LIFTED, 10, "operator", note="she wrote that her mailbox works again"),
    )
