"""Composing: what each kind says, with much and with little to say."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convener.editions.models import CLOSE, OPEN, Edition, mark
from convener.editions.preflight import preflight
from convener.editions.render import Templates
from convener.errors import Blocked
from convener.mailing_types import mailing_type
from convener.sessions.models import Material, Session, Speaker
from tests.support.mails import BARE, KINDS, MARCH, MAY, RICH, composed, read_by_aroha, read_by_nobody


def shown(page: str) -> str:
    """What a reader of the HTML sees, as one line."""
    body = re.sub(r"<(style|title)[^>]*>.*?</\1>|<!--.*?-->", "", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body)).split())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("session", [RICH, BARE], ids=["rich", "bare"])
def test_every_mail_passes_preflight(kind: str, session: Session) -> None:
    """Each kind, with everything and with next to nothing, may leave."""
    assert preflight(composed(kind, session), kind=mailing_type(kind)) == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_input_gives_the_same_bytes(kind: str) -> None:
    """Composing twice gives one hash, and what is read back is what was written."""
    edition = composed(kind)
    assert edition.digest == composed(kind).digest
    assert Edition.from_json(edition.to_json()) == edition


@pytest.mark.parametrize("kind", KINDS)
def test_variants(kind: str) -> None:
    """A calendar file goes with invite and reminder only, and a mail without one speaks of none."""
    variants = composed(kind).variants
    assert bool(variants["full"].calendar) is (kind in {"invite", "reminder"})
    assert variants["text"] == replace(variants["full"], html="")
    assert variants["plain"].calendar == ""
    assert "attached" not in variants["plain"].html + variants["plain"].text


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("session", [RICH, BARE], ids=["rich", "bare"])
def test_the_page_is_the_same_mailing_for_nobody_in_particular(kind: str, session: Session) -> None:
    """No greeting, no link to leave or to itself, no day counted from today: else what the mail says."""
    edition = composed(kind, session)
    page, mail = edition.variants["web"], read_by_nobody(edition, kind, "plain")
    assert not re.search("[\ue000\ue001]|/leave/|/view/|Tomorrow|You get this|attached", page.html + page.subject)
    assert (page.text, page.calendar) == ("", "")
    assert "The link to leave is in each reader’s own mail." in shown(page.html)
    mine, theirs = (shown(part).rpartition("Questions or ideas")[0] for part in (page.html, mail.html))
    mine, theirs = mine.partition(" This is a letter to")[0], theirs.partition(" You get this")[0]
    assert mine == theirs.replace("Tomorrow, 6pm UK", "Thu 18 April, 6pm UK")


@pytest.mark.parametrize("kind", KINDS)
def test_every_mail_opens_in_a_browser_too(kind: str) -> None:
    """HTML and text part link to the page, each once."""
    for variant in ("full", "plain", "text"):
        mail = composed(kind).variants[variant]
        assert mail.text.count("https://kindness.example/view/e5oVw1\n") == 1
        assert mail.html.count('href="https://kindness.example/view/e5oVw1"') == (variant != "text")


@pytest.mark.parametrize(
    ("kind", "brings", "subject"),
    [
        ("invite", set(), "Thu 18 April, 6pm UK: The role of kindness in the British Red Cross"),
        ("recap", {"insights", "recording"}, "Insights and recording: The role of kindness in the British Red Cross"),
        ("recap", {"insights", "presentations"}, "Insights: The role of kindness in the British Red Cross"),
        ("recap", {"recording"}, "Recording: The role of kindness in the British Red Cross"),
        ("recap", {"presentations"}, "Presentations: The role of kindness in the British Red Cross"),
        ("follow-up", {"recording"}, "The recording is here: The role of kindness in the British Red Cross"),
        ("follow-up", {"insights"}, "The insights are here: The role of kindness in the British Red Cross"),
        (
            "follow-up",
            {"insights", "recording"},
            "The insights and recording are here: The role of kindness in the British Red Cross",
        ),
    ],
)
def test_subjects(kind: str, brings: set[str], subject: str) -> None:
    """The subject says what there is, with the whole of a title of ordinary length."""
    assert composed(kind, brings=frozenset(brings)).variants["full"].subject == subject


@pytest.mark.parametrize("kind", KINDS)
def test_a_long_title_holds_no_mail_back(kind: str) -> None:
    """The subject ends it after a whole word; the mail shows all of it, and may leave."""
    title = "On patience and kindness " * 7 + "at the end"
    edition = composed(kind, RICH.model_copy(update={"title": title}))
    assert preflight(edition, kind=mailing_type(kind)) == []
    mail = edition.variants["full"]
    assert mail.subject.endswith("On patience and kindness…")
    assert title in shown(mail.html)


@pytest.mark.parametrize(("title", "words"), [("Our slides", "Presentation: Our slides"), ("", "Presentation")])
def test_a_missed_presentation_is_called_one(title: str, words: str) -> None:
    """Beside insights and recording, a talk's bare title wouldn't say what it opens."""
    slides = (RICH.presentations or MARCH.presentations)[0].model_copy(update={"title": title})
    mail = composed("invite", previous=MARCH.model_copy(update={"presentations": (slides,)})).variants["full"]
    assert f">{words}</a>" in mail.html
    assert f"\n{words}\n" in mail.text


@pytest.mark.parametrize("kind", KINDS)
def test_little_to_say_leaves_no_hole(kind: str) -> None:
    """Without title, speakers, summary, name and zone nothing is empty, doubled or called None."""
    mail = read_by_nobody(composed(kind, BARE), kind)
    assert not re.search(
        r"<(p|h\d|strong|li|ul|a|span)\b[^>]*>\s*</\1>", mail.html.replace('<p style="border-top', "<hr ")
    )
    for words in (mail.text, shown(mail.html), mail.subject):
        assert not re.search(r"None|Undefined|\bwith [.,]|, ,|\(\)", words)
    assert "\n\n\n" not in mail.text
    assert "Conversation for Kindness" in mail.subject


def test_a_missing_material_is_not_spoken_of() -> None:
    """A recap with insights alone says nothing about a recording."""
    mail = composed(
        "recap", RICH.model_copy(update={"recording": Material()}), brings=frozenset({"insights"})
    ).variants["full"]
    assert "Watch" not in mail.html + mail.text
    assert "recording" not in shown(mail.html)


def test_what_was_missed_last_month() -> None:
    """The invite offers last month's insights and recording, and only where there are any."""
    assert "If you missed last month" in composed("invite").variants["full"].html
    announced = MARCH.model_copy(update={"insights": Material(announced=True), "recording": Material()})
    assert "missed" not in composed("invite", previous=announced).variants["full"].html
    older = MARCH.model_copy(update={"month": "2023-11", "date": MARCH.date - timedelta(days=120)})
    assert "If you missed our conversation in November 2023" in composed("invite", previous=older).variants["full"].text


def test_a_recap_says_what_comes_next() -> None:
    """The next date and title end the recap; a next session without a title is still announced."""
    assert "Next: Thursday 16 May, 6pm UK time" in composed("recap").variants["full"].text
    assert "Small acts" not in composed("recap", upcoming=replace(MAY, title=None)).variants["full"].html


def test_a_recap_with_nothing_to_bring_is_blocked() -> None:
    """An editor reads which session lacks which link."""
    with pytest.raises(Blocked, match=r"2024-04: the recap brings insights, but"):
        composed("recap", BARE, brings=frozenset({"insights"}))
    with pytest.raises(Blocked, match="needs insights, a recording or presentations"):
        composed("follow-up", brings=frozenset())


def test_a_template_that_asks_for_the_unknown_is_blocked(tmp_path: Path) -> None:
    """The message names the template, its line, and what is missing."""
    for name, words in {"subject.txt": "x", "body.txt": "Hello\n{{ sponsor }}", "body.mjml": "<mjml></mjml>"}.items():
        (tmp_path / "templates" / "invite").mkdir(parents=True, exist_ok=True)
        (tmp_path / "templates" / "invite" / name).write_text(words)
    with pytest.raises(Blocked, match=r"templates/invite/body.txt, line 2: 'sponsor' is undefined"):
        composed("invite", templates=Templates(tmp_path / "templates"))


@settings(max_examples=20, deadline=None)
# 40 characters more and the subject ends with "…": see wording.
@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=40))
def test_human_text_comes_out_as_written(typed: str) -> None:
    """Braces, markup, emoji and the marks of merge fields in a title or a name are words, and nothing else."""
    words = " ".join(f"{{{{ x }}}} {{% y %}} <b>&amp; \\ {OPEN}leave_url{CLOSE} {typed} 😀".split())
    session = RICH.model_copy(update={"title": words, "speakers": (Speaker(name=words, role=words),)})
    mail = read_by_aroha(composed("invite", session), "invite")
    expected = " ".join(words.replace(OPEN, "").replace(CLOSE, "").split())
    assert mail.subject == f"Thu 18 April, 6pm UK: {expected}"
    assert shown(mail.html).count(expected) >= 3
    assert expected in " ".join(mail.text.split())
    assert mark("leave_url") not in mail.html + mail.text
    assert mail.html.count("https://kindness.example/leave/aroha") == 1
