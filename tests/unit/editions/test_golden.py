"""Golden mails: the mails that readers get, byte by byte. `CONVENER_UPDATE_GOLDEN=1 make test` updates them."""

from __future__ import annotations

import os

import pytest

from convener.editions.models import Content
from tests.support.mails import BARE, KINDS, RICH, ROOT, composed, read_by_aroha, read_without_name

GOLDEN = ROOT / "tests" / "golden"


def written(name: str, text: str) -> str:
    """Return the content of a golden file. An update writes the file first."""
    path = GOLDEN / name
    if os.environ.get("CONVENER_UPDATE_GOLDEN") == "1":
        path.write_bytes(text.encode())
    return path.read_bytes().decode()


def compare(name: str, mail: Content) -> None:
    """Compare each part of a mail with its golden file."""
    parts = {"html": mail.html, "txt": f"Subject: {mail.subject}\n\n{mail.text}", "ics": mail.calendar}
    for ending, text in parts.items():
        if text:
            assert text == written(f"{name}.{ending}", text), f"{name}.{ending} changed"


@pytest.mark.parametrize("kind", KINDS)
def test_a_rich_mail_is_the_golden_one(kind: str) -> None:
    """The mail of a complete session, for a reader in Auckland with a name."""
    compare(f"{kind}-rich", read_by_aroha(composed(kind, RICH), kind))


@pytest.mark.parametrize("kind", KINDS)
def test_a_bare_mail_is_the_golden_one(kind: str) -> None:
    """The mail of a session with almost no data, for a reader without a name or zone."""
    compare(f"{kind}-bare", read_without_name(composed(kind, BARE), kind))


def test_the_frozen_edition_is_the_golden_one() -> None:
    """The JSON in the editions bucket keeps its format."""
    frozen = composed("invite", BARE).to_json()
    assert frozen == written("invite-bare.json", frozen)
