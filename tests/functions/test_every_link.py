"""A month of mail to a few readers, and every link of every mail followed: no link without its page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from convener import wiring
from convener.sessions.models import Presentation
from convener.subscribers.models import Calendar, Standing, Subscriber
from local.rehearsal.edits import Edit
from local.rehearsal.month import rehearse
from local.rehearsal.telling import Telling
from local.rehearsal.world import BASE_URL, World, world
from local.serving.gateway import Answer, respond
from local.virtual_clock import VirtualClock
from tests.support.mail_links import links_of_mail, links_of_page
from tests.support.people import TEMPLATES, series, session, subscriber, there

OURS = re.compile(rf"{re.escape(BASE_URL)}/(leave|join|view)/([A-Za-z0-9._-]+)")
HOSTS = {
    "files.example",
    "calendar.google.com",
    "outlook.live.com",
    "outlook.office.com",
    "calendar.yahoo.com",
}
READERS = [
    subscriber(1),
    subscriber(2, text_only=True, first_name="", zone=""),
    subscriber(3, calendar=Calendar.LINK),
    subscriber(4, text_only=True, calendar=Calendar.LINK, zone="America/New_York"),
]
KINDS = ("invite", "reminder", "recap", "follow-up")
MOMENTS = [datetime(2024, 4, 4, 9, tzinfo=UTC), datetime(2024, 4, 18, 17, tzinfo=UTC), datetime(2024, 6, 1, tzinfo=UTC)]
FORM = {"content-type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, kw_only=True)
class Month:
    """What it left: the world, and each link with the places in which it stands."""

    here: World
    mails: int
    links: dict[str, Counter[str]]

    def ours(self, page: str) -> list[str]:
        """The paths of our own pages of that sort."""
        found = {link.removeprefix(BASE_URL) for link in self.links if link.startswith(BASE_URL)}
        return sorted(path for path in found if path.startswith(f"/{page}/"))

    def tables(self) -> dict[str, list[str]]:
        """Every item of every table."""
        client = self.here.stack.session.client("dynamodb")
        return {
            name: sorted(map(str, client.scan(TableName=name)["Items"])) for name in client.list_tables()["TableNames"]
        }

    def at(self, moment: datetime) -> Any:
        """The pages as they are then."""
        stack = self.here.stack
        return wiring.using(
            wiring.Surroundings(
                environment=stack.environment,
                session=lambda: stack.session,
                clock=lambda _: VirtualClock(moment),
                templates=TEMPLATES,
            )
        )

    def people(self) -> dict[str, Subscriber]:
        """The readers as they stand."""
        return dict(self.here.subscribers.get(ids=[reader.id for reader in READERS]))


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Month]:
    """April 2024, from the invite to the follow-up."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Convener")
        patch.setenv("POWERTOOLS_SERVICE_NAME", "test")
        patch.setenv("POWERTOOLS_METRICS_DISABLED", "true")
        outbox, clock = tmp_path_factory.mktemp("outbox"), VirtualClock(datetime(2024, 4, 4, tzinfo=UTC))
        with world(series(), outbox=outbox, clock=clock, templates=TEMPLATES) as here:
            for one in (
                session(),
                session(
                    id="2024-03", month="2024-03", date=date(2024, 3, 21), insights=there("i"), recording=there("r")
                ),
            ):
                here.sessions.save(one, expected_version=0)
            for reader in READERS:
                here.subscribers.add(reader)
            list(
                rehearse(
                    here,
                    list(edits()),
                    until=datetime(2024, 5, 2, tzinfo=UTC),
                    progress=lambda _: None,
                    telling=Telling(),
                )
            )
            files = sorted(Path(outbox).glob("*.eml"))
            yield Month(here=here, mails=len(files), links=gathered(files))


def edits() -> Iterator[Edit]:
    """Insights and slides first, the recording when the recap has left without it."""
    slides = (Presentation(title="Our slides", url="https://files.example/slides"),)
    for day, field, value in (
        (21, "insights", there("i")),
        (21, "presentations", slides),
        (30, "recording", there("r")),
    ):
        yield Edit(at=datetime(2024, 4, day, 14, tzinfo=UTC), session="2024-04", field=field, value=value)


def gathered(files: list[Path]) -> dict[str, Counter[str]]:
    links: dict[str, Counter[str]] = {}
    for file in files:
        for place, link in links_of_mail(file.read_bytes()):
            links.setdefault(link, Counter())[place] += 1
    return links


def ask(method: str, path: str, body: bytes = b"") -> Answer:
    return respond(method, path, "", FORM if body else {}, body)


def test_each_mail_was_sent_and_has_its_links(month: Month) -> None:
    """Four kinds to four readers; each reader's way out stands in header, text and HTML, the rest where it belongs."""
    assert month.mails == len(KINDS) * len(READERS)
    assert (len(month.ours("leave")), len(month.ours("join")), len(month.ours("view"))) == (len(READERS), 1, len(KINDS))
    places = Counter[str]()
    for path in month.ours("leave"):
        places += month.links[BASE_URL + path]
    assert places == {"header": 16, "plain": 16, "html": 8}
    assert "calendar" in month.links[BASE_URL + month.ours("join")[0]]


def test_links_that_lead_elsewhere_are_expected(month: Month) -> None:
    """Https to a host on the list, the privacy notice or a mail to the contact; all else is a page that we have.

    Ours are whole, and hold nothing but a token.
    """
    for link in month.links:
        expected(link)


def expected(link: str) -> None:
    if link in (f"mailto:{series().contact_email}", series().organisation.privacy_url) or OURS.fullmatch(link):
        return
    parts = urlsplit(link)
    assert (parts.scheme, parts.hostname in HOSTS) == ("https", True), link


@pytest.mark.parametrize("moment", MOMENTS, ids=["before", "during", "after"])
def test_every_link_has_its_page_and_looking_changes_nothing(month: Month, moment: datetime) -> None:
    """Each of our own, by GET and HEAD, twice: a page or the way to the meeting, each time the same."""
    before = month.tables()
    with month.at(moment):
        for sort in ("leave", "join", "view"):
            for path in month.ours(sort):
                seen = [ask(method, path) for method in ("GET", "HEAD", "GET", "HEAD")]
                meeting = sort == "join" and moment == MOMENTS[1]
                assert {status for status, _, _ in seen} == {303 if meeting else 200}
                assert (seen[0], seen[1]) == (seen[2], seen[3])
                assert (seen[0][1], seen[1][2]) == (seen[1][1], b"")
                for link in links_of_page(seen[0][2].decode()):
                    expected(link) if link != "/" else None
    assert month.tables() == before


def test_each_reader_leaves_by_her_own_link_alone(month: Month) -> None:
    """One POST from one mail's header: she has left, and everybody else stands as before; at the end all have left."""
    with month.at(MOMENTS[2]):
        for path in month.ours("leave"):
            before = month.people()
            status, _, page = ask("POST", path, b"List-Unsubscribe=One-Click")
            after = month.people()
            changed = [one for one in before if before[one] != after[one]]
            assert (status, b"You have left" in page, len(changed)) == (200, True, 1)
            assert after[changed[0]].standing == Standing.LEFT
            assert f"{after[changed[0]].address[:1]}•••@" in page.decode()
    assert {row.standing for row in month.people().values()} == {Standing.LEFT}
