"""A month of mail to a few readers, with every sort of letter, and all links that stand in it."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from convener import wiring
from convener.aws.transactional_queue import SqsMailRequestQueue
from convener.pages.routes import ROUTES
from convener.sessions.models import Presentation
from convener.subscribers.identity import subscriber_id
from convener.subscribers.mail_requests import JoinRequested, LinkRequested, MailRequest, MoveRequested, Purpose
from convener.subscribers.models import Calendar, Subscriber
from local.rehearsal.browser import Reader
from local.rehearsal.edits import Edit
from local.rehearsal.month import rehearse
from local.rehearsal.simulated_readers import ReaderAction, SimulatedReaders, settle
from local.rehearsal.timeline_events import TimelineEvents
from local.rehearsal.world import World, world
from local.virtual_clock import VirtualClock
from tests.support.contents import contents
from tests.support.mail_links import links_of_mail
from tests.support.people import TEMPLATES, series, session, subscriber, there

BASE_URL = "https://kindness.example"
PAGES = tuple(route.page for route in ROUTES if route.token)
OURS = re.compile(rf"{re.escape(BASE_URL)}/(({'|'.join(PAGES)})/([A-Za-z0-9._-]+)|subscribe|)")
ASKED = datetime(2024, 4, 18, 16, 50, tzinfo=UTC)
"""When fresh links were asked for: ten minutes before the session begins."""

BEGINS = datetime(2024, 4, 4, tzinfo=UTC)
READERS = [
    subscriber(1),
    subscriber(2, text_only=True, first_name="", zone=""),
    subscriber(3, calendar=Calendar.LINK),
    subscriber(4, text_only=True, calendar=Calendar.LINK, zone="America/New_York"),
    subscriber(5, calendar=Calendar.NONE),
]
KNOWN, EARLY, LATE, LATER, NEW = (f"{name}@example.org" for name in ("known", "early", "late", "later", "new"))
"""On the list from the beginning; joining before the invite, after it, and after all; an address to move to."""


TEXT_ONLY = READERS[1]


@dataclass(frozen=True, kw_only=True)
class Month:
    """What it left: the world, what left it by its sort, and each link with the places in which it stands."""

    here: World
    sorts: Counter[str]
    links: dict[str, Counter[str]]

    def ours(self, page: str = "") -> list[str]:
        """The paths of our own pages of that sort, or of all."""
        found = {link.removeprefix(BASE_URL) for link in self.links if OURS.fullmatch(link)}
        return sorted(path for path in found if path.startswith(f"/{page}"))

    def contents(self) -> dict[str, Any]:
        """Everything that is kept anywhere, and how many mails left."""
        return {**contents(self.here.stack), "mails": self.here.outbox.count, "held": len(self.here.pump.held)}

    def at(self, moment: datetime) -> AbstractContextManager[Any]:
        """The pages as they are then."""
        stack = self.here.stack
        return wiring.using(
            wiring.Container(
                environment=stack.environment,
                session=lambda: stack.session,
                clock=lambda _: VirtualClock(moment),
                templates=TEMPLATES,
            )
        )

    def people(self) -> dict[str, Subscriber]:
        """Everybody on the list as they stand."""
        joined = [_id(self.here, address) for address in (KNOWN, EARLY, LATE, LATER)]
        return dict(self.here.subscribers.get(ids=[*(reader.id for reader in READERS), *joined]))


@contextmanager
def linked_month(outbox: Path) -> Iterator[Month]:
    """April 2024, from the invite to the follow-up, with two who join and all that can be asked for by mail."""
    with world(series(), outbox=outbox, clock=VirtualClock(BEGINS), templates=TEMPLATES, base_url=BASE_URL) as here:
        march = {"id": "2024-03", "month": "2024-03", "date": date(2024, 3, 21)}
        for one in (session(), session(**march, insights=there("i"), recording=there("r"))):
            here.sessions.save(one, expected_version=0)
        for reader in (*READERS, subscriber(6, id=_id(here, KNOWN), address=KNOWN)):
            here.subscribers.add(reader)
        until = datetime(2024, 5, 2, tzinfo=UTC)
        told = rehearse(
            here,
            list(_edits()),
            until=until,
            progress=lambda _: None,
            telling=TimelineEvents(),
            cast=SimulatedReaders(list(_acts())),
        )
        wrong = [one.text for one in told if one.kind == "waiting" and "can’t" in one.text]
        assert not wrong, wrong
        files = sorted(outbox.glob("*.eml"))
        sorts = Counter((mail.tags.get("campaign") or mail.tags["letter"]) for mail in here.outbox.all)
        yield Month(here=here, sorts=sorts, links=_gathered(files))


def _acts() -> Iterator[ReaderAction]:
    """One joins before the invite, one after it, one after all; who is on the list asks again, and for fresh links."""
    for month, day, address in ((4, 4, EARLY), (4, 9, LATE), (5, 1, LATER)):
        at = datetime(2024, month, day, 6, tzinfo=UTC)
        yield ReaderAction(at=at, name=address, address=address, play=_asks, trying="join")
        yield ReaderAction(at=at + timedelta(minutes=9), name=address, address=address, play=_joins, trying="press")
    yield ReaderAction(at=ASKED, name="the known", address=KNOWN, play=_more, trying="ask")


def _asks(reader: Reader) -> str:
    _send(reader.world, _joining(reader.address, reader.world.clock.now()))
    return "asked"


def _joins(reader: Reader) -> str:
    reader.browser.press(reader.browser.open(reader.link("confirm", "confirm")))
    settle(reader.world)
    reader.mail("invite" if reader.address == LATE else "welcome")
    return "joined"


def _more(reader: Reader) -> str:
    now, own = reader.world.clock.now(), (_id(reader.world, KNOWN), TEXT_ONLY.id)
    links = [
        LinkRequested(mark=_mark(one + purpose), at=now, subscriber=one, purpose=purpose)
        for one in own
        for purpose in Purpose
    ]
    move = MoveRequested(mark=_mark(NEW), at=now, subscriber=own[0], address=NEW)
    _send(reader.world, _joining(KNOWN, now), *links, move)
    return "asked"


def _joining(address: str, now: datetime) -> JoinRequested:
    return JoinRequested(mark=_mark(address), at=now, address=address, wording=series().wording.version, by="page")


def _id(here: World, address: str) -> str:
    return subscriber_id(address, key=here.identity_key)


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _send(here: World, *letters: MailRequest) -> None:
    url = here.stack.environment("public")["TRANSACTIONAL_QUEUE_URL"]
    for letter in letters:
        SqsMailRequestQueue(here.stack.session.client("sqs"), url).send(letter)
    settle(here)


def _edits() -> Iterator[Edit]:
    """Insights and slides first, the recording when the recap has left without it."""
    slides = (Presentation(title="Our slides", url="https://files.example/slides"),)
    for day, field, value in (
        (21, "insights", there("i")),
        (21, "presentations", slides),
        (30, "recording", there("r")),
    ):
        yield Edit(at=datetime(2024, 4, day, 14, tzinfo=UTC), session="2024-04", field=field, value=value)


def _gathered(files: list[Path]) -> dict[str, Counter[str]]:
    links: dict[str, Counter[str]] = {}
    for file in files:
        for place, link in links_of_mail(file.read_bytes()):
            links.setdefault(link, Counter())[place] += 1
    return links
