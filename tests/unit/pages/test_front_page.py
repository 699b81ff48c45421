"""The front page, the pages for programs, and what holds for all pages."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import UTC, date, datetime, timedelta

import pytest

from convener.errors import Unavailable
from convener.pages.responses import Response
from convener.sessions.models import Speaker
from tests.support.event_links import JOIN, LEAVE
from tests.support.people import series, session
from tests.support.visiting import Visit, words

SOON = datetime(2024, 4, 10, tzinfo=UTC)
MAY = session(id="2024-05", month="2024-05", date=date(2024, 5, 16), title="Small acts", speakers=(Speaker(name="Jo"),))


def test_the_front_page_shows_the_next_session() -> None:
    """The first planned session that is not over, with title and speakers, also while it lasts."""
    for now in (SOON, datetime(2024, 4, 18, 18, tzinfo=UTC)):
        said = words(Visit(sessions=[MAY, session()], now=now).ask("front"))
        assert "Next Thursday 18 April, 6pm UK time Kindness under pressure" in said
    said = words(Visit(sessions=[MAY, session()], now=datetime(2024, 4, 18, 18, 31, tzinfo=UTC)).ask("front"))
    assert "Next Thursday 16 May, 6pm UK time Small acts with Jo" in said


@pytest.mark.parametrize(
    ("sessions", "now", "expected"),
    [
        ([], SOON, "Thursday 18 April"),
        ([], datetime(2024, 4, 20, tzinfo=UTC), "Thursday 16 May"),
        ([], datetime(2024, 12, 25, tzinfo=UTC), "Thursday 16 January"),
        ([session(status="cancelled")], SOON, "Thursday 16 May"),
        ([session(date=date(2024, 4, 11))], datetime(2024, 4, 13, tzinfo=UTC), "Thursday 16 May"),
    ],
)
def test_without_a_record_the_rule_gives_the_next_date(sessions: list[object], now: datetime, expected: str) -> None:
    """A month whose session is over or cancelled gets no other date."""
    assert f"Next {expected}" in words(Visit(sessions=sessions, now=now).ask("front"))  # type: ignore[arg-type]


def test_a_skipped_month_has_no_date() -> None:
    """Months that series.toml skips are left out."""
    skip = type(series().skipped[0])(month="2024-05", reason="holiday")
    visit = Visit(now=datetime(2024, 4, 20, tzinfo=UTC), of_series=series(skipped=(skip,)))
    assert "Next Thursday 20 June" in words(visit.ask("front"))


def test_the_front_page_is_public() -> None:
    """Anybody may keep it for five minutes; it has no meeting link and no form, but contact and privacy notice."""
    answer = Visit(sessions=[session()], now=SOON).ask("front")
    assert answer.headers["cache-control"] == "public, max-age=300"
    for private in ("meet.example", "<form", "/join/"):
        assert private not in answer.body
    for part in ("mailto:hello@kindness.example", "https://kindness.example/privacy"):
        assert part in answer.body


def test_pages_for_programs() -> None:
    """Search engines are asked to leave out all links of readers.

    Browsers learn that there is no icon, and keep that for a day.
    """
    visit = Visit()
    robots = visit.ask("robots")
    assert robots.headers["content-type"] == "text/plain; charset=utf-8"
    for part in ("Allow: /\n", "Disallow: /leave/\n", "Disallow: /join/\n", "Disallow: /view/\n"):
        assert part in robots.body
    icon = visit.ask("icon")
    assert (icon.status, icon.body, icon.headers["cache-control"]) == (204, "", "public, max-age=86400")
    assert visit.ask("").status == 404


def all_pages() -> list[Response]:
    """Return one page of each template."""
    visit = Visit(sessions=[session()], now=SOON)
    pages = [
        visit.ask("front"),
        visit.ask("leave", LEAVE),
        visit.ask("leave", "x"),
        visit.ask(""),
        visit.ask("front", method="POST"),
    ]
    pages += [visit.ask("join", JOIN)]
    visit.clock.move_to(SOON + timedelta(days=30))
    return [*pages, visit.ask("join", JOIN), visit.leave(LEAVE), Visit().leave(LEAVE, "")]


@pytest.mark.parametrize("answer", all_pages(), ids=lambda answer: f"{answer.status}")
def test_every_page_is_complete(answer: Response) -> None:
    """Language, title, one h1 and then h2, a style that its policy allows by hash, no script and no inline style."""
    assert '<html lang="en-GB">' in answer.body
    assert re.search(r"<title>[^<]*Conversation for Kindness", answer.body)
    assert re.findall(r"<h(\d)", answer.body)[0] == "1"
    assert re.findall(r"<h(\d)", answer.body).count("1") == 1
    (style,) = re.findall(r"<style>(.*?)</style>", answer.body, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in answer.headers["content-security-policy"]
    assert not re.search(r"<script| style=|\bon[a-z]+=|javascript:|http://", answer.body)
    assert not re.search(r"None|Undefined|<(p|h\d|ul|li|strong|span)\b[^>]*>\s*</\1>", answer.body)


def test_without_signing_keys_the_reader_is_asked_to_try_again() -> None:
    """Tokens can't be checked then, so 503, and the page says nothing about the link."""

    def out_of_reach() -> object:
        raise Unavailable("no secrets")

    visit = Visit(links=out_of_reach)  # type: ignore[arg-type]
    for page in ("leave", "join", "view"):
        answer = visit.ask(page, LEAVE)
        assert (answer.status, answer.headers["retry-after"]) == (503, "30")
    assert visit.ask("front").status == 200
