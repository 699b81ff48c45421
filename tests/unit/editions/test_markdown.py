"""Markdown for mails: safe HTML, and a text that reads well."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convener.editions.markdown import to_html
from convener.editions.plain_text import to_text
from tests.support.mails import the_series

LIGHT = the_series().brand.light


def as_html(text: str) -> str:
    """With the colours that the project ships."""
    return to_html(text, LIGHT)


def test_markup_is_shown_as_typed() -> None:
    """HTML in a summary is words, not markup."""
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in as_html("a <script>alert(1)</script> b")
    assert to_text("a <script>alert(1)</script> b") == "a <script>alert(1)</script> b"


@pytest.mark.parametrize("target", ["javascript:alert(1)", "http://plain.example", "data:text/html,x", "//x.example"])
def test_only_https_and_mail_links(target: str) -> None:
    """A link to anything else is no link, and nothing typed is lost."""
    assert "<a " not in as_html(f"[words]({target})")
    assert target in html.unescape(as_html(f"[words]({target})"))


def test_links_are_underlined_and_coloured() -> None:
    """A link can be told from text without its colour."""
    assert re.search(r'<a href="https://x\.example"[^>]*text-decoration:underline', as_html("[w](https://x.example)"))


def test_headings_keep_the_mails_own_order() -> None:
    """A heading in a summary is a bold paragraph, so that the mail has one h1 and no jump."""
    assert re.search(r"<p [^>]*><strong>Big</strong></p>", as_html("# Big"))
    assert not re.search(r"<h\d", as_html("# Big\n\nOther\n=====\n\n### three"))


def test_pictures_become_their_words() -> None:
    """No picture is fetched from elsewhere; what it shows is said."""
    assert as_html("![A hand](https://x.example/h.png)").endswith(">A hand</p>")
    assert to_text("![A hand](https://x.example/h.png)") == "A hand"


def test_a_text_that_reads_well() -> None:
    """Lists have dashes, links stand behind their words, emphasis leaves the words alone."""
    text = to_text(
        "## Topic\n\n*One* **two** `three`\nfour\n\n"
        "- a\n- [b](https://x.example)\n  - c\n\n3. d\n4. <https://y.example>\n\n> said"
    )
    assert text == (
        "Topic\n\nOne two three four\n\n- a\n- b (https://x.example)\n  - c\n\n3. d\n4. https://y.example\n\n> said"
    )


def test_lines_of_at_most_72() -> None:
    """Long paragraphs wrap, also within lists and quotations."""
    assert max(map(len, to_text("word " * 60 + "\n\n- " + "word " * 60 + "\n\n> " + "word " * 60).split("\n"))) <= 72


@given(st.text(alphabet="abc {}%#<>&\"'é😀", min_size=1).map(lambda text: "x" + " ".join(text.split()) + "x"))
def test_braces_markup_and_emoji_come_out_as_written(text: str) -> None:
    """What isn't Markdown is kept to the letter, in both parts."""
    if "&" in text or "<a" in text:
        text = text.replace("&", "and")
    shown = html.unescape(re.sub(r"<[^>]*>", "", as_html(text)))
    assert shown == text
    assert to_text(text).replace("\n", " ") == text
