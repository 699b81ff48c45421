"""The look of mails: contrast, structure for screen readers, size, and columns of text."""

from __future__ import annotations

import re

import pytest

from convener.sessions.series import Palette
from tests.support.mails import KINDS, composed, the_series

BRAND = the_series().brand
# Text on its background, as the templates pair them.
PAIRS = [(text, ground) for ground in ("card", "panel", "paper") for text in ("ink", "heading", "quiet", "accent")] + [
    ("on_accent", "accent")
]


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("palette", [BRAND.light, BRAND.dark], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_contrast_is_aa(palette: Palette, text: str, ground: str) -> None:
    """All text has a contrast of at least 4.5 to 1 in both modes (WCAG 2.2, 1.4.3)."""
    low, high = sorted((luminance(getattr(palette, text)), luminance(getattr(palette, ground))))
    assert (high + 0.05) / (low + 0.05) >= 4.5


@pytest.mark.parametrize("kind", KINDS)
def test_the_structure_suits_screen_readers(kind: str) -> None:
    """The mail has a language and a title, one h1 and then only h2, and marks its tables as layout."""
    page = composed(kind).variants["full"].html
    assert '<html lang="en-GB"' in page
    assert "<title>The role of kindness in the British Red Cross</title>" in page
    assert re.findall(r"<h(\d)", page)[0] == "1"
    assert re.findall(r"<h(\d)", page).count("1") == 1
    assert set(re.findall(r"<h(\d)", page)) <= {"1", "2"}
    assert all(
        'role="presentation"' in table for table in re.findall(r"<table[^>]*>", page) if "border-top" not in table
    )


@pytest.mark.parametrize("kind", KINDS)
def test_links_can_be_seen_without_colour(kind: str) -> None:
    """Each link has text, and is underlined or a button with a border."""
    for attributes, words in re.findall(r"<a\b([^>]*)>(.*?)</a>", composed(kind).variants["full"].html):
        assert words.strip()
        assert "text-decoration:underline" in attributes or "padding:12px 22px" in attributes


@pytest.mark.parametrize("kind", KINDS)
def test_usual_mails_are_small(kind: str) -> None:
    """A usual mail is far smaller than the size at which Gmail clips mails."""
    assert len(composed(kind).variants["full"].html.encode()) < 40_000


@pytest.mark.parametrize("kind", KINDS)
def test_text_parts_have_72_columns(kind: str) -> None:
    """No line is longer than 72 characters, except links, which have lines of their own."""
    for line in composed(kind).variants["full"].text.split("\n"):
        assert len(line) <= 72 or line.startswith("https://")


def test_colours_and_logo_come_from_the_series() -> None:
    """Another accent colour and a logo need no change of a template."""
    light = BRAND.light.model_copy(update={"accent": "#123456"})
    brand = BRAND.model_copy(update={"light": light, "logo_url": "https://x.example/logo.png", "logo_alt": "Two hands"})
    page = composed("invite", series=the_series().model_copy(update={"brand": brand})).variants["full"].html
    assert "#123456" in page
    assert BRAND.light.accent not in page
    assert 'alt="Two hands"' in page
