"""Preflight: what must not leave, and says so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from convener.editions.models import CLOSE, OPEN, Edition, mark
from convener.editions.preflight import preflight
from convener.mailing_types import INVITE
from tests.support.mails import RICH, composed

LEAVE = mark("leave_url")


def spoilt(**changes: str) -> Edition:
    """A good invite with its full variant changed."""
    edition = composed("invite")
    full = replace(edition.variants["full"], **changes)
    return replace(edition, variants={**edition.variants, "full": full})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"subject": ""}, "the subject is empty"),
        ({"subject": "a\nb"}, "line break"),
        ({"subject": "a" * 151}, "at most 150"),
        ({"text": ""}, "there is no text part"),
        ({"text": "Hello"}, "the text part has no link to leave"),
        ({"html": ""}, "there is no HTML part"),
        ({"html": "<p>Hello</p>"}, "the HTML part has no link to leave"),
        ({"html": f'<a href="{LEAVE}">x</a><a href="http://x.example">y</a>'}, "neither https nor mailto: http://x"),
        ({"html": f'<a href="{LEAVE}">x</a><a href="">y</a>'}, "(empty)"),
        ({"html": f'<a href="{LEAVE}">x</a><img src="https://x.example/x.png">'}, "alt"),
        ({"html": f'<a href="{LEAVE}">x</a>' + "é" * 50_000}, "Gmail clips"),
        ({"html": f'<a href="{LEAVE}">x</a>{OPEN}sponsor{CLOSE}'}, "nobody fills: sponsor"),
        ({"text": f"{LEAVE}{OPEN}"}, "the text has a broken merge field"),
        ({"html": f'<a href="{LEAVE}">x</a>\\u{{e000}}when'}, "broken merge field"),
        ({"calendar": "no calendar"}, "calendar file is not readable"),
        ({"calendar": "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n"}, "0 events"),
    ],
)
def test_each_fault_is_named(changes: dict[str, str], words: str) -> None:
    """A mail with that fault doesn't leave, and an editor reads why."""
    problems = preflight(spoilt(**changes), kind=INVITE)
    assert [words in problem for problem in problems] == [True]
    assert problems[0].startswith("invite, full: ")


def test_a_fault_of_all_variants_is_said_once() -> None:
    """An editor reads it once, not once a variant."""
    edition = composed("invite")
    bare = {name: replace(content, subject="") for name, content in edition.variants.items()}
    assert preflight(replace(edition, variants=bare), kind=INVITE) == ["invite: the subject is empty."]


def test_a_missing_variant_is_named() -> None:
    """Each of the four variants must be there."""
    edition = composed("invite")
    assert preflight(replace(edition, variants={"full": edition.variants["full"]}), kind=INVITE) == [
        "The plain variant is missing.",
        "The text variant is missing.",
        "The web variant is missing.",
    ]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"html": f'<a href="{LEAVE}">leave</a>'}, "a merge field, but nobody"),
        ({"subject": mark("when")}, "a merge field, but nobody"),
        ({"subject": ""}, "the subject is empty"),
        ({"html": ""}, "there is no HTML part"),
    ],
)
def test_nothing_of_a_readers_is_on_the_page(changes: dict[str, str], words: str) -> None:
    """The variant for browsers has no merge field, least of all somebody's link to leave."""
    edition = composed("invite")
    web = replace(edition.variants["web"], **changes)
    problems = preflight(replace(edition, variants={**edition.variants, "web": web}), kind=INVITE)
    assert any(words in problem and problem.startswith("invite, web: ") for problem in problems)


def test_braces_that_people_type_are_fine() -> None:
    """Human braces are words."""
    session = RICH.model_copy(update={"title": "{{ kindness }} {% as code %}"})
    assert preflight(composed("invite", session), kind=INVITE) == []


def test_a_summary_too_long_for_gmail_is_refused() -> None:
    """The size is judged as sent."""
    session = RICH.model_copy(update={"summary": "word " * 20_000})
    assert "Gmail clips" in preflight(composed("invite", session), kind=INVITE)[0]
