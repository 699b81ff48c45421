"""Transactional mails in Chromium, as mail programs show them. Screenshots go to build/browser/."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from convener.delivery.mail import Mail
from tests.support.page_looks import LOOKS, axe
from tests.support.transactional_samples import SAMPLES

WIDTHS = {1180: 700, 360: 360}


@pytest.fixture
def mailbox(chromium: Any) -> Iterator[Any]:
    """A mail program that loads neither pictures nor fonts."""
    asked: list[str] = []
    context = chromium.new_context()
    context.on("request", lambda one: asked.append(one.url))
    yield context.new_page()
    context.close()
    assert asked == []


@pytest.mark.parametrize("name", SAMPLES)
def test_transactional_mails_fit_and_pass_axe(mailbox: Any, shots: Path, name: str) -> None:
    """On a desktop and a phone, light and dark, without pictures: nothing is cut off, and axe finds nothing."""
    mailbox.set_content(html_of(SAMPLES[name]()))
    found: list[str] = []
    for page_width, scheme, colours in LOOKS:
        width = WIDTHS[page_width]
        mailbox.set_viewport_size({"width": width, "height": 600})
        mailbox.emulate_media(color_scheme=scheme)
        mailbox.screenshot(path=shots / f"letter-{name}-{width}-{scheme}.png", full_page=True)
        assert mailbox.evaluate("document.documentElement.scrollWidth") <= width
        found += axe(mailbox, colours=colours)
    assert not found, "\n".join(found)


def html_of(mail: Mail) -> str:
    """Return the HTML part of a mail."""
    part = message_from_bytes(mail.raw, policy=default).get_body(("html",))
    assert part is not None
    return str(part.get_content())
