"""A month of mail to a few readers, with every type of mail, and all links in these mails."""

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
from tests.support.people import SERIES_FOLDER, material, series, session, subscriber

BASE_URL = "https://kindness.example"
PAGES = tuple(route.page for route in ROUTES if route.token)
OWN_LINK = re.compile(rf"{re.escape(BASE_URL)}/(({'|'.join(PAGES)})/([A-Za-z0-9._-]+)|subscribe|)")
ASKED = datetime(2024, 4, 18, 16, 50, tzinfo=UTC)
"""When one-time links are requested: ten minutes before the session begins."""

BEGINS = datetime(2024, 4, 4, tzinfo=UTC)
READERS = [
    subscriber(1),
    subscriber(2, text_only=True, first_name="", zone=""),
    subscriber(3, calendar=Calendar.LINK),
    subscriber(4, text_only=True, calendar=Calendar.LINK, zone="America/New_York"),
    subscriber(5, calendar=Calendar.NONE),
]
KNOWN, EARLY, LATE, LATER, NEW = (f"{name}@example.org" for name in ("known", "early", "late", "later", "new"))
"""On the list from the beginning; subscribing before the invite, after it, and at the end; an address to move to."""


TEXT_ONLY = READERS[1]


@dataclass(frozen=True, kw_only=True)
class Month:
    """The world after the month, the number of mails by type, and each link with the places where it is."""

    rehearsed: World
    mail_types: Counter[str]
    links: dict[str, Counter[str]]

    def paths(self, page: str = "") -> list[str]:
        """Return the paths of a page in the mails, or of all pages."""
        found = {link.removeprefix(BASE_URL) for link in self.links if OWN_LINK.fullmatch(link)}
        return sorted(path for path in found if path.startswith(f"/{page}"))

    def contents(self) -> dict[str, Any]:
        """Return everything that is stored, and how many mails were sent."""
        return {
            **contents(self.rehearsed.stack),
            "mails": self.rehearsed.outbox.count,
            "held": len(self.rehearsed.pump.held),
        }

    def at(self, moment: datetime) -> AbstractContextManager[Any]:
        """Use the pages at that time."""
        stack = self.rehearsed.stack
        return wiring.using(
            wiring.Container(
                environment=stack.environment,
                session=lambda: stack.session,
                clock=lambda _: VirtualClock(moment),
                series_folder=SERIES_FOLDER,
            )
        )

    def people(self) -> dict[str, Subscriber]:
        """Return all subscribers as they are stored."""
        joined = [_id(self.rehearsed, address) for address in (KNOWN, EARLY, LATE, LATER)]
        return dict(self.rehearsed.subscribers.get(ids=[*(reader.id for reader in READERS), *joined]))


@contextmanager
def linked_month(outbox: Path) -> Iterator[Month]:
    """Run April 2024 from the invite to the follow-up, with late subscribers, and with all requests for mails."""
    with world(
        series(), outbox=outbox, clock=VirtualClock(BEGINS), series_folder=SERIES_FOLDER, base_url=BASE_URL
    ) as rehearsed:
        march = {"id": "2024-03", "month": "2024-03", "date": date(2024, 3, 21)}
        for stored in (
            session(),
            session(**march, insights=material("i"), recording=material("r")),
        ):
            rehearsed.sessions.save(stored, expected_version=0)
        for reader in (*READERS, subscriber(6, id=_id(rehearsed, KNOWN), address=KNOWN)):
            rehearsed.subscribers.add(reader)
        until = datetime(2024, 5, 2, tzinfo=UTC)
        events = rehearse(
            rehearsed,
            list(_edits()),
            until=until,
            progress=lambda _: None,
            telling=TimelineEvents(),
            cast=SimulatedReaders(list(_actions())),
        )
        errors = [event.text for event in events if event.kind == "waiting" and "can’t" in event.text]
        assert not errors, errors
        files = sorted(outbox.glob("*.eml"))
        mail_types = Counter((mail.tags.get("campaign") or mail.tags["letter"]) for mail in rehearsed.outbox.all)
        yield Month(rehearsed=rehearsed, mail_types=mail_types, links=_gathered(files))


def _actions() -> Iterator[ReaderAction]:
    """Return the actions: three people subscribe at different times, and a subscriber asks for all mails."""
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
        LinkRequested(mark=_mark(subscriber + purpose), at=now, subscriber=subscriber, purpose=purpose)
        for subscriber in own
        for purpose in Purpose
    ]
    move = MoveRequested(mark=_mark(NEW), at=now, subscriber=own[0], address=NEW)
    _send(reader.world, _joining(KNOWN, now), *links, move)
    return "asked"


def _joining(address: str, now: datetime) -> JoinRequested:
    return JoinRequested(mark=_mark(address), at=now, address=address, wording=series().wording.version, by="page")


def _id(rehearsed: World, address: str) -> str:
    return subscriber_id(address, key=rehearsed.identity_key)


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _send(rehearsed: World, *mail_requests: MailRequest) -> None:
    url = rehearsed.stack.environment("public")["TRANSACTIONAL_QUEUE_URL"]
    for mail_request in mail_requests:
        SqsMailRequestQueue(rehearsed.stack.session.client("sqs"), url).send(mail_request)
    settle(rehearsed)


def _edits() -> Iterator[Edit]:
    """Return the edits: insights and slides first, the recording after the recap was sent without it."""
    slides = (Presentation(title="Our slides", url="https://files.example/slides"),)
    for day, field, value in (
        (21, "insights", material("i")),
        (21, "presentations", slides),
        (30, "recording", material("r")),
    ):
        yield Edit(at=datetime(2024, 4, day, 14, tzinfo=UTC), session="2024-04", field=field, value=value)


def _gathered(files: list[Path]) -> dict[str, Counter[str]]:
    links: dict[str, Counter[str]] = {}
    for file in files:
        for place, link in links_of_mail(file.read_bytes()):
            links.setdefault(link, Counter())[place] += 1
    return links
