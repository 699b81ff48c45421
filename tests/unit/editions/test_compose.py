"""Composing: the content of each mailing type, for a complete session and for one with almost no data."""

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
from tests.support.mails import BARE, KINDS, MARCH, MAY_UPCOMING, RICH, composed, read_by_aroha, read_without_name


def shown(page: str) -> str:
    """Return the text that a reader of the HTML sees, on one line."""
    body = re.sub(r"<(style|title)[^>]*>.*?</\1>|<!--.*?-->", "", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body)).split())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("session", [RICH, BARE], ids=["rich", "bare"])
def test_every_mail_passes_preflight(kind: str, session: Session) -> None:
    """Mails of each type may leave, for a complete session and for one with almost no data."""
    assert preflight(composed(kind, session), kind=mailing_type(kind)) == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_input_gives_the_same_bytes(kind: str) -> None:
    """Composing twice gives the same digest, and the JSON can be read back."""
    edition = composed(kind)
    assert edition.digest == composed(kind).digest
    assert Edition.from_json(edition.to_json()) == edition


@pytest.mark.parametrize("kind", KINDS)
def test_only_types_with_a_calendar_have_a_file(kind: str) -> None:
    """Only types with a calendar have a file. A mail without the file does not mention it."""
    variants = composed(kind).variants
    assert bool(variants["full"].calendar) is mailing_type(kind).has_calendar
    assert variants["text"] == replace(variants["full"], html="")
    assert variants["plain"].calendar == ""
    assert "attached" not in variants["plain"].html + variants["plain"].text


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("session", [RICH, BARE], ids=["rich", "bare"])
def test_the_web_page_is_the_mail_without_values_of_a_reader(kind: str, session: Session) -> None:
    """The page has no greeting, no link to leave, no link to itself and no relative day. The rest is the mail's."""
    edition = composed(kind, session)
    page, mail = edition.variants["web"], read_without_name(edition, kind, "plain")
    assert not re.search("[\ue000\ue001]|/leave/|/view/|Tomorrow|You get this|attached", page.html + page.subject)
    assert (page.text, page.calendar) == ("", "")
    assert "The link to leave is in each reader’s own mail." in shown(page.html)
    page_text, mail_text = (shown(part).rpartition("Questions or ideas")[0] for part in (page.html, mail.html))
    page_text, mail_text = page_text.partition(" This is a letter to")[0], mail_text.partition(" You get this")[0]
    assert page_text == re.sub("(Tomorrow|[A-Z][a-z]+day), 6pm UK ", "Thu 18 April, 6pm UK ", mail_text)


@pytest.mark.parametrize("kind", KINDS)
def test_every_mail_links_to_its_web_page(kind: str) -> None:
    """The HTML part and the text part each link to the web page once."""
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
def test_the_subject_names_the_materials(kind: str, brings: set[str], subject: str) -> None:
    """The subject names the materials, and has the whole title if the title is of ordinary length."""
    assert composed(kind, brings=frozenset(brings)).variants["full"].subject == subject


@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_with_a_long_title_may_leave(kind: str) -> None:
    """The subject cuts the title after a whole word. The mail shows the whole title, and may leave."""
    title = "On patience and kindness " * 7 + "at the end"
    edition = composed(kind, RICH.model_copy(update={"title": title}))
    assert preflight(edition, kind=mailing_type(kind)) == []
    mail = edition.variants["full"]
    assert mail.subject.endswith("On patience and kindness…")
    assert title in shown(mail.html)


@pytest.mark.parametrize(("title", "words"), [("Our slides", "Presentation: Our slides"), ("", "Presentation")])
def test_a_link_to_a_presentation_says_so(title: str, words: str) -> None:
    """The link says that it opens a presentation, since the title alone does not."""
    slides = (RICH.presentations or MARCH.presentations)[0].model_copy(update={"title": title})
    mail = composed("invite", previous=MARCH.model_copy(update={"presentations": (slides,)})).variants["full"]
    assert f">{words}</a>" in mail.html
    assert f"\n{words}\n" in mail.text


@pytest.mark.parametrize("kind", KINDS)
def test_missing_data_leaves_no_gap(kind: str) -> None:
    """Without title, speakers, summary, name and zone, the mail has no empty element and no "None"."""
    mail = read_without_name(composed(kind, BARE), kind)
    assert not re.search(
        r"<(p|h\d|strong|li|ul|a|span)\b[^>]*>\s*</\1>", mail.html.replace('<p style="border-top', "<hr ")
    )
    for words in (mail.text, shown(mail.html), mail.subject):
        assert not re.search(r"None|Undefined|\bwith [.,]|, ,|\(\)", words)
    assert "\n\n\n" not in mail.text
    assert "Conversation for Kindness" in mail.subject


def test_a_missing_material_is_not_mentioned() -> None:
    """A recap with insights only does not mention a recording."""
    mail = composed(
        "recap", RICH.model_copy(update={"recording": Material()}), brings=frozenset({"insights"})
    ).variants["full"]
    assert "Watch" not in mail.html + mail.text
    assert "recording" not in shown(mail.html)


def test_the_invite_links_to_materials_of_the_session_before() -> None:
    """The invite links to the materials of the session before, if there are any."""
    assert "If you missed last month" in composed("invite").variants["full"].html
    announced = MARCH.model_copy(update={"insights": Material(announced=True), "recording": Material()})
    assert "missed" not in composed("invite", previous=announced).variants["full"].html
    older = MARCH.model_copy(update={"month": "2023-11", "date": MARCH.date - timedelta(days=120)})
    assert "If you missed our conversation in November 2023" in composed("invite", previous=older).variants["full"].text


def test_a_recap_announces_the_next_session() -> None:
    """The recap ends with the next session's date and title. A next session without a title is announced, too."""
    assert "Next: Thursday 16 May, 6pm UK time" in composed("recap").variants["full"].text
    assert "Small acts" not in composed("recap", upcoming=replace(MAY_UPCOMING, title=None)).variants["full"].html


def test_a_recap_without_materials_is_blocked() -> None:
    """The message says which session lacks which material."""
    with pytest.raises(Blocked, match=r"2024-04: the recap brings insights, but"):
        composed("recap", BARE, brings=frozenset({"insights"}))
    with pytest.raises(Blocked, match="needs insights, a recording or presentations"):
        composed("follow-up", brings=frozenset())


def test_an_undefined_value_in_a_template_is_blocked(tmp_path: Path) -> None:
    """The message names the template, the line and the missing value."""
    for name, words in {"subject.txt": "x", "body.txt": "Hello\n{{ sponsor }}", "body.mjml": "<mjml></mjml>"}.items():
        (tmp_path / "templates" / "invite").mkdir(parents=True, exist_ok=True)
        (tmp_path / "templates" / "invite" / name).write_text(words)
    with pytest.raises(Blocked, match=r"templates/invite/body.txt, line 2: 'sponsor' is undefined"):
        composed("invite", templates=Templates(tmp_path / "templates"))


@settings(max_examples=20, deadline=None)
# 40 characters more and the subject ends with "…": see wording.
@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=40))
def test_typed_text_comes_out_as_typed(typed: str) -> None:
    """Braces, markup, emoji and merge field characters in a title or a name are shown as typed or removed."""
    words = " ".join(f"{{{{ x }}}} {{% y %}} <b>&amp; \\ {OPEN}leave_url{CLOSE} {typed} 😀".split())
    session = RICH.model_copy(update={"title": words, "speakers": (Speaker(name=words, role=words),)})
    mail = read_by_aroha(composed("invite", session), "invite")
    expected = " ".join(words.replace(OPEN, "").replace(CLOSE, "").split())
    assert mail.subject == f"Thu 18 April, 6pm UK: {expected}"
    assert shown(mail.html).count(expected) >= 3
    assert expected in " ".join(mail.text.split())
    assert mark("leave_url") not in mail.html + mail.text
    assert mail.html.count("https://kindness.example/leave/aroha") == 1
