"""Transactional mails as their readers get them: words, design, and values that strangers typed."""

from __future__ import annotations

import os
import re
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convener.delivery.mail import Mail
from tests.support.mails import MARCH, RICH, ROOT, the_series
from tests.support.transactional import BASE, TransactionalMail, join, parse, part, reader, visible_text
from tests.support.transactional_samples import SAMPLES, welcome_to

GOLDEN = ROOT / "tests" / "golden" / "letters"
LEAVING = ("known", "known-paused", "known-imported", "welcome", "welcome-bare")
LINKS = re.compile(rf"{BASE}/[a-z]+/[\w.-]+")


@cache
def sample(name: str) -> Mail:
    """Return the mail of that name."""
    return SAMPLES[name]()


@pytest.mark.parametrize("name", SAMPLES)
def test_a_mail_is_the_golden_one(name: str) -> None:
    """Byte by byte, HTML and text. `CONVENER_UPDATE_GOLDEN=1 make test` writes the golden files."""
    mail = sample(name)
    texts = {"html": part(mail, "html"), "txt": f"Subject: {parse(mail)['Subject']}\n\n{part(mail)}"}
    for ending, words in texts.items():
        path = GOLDEN / f"{name}.{ending}"
        if os.environ.get("CONVENER_UPDATE_GOLDEN") == "1":
            path.write_bytes(words.encode())
        assert words == path.read_bytes().decode(), f"letters/{name}.{ending} changed"


@pytest.mark.parametrize("name", SAMPLES)
def test_headers_keep_programs_from_answering(name: str) -> None:
    """Sender, reply address, list and Auto-Submitted, and the tags that feedback needs."""
    mail = sample(name)
    message = parse(mail)
    assert message["From"] == "Conversation for Kindness <conversation@mail.kindness.example>"
    assert message["Reply-To"] == "hello@kindness.example"
    assert (message["Auto-Submitted"], message["List-Id"]) == (
        "auto-generated",
        "<conversation.mail.kindness.example>",
    )
    assert message["To"] == mail.recipient
    assert mail.tags == {"letter": message["X-Convener-Letter"], "recipient": message["X-Convener-Recipient"]}
    assert mail.raw.isascii()
    assert max(map(len, mail.raw.split(b"\r\n"))) < 998


@pytest.mark.parametrize("name", SAMPLES)
def test_mails_to_subscribers_offer_to_unsubscribe(name: str) -> None:
    """By RFC 8058; a mail to a typed address has no link to unsubscribe."""
    message, words = parse(sample(name)), part(sample(name))
    leaving = {message["List-Unsubscribe"], message["List-Unsubscribe-Post"]} - {None}
    if name in LEAVING:
        (url,) = re.findall(rf"{BASE}/leave/\S+", words)
        assert leaving == {f"<{url}>", "List-Unsubscribe=One-Click"}
    else:
        assert not leaving
        assert "/leave/" not in words
    assert ("/preferences/" in words) == (not name.startswith("confirm"))


@pytest.mark.parametrize("name", SAMPLES)
def test_text_and_html_say_the_same(name: str) -> None:
    """Every link is in both, and every sentence of the text is in the HTML."""
    words, page = part(sample(name)), part(sample(name), "html")
    assert set(LINKS.findall(words)) == set(LINKS.findall(page))
    said = re.sub(r"[^\w’“”]+", " ", visible_text(page))
    for paragraph in re.split(r"\n\n|\n(?=https?:)|\n[=-]{3,}", words):
        for sentence in re.split(r"(?<=[.?])\s|:\n|\n- ", " ".join(paragraph.split())):
            missing = re.sub(r"[^\w’“”]+", " ", re.sub(r"https?:\S+", "", sentence)).strip()
            assert missing in said or missing.startswith(FOOTER), missing


FOOTER = (
    "The link",  # "The button opens" in the HTML
    "Leave at any time",
    "Choose what you get",
    "See or",
    "What we took home",
    "The role of kindness in the British Red Cross with",
)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_design_is_that_of_the_other_mails(name: str) -> None:
    """A light page, one h1, a preview line, links that are visible without colour, and only tested colours."""
    page, light = part(sample(name), "html"), the_series().brand.light
    assert 14_000 < len(page.encode()) < 25_000
    assert re.findall(r"<h(\d)", page).count("1") == 1
    assert re.findall(r"<h(\d)", page)[0] == "1"
    preview = re.search(r"display:none[^>]*>\s*([^<&͏]+)", page)
    assert preview
    assert preview[1].strip().endswith(".")
    for attributes, words in re.findall(r"<a\b([^>]*)>(.*?)</a>", page, re.DOTALL):
        assert words.strip()
        assert "text-decoration:underline" in attributes or "padding:12px 22px" in attributes
    inline = re.sub(r"<style.*?</style>", "", page, flags=re.DOTALL)
    used = set(re.findall(r"(?<![-\w])color:\s*(#\w+)", inline))
    assert used <= {light.ink, light.heading, light.quiet, light.accent, light.on_accent, "#000000"}
    assert not re.search(r"<img|<script|https?://(?!c\.example|kindness\.example|www\.w3\.org)", inline)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_text_has_72_columns(name: str) -> None:
    """Only addresses are longer, each on a line of its own; no gap is wider than one line."""
    words = part(sample(name))
    assert [line for line in words.split("\n") if len(line) > 72 and not line.startswith("https://")] == []
    assert "\n\n\n" not in words
    assert not re.search("None|Undefined|[\ue000\ue001]", words)


typed = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Zl", "Zp")), max_size=20)
HOSTILE = "{{ x }} {% y %} <b>&amp; \\ \ue000leave_url\ue001"


@settings(max_examples=15, deadline=None)
@given(typed)
def test_typed_values_are_shown_as_typed(name: str) -> None:
    """Braces, markup, emoji and the marks of merge fields in a name or a title are plain words."""
    words = " ".join(f"{HOSTILE} {name} 😀".split())
    expected = words.replace("\ue000", "").replace("\ue001", "")
    mail = welcome_to(
        reader(first_name=words),
        sessions=(MARCH.model_copy(update={"title": words}), RICH.model_copy(update={"title": words})),
    )
    text, page = " ".join(part(mail).split()), part(mail, "html")
    assert f"Hello {expected}," in visible_text(page)
    assert f"Hello {expected}," in text
    assert visible_text(page).count(expected) == text.count(expected) == 3
    assert page.count(f"{BASE}/leave/") == 1


def test_a_mail_to_a_typed_address_repeats_no_typed_values() -> None:
    """Otherwise the form would mail anybody's words to anybody."""
    scene = TransactionalMail()
    scene.carry_out(join(first_name="Buy at evil.example", zone="Europe/Paris"))
    (mail,) = scene.sent
    assert b"evil" not in mail.raw
    assert "evil" not in part(mail) + part(mail, "html")


def test_subscribers_may_get_plain_text() -> None:
    """One part, no HTML."""
    scene = TransactionalMail(reader(text_only=True))
    scene.carry_out(join())
    assert [one.get_content_type() for one in parse(scene.sent[0]).walk()] == ["text/plain"]
