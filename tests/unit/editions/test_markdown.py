"""Markdown in mails: safe HTML, and readable plain text."""

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
    """Render Markdown with the colours of the shipped series."""
    return to_html(text, LIGHT)


def test_markup_is_shown_as_typed() -> None:
    """HTML in a summary is shown as typed."""
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in as_html("a <script>alert(1)</script> b")
    assert to_text("a <script>alert(1)</script> b") == "a <script>alert(1)</script> b"


@pytest.mark.parametrize("target", ["javascript:alert(1)", "http://plain.example", "data:text/html,x", "//x.example"])
def test_only_https_and_mail_links(target: str) -> None:
    """A link with another scheme is shown as typed."""
    assert "<a " not in as_html(f"[words]({target})")
    assert target in html.unescape(as_html(f"[words]({target})"))


def test_links_are_underlined_and_coloured() -> None:
    """A link is underlined, and has the accent colour."""
    assert re.search(r'<a href="https://x\.example"[^>]*text-decoration:underline', as_html("[w](https://x.example)"))


def test_headings_become_bold_paragraphs() -> None:
    """A heading in a summary becomes a bold paragraph, so the mail keeps one h1."""
    assert re.search(r"<p [^>]*><strong>Big</strong></p>", as_html("# Big"))
    assert not re.search(r"<h\d", as_html("# Big\n\nOther\n=====\n\n### three"))


def test_pictures_become_their_alternative_text() -> None:
    """A picture is replaced by its alternative text, so no picture is loaded from elsewhere."""
    assert as_html("![A hand](https://x.example/h.png)").endswith(">A hand</p>")
    assert to_text("![A hand](https://x.example/h.png)") == "A hand"


def test_markdown_as_plain_text() -> None:
    """Lists have dashes, links follow their text in brackets, and emphasis is left out."""
    text = to_text(
        "## Topic\n\n*One* **two** `three`\nfour\n\n"
        "- a\n- [b](https://x.example)\n  - c\n\n3. d\n4. <https://y.example>\n\n> said"
    )
    assert text == (
        "Topic\n\nOne two three four\n\n- a\n- b (https://x.example)\n  - c\n\n3. d\n4. https://y.example\n\n> said"
    )


def test_lines_have_at_most_72_characters() -> None:
    """Long paragraphs are wrapped, also within lists and quotations."""
    assert max(map(len, to_text("word " * 60 + "\n\n- " + "word " * 60 + "\n\n> " + "word " * 60).split("\n"))) <= 72


@given(st.text(alphabet="abc {}%#<>&\"'é😀", min_size=1).map(lambda text: "x" + " ".join(text.split()) + "x"))
def test_braces_markup_and_emoji_come_out_as_written(text: str) -> None:
    """Text that is not Markdown comes out as typed in both parts."""
    if "&" in text or "<a" in text:
        text = text.replace("&", "and")
    shown = html.unescape(re.sub(r"<[^>]*>", "", as_html(text)))
    assert shown == text
    assert to_text(text).replace("\n", " ") == text
