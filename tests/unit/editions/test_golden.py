"""Golden mails: what readers get, byte by byte. `CONVENER_UPDATE_GOLDEN=1 make test` writes them anew."""

from __future__ import annotations

import os

import pytest

from convener.editions.models import Content
from tests.support.mails import BARE, KINDS, RICH, ROOT, composed, read_by_aroha, read_by_nobody

GOLDEN = ROOT / "tests" / "golden"


def written(name: str, text: str) -> str:
    """What the golden file holds; an update writes it first."""
    path = GOLDEN / name
    if os.environ.get("CONVENER_UPDATE_GOLDEN") == "1":
        path.write_bytes(text.encode())
    return path.read_bytes().decode()


def compare(name: str, mail: Content) -> None:
    """Each part that the mail has, against its golden file."""
    parts = {"html": mail.html, "txt": f"Subject: {mail.subject}\n\n{mail.text}", "ics": mail.calendar}
    for ending, text in parts.items():
        if text:
            assert text == written(f"{name}.{ending}", text), f"{name}.{ending} changed"


@pytest.mark.parametrize("kind", KINDS)
def test_a_rich_mail_is_the_golden_one(kind: str) -> None:
    """With everything there, as Aroha in Auckland reads it."""
    compare(f"{kind}-rich", read_by_aroha(composed(kind, RICH), kind))


@pytest.mark.parametrize("kind", KINDS)
def test_a_bare_mail_is_the_golden_one(kind: str) -> None:
    """With next to nothing there, as somebody unknown reads it."""
    compare(f"{kind}-bare", read_by_nobody(composed(kind, BARE), kind))


def test_the_frozen_edition_is_the_golden_one() -> None:
    """The JSON that lies in the editions bucket keeps its form."""
    frozen = composed("invite", BARE).to_json()
    assert frozen == written("invite-bare.json", frozen)
