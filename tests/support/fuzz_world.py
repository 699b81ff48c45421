"""The shipped handlers of the pages and of letters, on fakes: one request, one answer, and all that is written down."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

from convener.container import Container
from convener.editions.models import Content
from convener.editions.session_text import cleaned
from convener.links import Links
from convener.pages.page_renderer import PageRenderer
from convener.subscribers.identity import fingerprint
from convener.subscribers.mail_requests import body_of
from convener.subscribers.models import Subscriber
from convener.subscribers.signing_keys import SigningKeys
from convener.subscribers.tokens import Tokens
from local.virtual_clock import VirtualClock
from tests.faults.parts import ENVIRONMENT
from tests.support import fuzz_cast as cast
from tests.support.fake_pacing import FakeAccount, FakeRecipientLookup, FakeSlots
from tests.support.fake_unit_of_work import FakeMailRequestQueue, FakeUnitOfWork
from tests.support.fakes import FakeEditions, FakeLedger, FakeMailer, FakeSessions
from tests.support.fuzz_parts import Part, Plan
from tests.support.handling import batch, invoke
from tests.support.people import OPENED, TEMPLATES, campaign, edition, series, session

BASE = ENVIRONMENT["PUBLIC_BASE_URL"]
KEYS = json.dumps({"active": "k1", "k1": "a-signing-key-of-at-least-thirty-two-bytes"})
SECRETS = {"keys": KEYS, "identity": cast.KEY.decode()}
TOLD = {**ENVIRONMENT, "IDENTITY_KEY_SECRET": "identity"}
TOKENS = Tokens(SigningKeys.parse(KEYS))
SERIES, SESSION = series(), session()
EDITION = replace(edition(), variants={**edition().variants, "web": Content(subject="", text="", html="<p>Come</p>")})
CAMPAIGN = campaign(edition=EDITION.digest)
FROZEN = EDITION.to_json()


class Bare:
    """Paper for letters of which only the links are read: MJML takes its time."""

    def line(self, name: str, _view: object) -> str:
        """A subject."""
        return name

    def text(self, _name: str, view: Mapping[str, Any]) -> str:
        """Every address of a page, one a line."""
        found = {**view, **view["fields"]}
        return "\n".join(str(found[name]) for name in found if name.endswith("_url") and found[name])

    html = text


SHARED: dict[Hashable, Any] = {
    "series": SERIES,
    "series of letters": cleaned(SERIES),
    "page renderer": PageRenderer(TEMPLATES, SERIES, base_url=BASE),
    "templates": Bare(),
    "links": Links(base_url=BASE, tokens=TOKENS),
}
"""What costs time to make, and is the same in every run."""


class State(NamedTuple):
    """All that is written down."""

    rows: dict[str, Subscriber]
    consents: dict[Any, Any]
    requests: dict[str, Any]
    visits: dict[Any, int]
    marks: dict[Any, frozenset[str]]
    used: frozenset[tuple[str, str]]
    letters: tuple[Any, ...]
    mails: int


@dataclass(frozen=True, kw_only=True)
class Place(Container):
    """Fakes, each behind a plan; what costs time to make is shared."""

    world: World

    def once(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """Its own, but for what is shared."""
        return SHARED[key] if key in SHARED else super().once(key, make)

    def _part(self, name: str) -> Any:
        return Part(name, self.world.parts[name], lambda: self.world.plan)

    def register(self, *_: Any) -> Any:
        """The fake one; so are the others."""
        return self._part("rows")

    def subscribers(self, *_: Any) -> Any:
        return self._part("rows")

    def consents(self, *_: Any) -> Any:
        return self._part("consents")

    def requests(self, *_: Any) -> Any:
        return self._part("requests")

    def letters(self, *_: Any) -> Any:
        return self._part("letters")

    def ledger(self, *_: Any) -> Any:
        return self._part("ledger")

    def sessions(self, *_: Any) -> Any:
        return self._part("sessions")

    def editions(self, *_: Any) -> Any:
        return self._part("editions")

    def look(self, *_: Any) -> Any:
        return self._part("look")

    def mailer(self, *_: Any) -> Any:
        return self._part("mailer")

    def account(self) -> Any:
        return self._part("account")

    def slots(self, *_: Any) -> Any:
        return self._part("slots")

    def secret(self, name: str) -> str:
        told: str = self._part("secret").get(name)
        return told


@dataclass
class World:
    """Everything behind the handlers. Nothing in it fails but by `plan`."""

    people: Mapping[str, Subscriber] = field(default_factory=cast.people)
    now: datetime = OPENED
    plan: Plan = field(default_factory=Plan)

    def __post_init__(self) -> None:
        """Put everything in its place."""
        self.clock = VirtualClock(self.now)
        self.rows = FakeUnitOfWork(self.people.values(), fingerprint=fingerprint(cast.KEY))
        self.rows.requests.kept.update(cast.requests())
        self.rows.requests.gone.update((cast.USED, action) for action in ("see", "download", "erase", "address"))
        self.rows.consents.add(cast.entries())
        self.letters, self.mailer, self.ledger = FakeMailRequestQueue(), FakeMailer(), FakeLedger()
        self.editions, sessions = FakeEditions(), FakeSessions([SESSION])
        self.editions.objects[EDITION.digest] = FROZEN
        self.ledger.open(CAMPAIGN)
        self.parts: dict[str, Any] = {
            "rows": self.rows,
            "consents": self.rows.consents,
            "requests": self.rows.requests,
            "letters": self.letters,
            "ledger": self.ledger,
            "sessions": sessions,
            "editions": self.editions,
            "mailer": self.mailer,
            "look": FakeRecipientLookup(self.ledger, self.rows),
            "account": FakeAccount(),
            "slots": FakeSlots(),
            "secret": SECRETS,
        }

    def _place(self) -> Place:
        return Place(environment=lambda _: TOLD, clock=lambda _: self.clock, templates=TEMPLATES, world=self)

    def ask(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """The answer of `public`."""
        answer: dict[str, Any] = invoke("public", event, self._place())
        return answer

    def carry_out(self, letter: Any) -> bool:
        """Whether `transactional` is done with a letter, so that its message doesn't come again."""
        answer = invoke("transactional", batch(body_of(letter)), self._place())
        return not answer["batchItemFailures"]

    def state(self) -> State:
        """As it is now."""
        kept = self.rows.requests
        return State(
            rows=dict(self.rows.rows),
            consents=dict(self.rows.consents.kept),
            requests=dict(kept.kept),
            visits=dict(kept.visits),
            marks={key: frozenset(marks) for key, marks in kept.marks.items()},
            used=frozenset(kept.gone),
            letters=tuple(self.letters.sent),
            mails=len(self.mailer.sent),
        )
