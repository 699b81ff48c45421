"""A month of mail to a few readers, and every link of every mail followed: no link without its page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest

from convener.subscribers.models import SubscriberStatus
from local.serving.gateway import Answer, respond
from tests.support.linked_month import ASKED, BASE_URL, OWN_LINK, PAGES, READERS, Month, linked_month
from tests.support.mail_links import links_of_page
from tests.support.people import series

HOSTS = {
    "files.example",
    "calendar.google.com",
    "outlook.live.com",
    "outlook.office.com",
    "calendar.yahoo.com",
}
KINDS = ("invite", "reminder", "recap", "follow-up")
ON_THE_LIST = len(READERS) + 1
LETTERS = {"confirm": 3, "confirm-address": 1, "welcome": 2, "known": 1, "link": 6}
EARLY = datetime(2024, 4, 4, 9, tzinfo=UTC)
MOMENTS = {"during": ASKED + timedelta(minutes=10), "after": datetime(2024, 6, 1, tzinfo=UTC)}
PASSING = ("/data/", "/erase/", "/address/", "/confirm/")
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Month]:
    """April 2024, from the invite to the follow-up."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Convener")
        patch.setenv("POWERTOOLS_SERVICE_NAME", "test")
        patch.setenv("POWERTOOLS_METRICS_DISABLED", "true")
        with linked_month(tmp_path_factory.mktemp("outbox")) as lived:
            yield lived


def ask(method: str, path: str, body: bytes = b"") -> Answer:
    return respond(method, path, "", FORM if body else {}, body)


def test_every_sort_of_mail_was_sent(month: Month) -> None:
    """Four kinds to those on the list and the two who joined in time (to one as her welcome); every sort of letter."""
    assert month.mail_types == {**{f"2024-04_{kind}": ON_THE_LIST + 2 for kind in KINDS}, **LETTERS}


def test_each_mail_has_its_links(month: Month) -> None:
    """Each reader's way out stands in header, text and HTML of every mailing, and her preferences in text and HTML."""
    readers = ON_THE_LIST + 3
    assert {page: len(month.paths(page)) for page in ("leave", "preferences", "join", "view")} == {
        "leave": readers,
        "preferences": readers,
        "join": 1,
        "view": len(KINDS),
    }
    places = Counter[str]()
    for path in month.paths("leave"):
        places += month.links[BASE_URL + path]
    mailings = sum(number for sort, number in month.mail_types.items() if "_" in sort)
    assert places["header"] >= mailings
    assert "calendar" in month.links[BASE_URL + month.paths("join")[0]]


def test_links_that_lead_elsewhere_are_expected(month: Month) -> None:
    """Https to a host on the list, the privacy notice or a mail to the contact; all else is a page that we have.

    Ours are whole, and hold nothing but a token.
    """
    for link in month.links:
        expected(link)


def expected(link: str) -> None:
    if link in (f"mailto:{series().contact_email}", series().organisation.privacy_url) or OWN_LINK.fullmatch(link):
        return
    parts = urlsplit(link)
    assert (parts.scheme, parts.hostname in HOSTS) == ("https", True), link


@pytest.mark.parametrize("moment", MOMENTS)
def test_every_link_has_its_page_and_looking_changes_nothing(month: Month, moment: str) -> None:
    """Each of our own, by GET and HEAD, twice: a page or the way to the meeting, each time the same.

    A link that has expired has a page that says so.
    So it is with every link and every form's address of those pages: a scanner that goes on from page to page finds no
    end and changes nothing, in no table, bucket or queue.
    """
    before, seen, ahead = month.contents(), set[str](), month.paths()
    with month.at(MOMENTS[moment]):
        while ahead:
            path = ahead.pop()
            if path in seen:
                continue
            seen.add(path)
            html = followed(path, moment)
            for link in (urldefrag(urljoin(BASE_URL + path, one)).url for one in links_of_page(html)):
                expected(link)
                ahead += [link.removeprefix(BASE_URL)] if OWN_LINK.fullmatch(link) else []
    assert {path.split("/")[1] for path in seen} >= {*PAGES, "subscribe", ""}
    assert month.contents() == before


def followed(path: str, moment: str) -> str:
    """The page, as it is each time."""
    answers = [ask(method, path) for method in ("GET", "HEAD", "GET", "HEAD")]
    meeting, stale = path.startswith("/join/") and moment == "during", path.startswith(PASSING) and moment == "after"
    assert answers[0][0] in ([303] if meeting else [200, 410] if stale else [200]), path.split("/")[1]
    assert answers[0][0] == answers[1][0]
    assert (answers[0], answers[1]) == (answers[2], answers[3])
    assert (answers[0][1], answers[1][2]) == (answers[1][1], b"")
    return answers[0][2].decode()


def test_the_way_to_the_meeting_says_when_it_opens(month: Month) -> None:
    """A page, not a redirect, a fortnight before."""
    with month.at(EARLY):
        assert [ask("GET", path)[0] for path in month.paths("join")] == [200]


def test_no_page_submits_itself(month: Month) -> None:
    """No refresh, no script but the one that suggests a zone, no form that GET sends."""
    with month.at(MOMENTS["during"]):
        for path in month.paths():
            forms = _Tags(ask("GET", path)[2].decode())
            assert all((told.get("method") or "").lower() == "post" for tag, told in forms.found if tag == "form")
            assert not [told for _, told in forms.found if (told.get("http-equiv") or "").lower() == "refresh"]


class _Tags(HTMLParser):
    """Every tag with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_each_reader_leaves_by_her_own_link_alone(month: Month) -> None:
    """One POST from one mail's header: she has left, and everybody else stands as before; at the end all have left."""
    with month.at(MOMENTS["after"]):
        for path in month.paths("leave"):
            before = month.people()
            status, _, page = ask("POST", path, b"List-Unsubscribe=One-Click")
            after = month.people()
            changed = [one for one in before if before[one] != after[one]]
            assert (status, b"You have left" in page, len(changed)) == (200, True, 1)
            assert after[changed[0]].status == SubscriberStatus.LEFT
            assert f"{after[changed[0]].address[:1]}•••@" in page.decode()
    assert {row.status for row in month.people().values()} == {SubscriberStatus.LEFT}
