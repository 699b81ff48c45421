"""Typed text and addresses: kept as typed, cleaned of invisible characters, refused where mails cannot carry them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convener.intake.sessions.typed_text import https_address, one_line, paragraphs
from convener.intake.sessions.validation import ValidationError
from tests.support.uploads import faults, only


@pytest.mark.parametrize(
    "title",
    [
        "Kindness {{ name }} and {% if x %}",
        "“Curly” – and ‘quotes’",
        "Pain < 5 and > 2",
        "1984",
        "No",
        "None",
        "null space",
        "\U0001f469\u200d\u2695\ufe0f on nights",
        "AT&T; R&D",
        "<3 for nurses",
        "See <https://kindness.example/x>",
        "~",
        "{{{{",
        "a --- b",
    ],
)
@pytest.mark.parametrize("form", ["month: 2024-04\ntitle: '{}'", '{{"month": "2024-04", "title": "{}"}}'])
def test_titles_are_kept_as_typed(form: str, title: str) -> None:
    """Braces, signs, numbers and words with a meaning in YAML are only text."""
    name = "a.json" if form.startswith("{") else "a.yaml"
    assert only(form.format(title), name).values["title"] == title


@pytest.mark.parametrize(
    "text",
    [
        "<b>x</b>",
        "a<br/>b",
        "<script>alert(1)</script>",
        "x&nbsp;y",
        "&#8217;",
        "<!-- x -->",
        '<a href="x">y</a>',
        "</p>",
        "&eacute;",
        "<IMG SRC=x>",
    ],
)
def test_html_is_refused(text: str) -> None:
    """Readers would see the HTML as it stands."""
    for read in (one_line, paragraphs):
        with pytest.raises(ValidationError, match="is HTML"):
            read(text, max_characters=300)


def test_invisible_characters_are_dropped() -> None:
    """Control characters, marks of direction, the marks of merge fields and lone surrogates never reach a mail."""
    assert one_line("a\u202e\x00\x07b\ue000name\ue001 \ud800\u200bc\u00a0d", max_characters=300) == "abname c d"
    assert paragraphs("a\r\nb\rc\u2028d\x85e", max_characters=300) == "a\nb\nc\nd\ne"


@given(st.text(max_size=80))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    """So the same file twice changes nothing."""
    for read in (one_line, paragraphs):
        try:
            once = read(text, max_characters=500)
        except ValidationError:
            continue
        assert read(once, max_characters=500) == once


@pytest.mark.parametrize(
    "summary",
    [
        "[x](javascript:alert(1))",
        "[x](http://a.example)",
        "[x](/page)",
        "see http://a.example",
        "[x]: data:text/html,y",
        "![x](file:///etc/passwd)",
    ],
)
def test_links_in_a_summary_are_https(summary: str) -> None:
    """Other links would stand there as raw Markdown, or be unsafe."""
    with pytest.raises(ValidationError):
        paragraphs(summary, max_characters=300)


@pytest.mark.parametrize(
    "summary",
    ["[x](https://a.example/b)", "mail [us](mailto:a@b.example)", "The data: we have them", "a [note] (aside)"],
)
def test_ordinary_markdown_passes(summary: str) -> None:
    """Secure links, addresses, brackets and colons are allowed."""
    assert paragraphs(summary, max_characters=300) == summary


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("http://a.example", "begins with http://, which is not secure"),
        ("javascript:alert(1)", "is a javascript: address"),
        ("JavaScript:alert(1)", "is a javascript: address"),
        ("data:text/html,x", "is a data: address"),
        ("mailto:a@b.example", "is a mailto: address"),
        ("https://user:pass@a.example/", "has a name or password"),
        ("https://a.example@evil.example/", "has a name or password"),
        ("https://", "names no website"),
        ("https:///path", "names no website"),
        ("https://./", "names no website"),
        ("https://a.example\\@b", "has a name or password"),
        ("https://[::1", "names no website"),
        ("https://a b.example", "has a space in it"),
        ("zoom.us/j/1", "is not a complete web address"),
        ("localhost:8000", "is not a complete web address"),
        ("the usual link", "is not a complete web address"),
        ("https://zoom.us/j/1 Passcode: 7", "has a space in it"),
        ("TBC", "would stand in the mails as it is"),
        ("https://a.example/" + "x" * 2000, "has 2,018 characters"),
    ],
)
def test_addresses_that_no_mail_carries_are_refused(address: str, message: str) -> None:
    """Each is refused for its own reason."""
    with pytest.raises(ValidationError) as caught:
        https_address(address)
    assert message in str(caught.value)


def test_an_address_is_as_a_browser_sends_it() -> None:
    """Brackets around an address are dropped, and the host becomes A-labels."""
    assert https_address(" <https://münchen.example/a?b=c#d> ") == "https://xn--mnchen-3ya.example/a?b=c#d"


@pytest.mark.parametrize(("field", "most"), [("title", 300), ("summary", 20_000)])
def test_lengths(field: str, most: int) -> None:
    """A text of the largest length is read; one character more is refused with both numbers."""
    assert only(f"month: 2024-04\n{field}: {'x' * most}").values[field] == "x" * most
    [fault] = faults(f"month: 2024-04\n{field}: {'x' * (most + 1)}")
    assert f"{most + 1:,} characters; {most:,} is the most" in fault
