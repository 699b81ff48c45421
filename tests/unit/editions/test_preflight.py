"""Preflight: the problems that keep a mailing from leaving."""

from __future__ import annotations

from dataclasses import replace

import pytest

from convener.editions.models import CLOSE, OPEN, Edition, mark
from convener.editions.preflight import preflight
from convener.mailing_types import INVITE
from tests.support.mails import RICH, composed

LEAVE = mark("leave_url")


def spoilt(**changes: str) -> Edition:
    """Return a valid invite with a changed `full` variant."""
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
    """Each fault of a mail is reported in words for an editor."""
    problems = preflight(spoilt(**changes), kind=INVITE)
    assert [words in problem for problem in problems] == [True]
    assert problems[0].startswith("invite, full: ")


def test_a_fault_of_all_variants_is_reported_once() -> None:
    """A fault of all variants is reported once."""
    edition = composed("invite")
    bare = {name: replace(content, subject="") for name, content in edition.variants.items()}
    assert preflight(replace(edition, variants=bare), kind=INVITE) == ["invite: the subject is empty."]


def test_a_missing_variant_is_named() -> None:
    """The edition needs each of the four variants."""
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
def test_a_merge_field_on_the_web_page_is_reported(changes: dict[str, str], words: str) -> None:
    """The web page must not have a merge field, such as a link to leave."""
    edition = composed("invite")
    web = replace(edition.variants["web"], **changes)
    problems = preflight(replace(edition, variants={**edition.variants, "web": web}), kind=INVITE)
    assert any(words in problem and problem.startswith("invite, web: ") for problem in problems)


def test_typed_braces_are_allowed() -> None:
    """Braces in typed text are no problem."""
    session = RICH.model_copy(update={"title": "{{ kindness }} {% as code %}"})
    assert preflight(composed("invite", session), kind=INVITE) == []


def test_a_summary_too_long_for_gmail_is_refused() -> None:
    """The size counts with long values filled in."""
    session = RICH.model_copy(update={"summary": "word " * 20_000})
    assert "Gmail clips" in preflight(composed("invite", session), kind=INVITE)[0]
