"""The form to subscribe by: what it shows, and that a posted form does the same for every address."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convener.errors import LostAnswer, Unavailable
from convener.pages.subscribe import MAX_VISITS_PER_HOUR
from convener.subscribers.mail_requests import JoinRequested
from convener.subscribers.mailing_choices import boxes
from convener.subscribers.models import SubscriberStatus
from tests.support.joining import filled, post
from tests.support.people import OPENED, subscriber
from tests.support.visiting import READER, Visit, words

VISIT = Visit()


class GuardedVisit(Visit):
    """A visit that fails if the page looks at the list."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)

        def forbidden(**_: Any) -> Any:
            raise AssertionError("joining must not look anybody up")

        self.rows.get = self.rows.commit = forbidden  # type: ignore[method-assign, assignment]


def inputs(body: str) -> list[str]:
    """Return every field of the form as it is written."""
    return re.findall(r"<input[^>]*>", body)


def test_the_empty_form_assumes_no_consent() -> None:
    """Every box of mailings is ticked, and there is an empty box beside the present wording.

    All fields have labels, and the zone of the series comes first.
    """
    visit = GuardedVisit()
    answer = visit.ask("subscribe")
    ticked = [field for field in inputs(answer.body) if " checked" in field]
    assert [re.findall(r'value="(\w+)"', field) for field in ticked] == [[box] for box in boxes()]
    (box,) = [field for field in inputs(answer.body) if 'name="consent"' in field]
    assert (f'value="{visit.series.wording.version}"' in box, " checked" in box) == (True, False)
    assert visit.series.wording.text in words(answer)
    assert "The conversation’s own (UK time)" in words(answer)
    for part in ('autocomplete="email"', 'autocomplete="given-name"', 'inputmode="email"', "<legend>"):
        assert part in answer.body
    for name in ("address", "first_name", "zone"):
        assert f'<label for="{name}"' in answer.body
    assert (visit.mail_requests.sent, dict(visit.requests.visits)) == ([], {})


def test_only_the_empty_form_may_be_cached() -> None:
    """The form for five minutes; no response to a POST may be kept."""
    visit = Visit()
    assert visit.ask("subscribe").headers["cache-control"] == "public, max-age=300"
    for fields in (filled(), filled(address="x")):
        assert post(visit, fields).headers["cache-control"] == "no-store"


def test_the_script_is_allowed_by_hash_where_it_is_used() -> None:
    """Only on the untouched form, because a reader may have left the zone empty on purpose."""
    visit = Visit()
    fresh, mended = visit.ask("subscribe"), post(visit, filled(address="x", zone=""))
    (script,) = re.findall(r"<script>(.*?)</script>", fresh.body, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'; connect-src 'none'" in fresh.headers["content-security-policy"]
    assert 'data-suggest="Europe/London"' in fresh.body
    for other in (mended, visit.ask("front"), post(visit, filled())):
        assert "script-src 'none'" in other.headers["content-security-policy"]
        assert not re.search("<script|data-suggest", other.body)


@pytest.mark.parametrize("subscriber_status", [None, *SubscriberStatus])
def test_every_address_costs_one_count_and_one_message(subscriber_status: SubscriberStatus | None) -> None:
    """Known, unknown or bounced: the same answer by the same work, without a look at the list."""
    visit = GuardedVisit(
        people=[subscriber(2, address="Anna@example.org", status=subscriber_status)] if subscriber_status else []
    )
    nobody = GuardedVisit(people=[])
    answer = post(visit, filled())
    assert (answer, answer.status) == (post(nobody, filled()), 200)
    assert list(visit.requests.visits.values()) == [1]
    (mail_request,) = visit.mail_requests.sent
    assert isinstance(mail_request, JoinRequested)
    assert (mail_request.address, mail_request.first_name, mail_request.zone) == (
        "Anna@example.org",
        "Anna",
        "Pacific/Auckland",
    )
    assert (mail_request.kinds, mail_request.wording, mail_request.by, mail_request.at) == (
        frozenset(),
        "1",
        "page",
        OPENED,
    )
    assert visit.mail_requests.delays == [0]


def test_the_mail_request_has_the_ticked_kinds() -> None:
    """Fewer kinds, another form, no optional values; the follow-up belongs to the recap."""
    visit = Visit()
    post(visit, filled(kinds="recap", form="embedded", first_name="", zone=""))
    (mail_request,) = visit.mail_requests.sent
    assert isinstance(mail_request, JoinRequested)
    assert (mail_request.kinds, mail_request.by, mail_request.first_name, mail_request.zone) == (
        frozenset({"recap", "follow-up"}),
        "embedded",
        "",
        "",
    )
    post(visit, filled(form="elsewhere"))
    assert isinstance(again := visit.mail_requests.sent[1], JoinRequested)
    assert (again.by, again.mark != mail_request.mark) == ("page", True)


def test_the_answer_says_what_to_do_next() -> None:
    """The page says to look into mail and spam, and names a contact. It repeats only typed values."""
    said = words(post(Visit(), filled(address="o'neil+x@example.org")))
    for part in ("Look into your mail", "o'neil+x@example.org", "good for a week", "spam", "hello@kindness.example"):
        assert part in said


def test_a_filled_honeypot_gets_the_usual_answer() -> None:
    """Only a program fills in a hidden field, so nothing is counted and nothing is queued."""
    visit = Visit()
    assert post(visit, filled(website="https://spam.example")) == post(Visit(), filled())
    assert (visit.mail_requests.sent, dict(visit.requests.visits)) == ([], {})


def test_the_honeypot_is_hidden_from_people() -> None:
    """Not by display:none, which programs look for; browsers are told not to fill it in."""
    body = Visit().ask("subscribe").body
    assert re.search(
        r'<div class="away" aria-hidden="true">.*name="website"[^>]*tabindex="-1" autocomplete="off"', body
    )


def test_a_network_may_post_forty_forms_an_hour() -> None:
    """The next form gets a page that keeps the values, and the next hour begins with a new count."""
    visit = Visit(now=OPENED.replace(minute=50))
    assert {post(visit, filled()).status for _ in range(MAX_VISITS_PER_HOUR)} == {200}
    answer = post(visit, filled(address="late@example.org"))
    assert (answer.status, answer.headers["retry-after"], len(visit.mail_requests.sent)) == (
        429,
        "600",
        MAX_VISITS_PER_HOUR,
    )
    assert '<input type="hidden" name="address" value="late@example.org">' in answer.body
    assert "you did nothing wrong" in words(answer)
    assert post(visit, filled(), network="2001:db8::/64").status == 200
    visit.clock.move_to(visit.clock.now() + timedelta(seconds=600))
    assert post(visit, filled()).status == 200


def test_the_counter_does_not_contain_the_network() -> None:
    """A keyed mark stands for the network."""
    visit = Visit()
    post(visit, filled())
    ((mark, _),) = visit.requests.visits
    assert re.fullmatch("[0-9a-f]{16}", mark)


@given(st.data())
def test_any_accepted_values_are_queued_once(data: st.DataObject) -> None:
    """Any values get 200 with one count and one mail request, or a form to correct with neither."""
    fields = filled(
        first_name=data.draw(st.text(max_size=70)),
        zone=data.draw(st.sampled_from(["", "Asia/Kolkata", "Asia/Calcutta", "Mars/Olympus", "../etc"]) | st.text()),
        kinds=data.draw(st.lists(st.sampled_from(["invite", "reminder", "recap", "note"]))),
    )
    VISIT.mail_requests.sent.clear()
    VISIT.requests.visits.clear()
    visit, answer = VISIT, post(VISIT, fields)
    assert (answer.status, len(visit.mail_requests.sent), len(visit.requests.visits)) in ((200, 1, 1), (400, 0, 0))


@pytest.mark.parametrize("error", [Unavailable("down"), LostAnswer("no answer")])
@pytest.mark.parametrize("failing", ["requests", "mail_requests", "links"])
def test_a_failed_post_can_be_repeated(error: Exception, failing: str) -> None:
    """503, all values behind one button, and no mail request without its count."""
    visit = Visit()

    def fails(*_: Any, **__: Any) -> Any:
        raise error

    if failing == "links":
        visit.change(links=fails)
    elif failing == "mail_requests":
        visit.mail_requests.send = fails  # type: ignore[method-assign]
    else:
        visit.requests.visit = fails  # type: ignore[method-assign]
    answer = post(visit, filled())
    assert (answer.status, answer.headers["retry-after"], visit.mail_requests.sent) == (503, "30", [])
    kept = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', answer.body))
    assert (kept["address"], kept["consent"]) == ("Anna@example.org", "1")
    assert answer.body.count('name="kinds"') == len(boxes())
    assert "Not saved, please try again" in words(answer)


def test_reading_never_queues() -> None:
    """GET and HEAD requests with a whole form as query or body change nothing."""
    visit = Visit(people=[READER])
    for method in ("GET", "HEAD"):
        assert post(visit, filled(), method=method).status == 200
    assert (visit.mail_requests.sent, dict(visit.requests.visits), visit.rows.writes) == ([], {}, 0)
