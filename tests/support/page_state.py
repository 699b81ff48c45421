"""The state of a page: a request, and what must be stored before it."""

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
from tests.support.pages_server import PagesServer
from tests.support.people import subscriber

DAY = timedelta(days=1)
FORM = "application/x-www-form-urlencoded"
Before = Callable[[PagesServer], None]


@dataclass(frozen=True, kw_only=True)
class State:
    """A request for a page at a time, after `before` has stored rows.

    `fields` are posted; `environment` changes variables of the function.
    """

    name: str
    path: str
    http_status: int = 200
    fields: Sequence[tuple[str, str]] | None = None
    now: datetime = NINE
    environment: Mapping[str, str] = field(default_factory=dict)
    before: Before = lambda _: None
    media: str = FORM
    method: str = ""

    @property
    def body(self) -> str:
        """The body to post."""
        return urlencode(self.fields or ())


def person(number: int, **changes: Any) -> Subscriber:
    """Return the n-th person of the states."""
    return subscriber(0x1000 + number, **changes)


def store(row: Subscriber, *entries: ConsentEntry) -> Before:
    """Return a function that stores a row and consent entries."""

    def before(server: PagesServer) -> None:
        server.people.add(row)
        if entries:
            server.people.commit(Transaction(consents=entries))

    return before


def subscriber_state(
    name: str, number: int, page: str, *entries: ConsentEntry, posts: Any = None, **more: Any
) -> State:
    """Return a state of a page that opens by the link to unsubscribe. Other arguments change the row."""
    own = {key: more.pop(key) for key in ("http_status", "now", "environment", "media") if key in more}
    row = person(number, **more)
    path = f"/{page}/{TOKENS.leave(row.id)}"
    return State(name=name, path=path, fields=posts, before=store(row, *entries), **own)


def link_state(
    name: str, number: int, purpose: Purpose, *entries: ConsentEntry, posts: Any = None, **more: Any
) -> State:
    """Return a state of a page that opens by a one-time link.

    `used` is an action that is used up, `old` whether the link has expired.
    """
    used, old = more.pop("used", ""), more.pop("old", False)
    http_status, row = more.pop("http_status", 200), person(number, **more)
    link = OneTimeLink(subscriber=row.id, expires=NINE + timedelta(minutes=-1 if old else 30), nonce=f"{number:016x}")

    def before(server: PagesServer) -> None:
        store(row, *entries)(server)
        if used:
            server.requests.use(UsedLink(nonce=link.nonce, action=used, until=link.expires))

    return State(
        name=name,
        path=f"/{purpose}/{TOKENS.fresh(purpose, link)}",
        fields=posts,
        http_status=http_status,
        before=before,
    )


def confirm_state(
    name: str, number: int, *, stored: Subscriber | None = None, moving: bool = False, **more: Any
) -> State:
    """Return a state of the page to confirm by. `there` is the row that the address already has."""
    new, old = person(number, address="mika@ward.example"), person(number + 0x800)
    own: dict[str, Any] = {"wish": RequestType.MOVE, "moving": old.id} if moving else {"wish": RequestType.JOIN}
    own |= {"wording": "1", "by": "page", **more.pop("request", {})}
    request = ConfirmationRequest(
        id=f"{number:032x}", subscriber=new.id, address=new.address, asked_at=NINE - timedelta(minutes=5), **own
    )

    def before(server: PagesServer) -> None:
        server.requests.keep(request)
        if stored:
            server.people.add(stored)
        if moving:
            server.people.add(old)

    return State(name=name, path=f"/confirm/{TOKENS.confirm(request.id)}", before=before, **more)


def confirmed_person(number: int) -> Subscriber:
    """Return the row of a person who has confirmed already."""
    return person(number, address="mika@ward.example")


def entry(number: int, what: ConsentEvent, days: int, by: str = "page", **more: Any) -> ConsentEntry:
    """Return a consent entry of a person, made so many days ago."""
    return ConsentEntry(subscriber=person(number).id, at=NINE - days * DAY, what=what, by=by, **more)


def record(number: int) -> tuple[ConsentEntry, ...]:
    """Return consent entries of all events."""
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
