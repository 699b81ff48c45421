from __future__ import annotations

from urllib.parse import urlsplit

from convener.subscribers.models import SubscriberStatus
from tests.support import e2e_month as names
from tests.support.e2e_steps import Month

MEETING = "https://video.example.org/j/12345?pwd=private"


def test_every_link_of_the_mail_opens(month: Month) -> None:
    """Each link of ours in the invitation has its page, under the stack's own domain."""
    assert month.heard
    links = month.mail_to(names.STAYS).links_to("meet.kindness.example")
    assert {urlsplit(link).path.split("/")[1] for link in links} >= {"leave", "join", "view"}
    assert {link: month.stack.http("GET", link)[0] for link in links} == dict.fromkeys(links, 200)


def test_looking_at_the_page_changes_nothing(month: Month) -> None:
    """GET and HEAD of the link to leave, as link scanners send them, leave the reader where she is."""
    link = month.mail_to(names.STAYS).leave_url
    status, _, page = month.stack.http("GET", link)
    assert (status, names.STAYS in page, "•••@reader.example" in page) == (200, False, True)
    assert month.stack.http("HEAD", link)[0] == 200
    assert month.status(names.STAYS) == SubscriberStatus.CONFIRMED


def test_the_mail_in_the_browser_is_nobodys(month: Month) -> None:
    """“View in browser” shows the frozen mailing without the reader who opened it."""
    link = next(one for one in month.mail_to(names.STAYS).links_to("meet.kindness.example") if "/view/" in one)
    status, headers, page = month.stack.http("GET", link)
    assert (status, "Kindness on night shifts" in page, "Gus" in page, "/leave/" in page) == (200, True, False, False)
    assert headers["content-type"].startswith("text/html")


def test_before_its_time_the_way_to_the_meeting_is_a_page(month: Month) -> None:
    """Ten days before, /join shows when the doors open, and not where they are."""
    link = next(one for one in month.mail_to(names.STAYS).links_to("meet.kindness.example") if "/join/" in one)
    status, _, page = month.stack.http("GET", link)
    assert (status, "video.example.org" in page) == (200, False)


def test_one_click_leaves(month: Month) -> None:
    """RFC 8058's POST acts at once: no redirect, and the row says so."""
    status, headers, _ = month.left
    assert (status, "location" in headers) == (200, False)
    assert month.status(names.LEAVES) == SubscriberStatus.LEFT


def test_only_those_who_are_left_are_reminded(month: Month) -> None:
    """Who left, bounced or complained gets no further mailing; everybody else does, once."""
    gone = {names.LEAVES, names.BOUNCES, names.COMPLAINS}
    addresses = [mail.recipient for mail in month.reminded]
    assert len(addresses) == len(set(addresses)) == names.READERS - len(gone)
    assert gone.isdisjoint(addresses)


def test_at_its_time_the_way_to_the_meeting_is_open(month: Month) -> None:
    """The reminder's link to join leads to the meeting, by a redirect that nobody keeps."""
    assert month.reminded
    link = next(one for one in month.reminded[0].links_to("meet.kindness.example") if "/join/" in one)
    status, headers, _ = month.stack.http("GET", link)
    assert (status, headers["location"], headers["cache-control"]) == (303, MEETING, "no-store")


def test_the_recap_leaves_at_its_hour(month: Month) -> None:
    """What was uploaded about the session that was reaches everybody who is still there."""
    assert len(month.recapped) == names.READERS - 3
    assert "https://files.example.org/recording" in month.recapped[0].words
