"""Copies of a mail's HTML, fixed in light or dark."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.timeline.copies import Mode, copy_in_mode

HTML = """<!doctype html><html lang="en"><head><meta name="color-scheme" content="light dark"><style>
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media screen and (prefers-color-scheme: dark) { .a { color: white } }
@media (prefers-color-scheme:light) { .b { color: black } }
</style></head><body><picture><source media="(prefers-color-scheme: dark)"></picture>
<p>We write @media (prefers-color-scheme: dark) here.</p></body></html>"""


@pytest.mark.parametrize(
    ("mode", "dark_rule", "light_rule"),
    [("dark", "(min-width: 0px)", "(max-width: 0px)"), ("light", "(max-width: 0px)", "(min-width: 0px)")],
)
def test_a_copy_keeps_its_mode_whatever_the_machine_prefers(mode: Mode, dark_rule: str, light_rule: str) -> None:
    """Rules of the copy's mode always hold, those of the other never."""
    copy = copy_in_mode(HTML, mode)
    assert f"@media screen and {dark_rule} {{ .a" in copy
    assert f"@media {light_rule} {{ .b" in copy
    assert f'media="{dark_rule}"' in copy
    assert f":root {{ color-scheme: {mode}; supported-color-schemes: light dark; }}" in copy
    assert copy.index(f'<meta name="color-scheme" content="{mode}">') < copy.index('content="light dark"')


def test_words_of_the_mail_stay_as_they_are() -> None:
    """Text that only looks like a style rule is not touched."""
    assert "We write @media (prefers-color-scheme: dark) here." in copy_in_mode(HTML, "dark")


def test_a_mail_without_a_dark_mode_stays_light() -> None:
    """Where a mail doesn't say that it can be dark, its dark copy is what its readers see: light."""
    copy = copy_in_mode("<html><head><style>:root { color-scheme: only light }</style></head></html>", "dark")
    assert '<meta name="color-scheme" content="light">' in copy
    assert "color-scheme: only light" in copy


def test_nothing_is_fetched_and_nothing_runs() -> None:
    """The policy comes before the mail's first byte, and allows neither scripts nor the network."""
    copy = copy_in_mode("<script>alert(1)</script>", "light")
    policy = copy.index("default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'")
    assert policy < copy.index("<script>")


@given(st.text(), st.sampled_from(["light", "dark"]))
def test_any_mail_has_a_copy(html: str, mode: Mode) -> None:
    """Whatever a mail holds, its copy begins with the guard and ends as the mail does where no style is in play."""
    copy = copy_in_mode(html, mode)
    assert copy.startswith("<!doctype html>")
    if "=" not in html and "<" not in html:
        assert copy.endswith(html)
