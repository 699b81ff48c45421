"""The form to join by: what it shows, and what posting it does for everybody alike."""

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
from convener.subscribers.models import SubscriberStatus
from tests.support.joining import filled, post
from tests.support.people import OPENED, subscriber
from tests.support.visiting import READER, Visit, words

VISIT = Visit()


class Guarded(Visit):
    """A visit whose list must not be looked at."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)

        def forbidden(**_: Any) -> Any:
            raise AssertionError("joining must not look anybody up")

        self.rows.get = self.rows.commit = forbidden  # type: ignore[method-assign, assignment]


def inputs(body: str) -> list[str]:
    """Every field of the form, as it is written."""
    return re.findall(r"<input[^>]*>", body)


def test_the_empty_form_asks_for_little_and_takes_nothing_for_granted() -> None:
    """Three ticked kinds, an empty box beside today's words, labels for all, and the series' own time first."""
    visit = Guarded()
    answer = visit.ask("subscribe")
    ticked = [one for one in inputs(answer.body) if " checked" in one]
    assert [re.findall(r'value="(\w+)"', one) for one in ticked] == [["invite"], ["reminder"], ["recap"]]
    (box,) = [one for one in inputs(answer.body) if 'name="consent"' in one]
    assert (f'value="{visit.series.wording.version}"' in box, " checked" in box) == (True, False)
    assert visit.series.wording.text in words(answer)
    assert "The conversation’s own (UK time)" in words(answer)
    for part in ('autocomplete="email"', 'autocomplete="given-name"', 'inputmode="email"', "<legend>"):
        assert part in answer.body
    for name in ("address", "first_name", "zone"):
        assert f'<label for="{name}"' in answer.body
    assert (visit.letters.sent, dict(visit.requests.visits)) == ([], {})


def test_anybody_may_keep_the_empty_form_and_nothing_else() -> None:
    """Five minutes for the form; every answer to a POST is nobody's to keep."""
    visit = Visit()
    assert visit.ask("subscribe").headers["cache-control"] == "public, max-age=300"
    for fields in (filled(), filled(address="x")):
        assert post(visit, fields).headers["cache-control"] == "no-store"


def test_the_one_script_is_allowed_by_its_hash_and_only_where_it_is() -> None:
    """On the untouched form alone: a zone that somebody left open on purpose is not suggested again."""
    visit = Visit()
    fresh, mended = visit.ask("subscribe"), post(visit, filled(address="x", zone=""))
    (script,) = re.findall(r"<script>(.*?)</script>", fresh.body, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'; connect-src 'none'" in fresh.headers["content-security-policy"]
    assert 'data-suggest="Europe/London"' in fresh.body
    for other in (mended, visit.ask("front"), post(visit, filled())):
        assert "script-src 'none'" in other.headers["content-security-policy"]
        assert not re.search("<script|data-suggest", other.body)


@pytest.mark.parametrize("standing", [None, *SubscriberStatus])
def test_posting_it_is_one_count_and_one_message_whoever_it_is(standing: SubscriberStatus | None) -> None:
    """Known, unknown, bounced: the same answer by the same work, and the list is never looked at."""
    here = Guarded(people=[subscriber(2, address="Anna@example.org", status=standing)] if standing else [])
    nobody = Guarded(people=[])
    answer = post(here, filled())
    assert (answer, answer.status) == (post(nobody, filled()), 200)
    assert list(here.requests.visits.values()) == [1]
    (letter,) = here.letters.sent
    assert isinstance(letter, JoinRequested)
    assert (letter.address, letter.first_name, letter.zone) == ("Anna@example.org", "Anna", "Pacific/Auckland")
    assert (letter.kinds, letter.wording, letter.by, letter.at) == (frozenset(), "1", "page", OPENED)
    assert here.letters.delays == [0]


def test_what_is_asked_for_is_asked_for_as_it_was_ticked() -> None:
    """Fewer kinds, another form, nothing optional; what comes after the recap belongs to it."""
    visit = Visit()
    post(visit, filled(kinds="recap", form="embedded", first_name="", zone=""))
    (letter,) = visit.letters.sent
    assert isinstance(letter, JoinRequested)
    assert (letter.kinds, letter.by, letter.first_name, letter.zone) == (
        frozenset({"recap", "follow-up"}),
        "embedded",
        "",
        "",
    )
    post(visit, filled(form="elsewhere"))
    assert isinstance(again := visit.letters.sent[1], JoinRequested)
    assert (again.by, again.mark != letter.mark) == ("page", True)


def test_the_answer_says_what_to_do_and_repeats_only_what_was_typed() -> None:
    """Look into your mail: a button, a week, the folder for spam, and whom to write to."""
    said = words(post(Visit(), filled(address="o'neil+x@example.org")))
    for part in ("Look into your mail", "o'neil+x@example.org", "good for a week", "spam", "hello@kindness.example"):
        assert part in said


def test_a_filled_trap_gets_the_ordinary_answer_and_nothing_else() -> None:
    """What people can't see, only a program fills in: nothing is counted, nothing is queued."""
    visit = Visit()
    assert post(visit, filled(website="https://spam.example")) == post(Visit(), filled())
    assert (visit.letters.sent, dict(visit.requests.visits)) == ([], {})


def test_the_trap_is_out_of_sight_and_unheard_and_off_the_way_of_keys() -> None:
    """Not by display:none, which programs look for; and a browser is told not to fill it."""
    body = Visit().ask("subscribe").body
    assert re.search(
        r'<div class="away" aria-hidden="true">.*name="website"[^>]*tabindex="-1" autocomplete="off"', body
    )


def test_a_network_may_ask_forty_times_an_hour() -> None:
    """The next one is told kindly, keeps what was typed, and the hour after is as good as new."""
    visit = Visit(now=OPENED.replace(minute=50))
    assert {post(visit, filled()).status for _ in range(MAX_VISITS_PER_HOUR)} == {200}
    answer = post(visit, filled(address="late@example.org"))
    assert (answer.status, answer.headers["retry-after"], len(visit.letters.sent)) == (429, "600", MAX_VISITS_PER_HOUR)
    assert '<input type="hidden" name="address" value="late@example.org">' in answer.body
    assert "you did nothing wrong" in words(answer)
    assert post(visit, filled(), network="2001:db8::/64").status == 200
    visit.clock.move_to(visit.clock.now() + timedelta(seconds=600))
    assert post(visit, filled()).status == 200


def test_what_is_counted_says_nothing_of_the_network() -> None:
    """A keyed mark stands for it."""
    visit = Visit()
    post(visit, filled())
    ((mark, _),) = visit.requests.visits
    assert re.fullmatch("[0-9a-f]{16}", mark)


@given(st.data())
def test_any_first_name_zone_and_choice_that_is_taken_is_asked_for_once(data: st.DataObject) -> None:
    """Whatever is typed: 200 with one count and one message, or a page to mend with neither."""
    fields = filled(
        first_name=data.draw(st.text(max_size=70)),
        zone=data.draw(st.sampled_from(["", "Asia/Kolkata", "Asia/Calcutta", "Mars/Olympus", "../etc"]) | st.text()),
        kinds=data.draw(st.lists(st.sampled_from(["invite", "reminder", "recap", "note"]))),
    )
    VISIT.letters.sent.clear()
    VISIT.requests.visits.clear()
    visit, answer = VISIT, post(VISIT, fields)
    assert (answer.status, len(visit.letters.sent), len(visit.requests.visits)) in ((200, 1, 1), (400, 0, 0))


@pytest.mark.parametrize("error", [Unavailable("down"), LostAnswer("no answer")])
@pytest.mark.parametrize("failing", ["requests", "letters", "links"])
def test_what_was_not_saved_can_be_posted_again(error: Exception, failing: str) -> None:
    """503, everything that was typed behind one button, and no message without its count."""
    visit = Visit()

    def fails(*_: Any, **__: Any) -> Any:
        raise error

    if failing == "links":
        visit.change(links=fails)
    elif failing == "letters":
        visit.letters.send = fails  # type: ignore[method-assign]
    else:
        visit.requests.visit = fails  # type: ignore[method-assign]
    answer = post(visit, filled())
    assert (answer.status, answer.headers["retry-after"], visit.letters.sent) == (503, "30", [])
    kept = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', answer.body))
    assert (kept["address"], kept["consent"]) == ("Anna@example.org", "1")
    assert answer.body.count('name="kinds"') == 3
    assert "Not saved, please try again" in words(answer)


def test_looking_never_queues() -> None:
    """GET and HEAD with a whole form as query or body change nothing."""
    visit = Visit(people=[READER])
    for method in ("GET", "HEAD"):
        assert post(visit, filled(), method=method).status == 200
    assert (visit.letters.sent, dict(visit.requests.visits), visit.rows.writes) == ([], {}, 0)
