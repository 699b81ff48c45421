"""A reader's whole way in Chromium: joins, chooses, leaves, comes back, sees her data, moves and is erased.

Once with a mouse, once without JavaScript, once by keyboard alone.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.functions.conftest import NINE
from tests.support.browsing import Hands, Keys
from tests.support.pages_server import Served
from tests.support.reader_journey import DAY, Reader

pytestmark = pytest.mark.moto  # opens 127.0.0.1, where moto and the pages are
Window = Callable[..., Any]


def test_a_late_joiners_welcome_is_the_invite(window: Window, here: Served) -> None:
    """Between invitation and session one mail comes after the button, and it is the invitation."""
    reader = Reader(here=here, hands=Hands(window()), address="late@reader.example")
    reader.joins(at=NINE + 3 * DAY)
    reader.mail("2024-04_invite")
    assert [mail.tags.get("letter", "invite") for mail in here.mails_to(reader.address)] == ["confirm", "invite"]
    reader.hands.page.get_by_role("heading", name="Kindness under pressure").wait_for()


@pytest.mark.parametrize("way", ["mouse", "no-script", "keyboard"])
def test_a_readers_whole_way(window: Window, here: Served, tmp_path: Path, way: str) -> None:
    """From the form to erasure by pages and mails alone; every step is in the tables as the page says."""
    page = window(width=360 if way == "no-script" else 1180, script=way != "no-script", accept_downloads=True)
    reader = Reader(here=here, hands=(Keys if way == "keyboard" else Hands)(page), address=f"{way}@reader.example")
    reader.joins()
    reader.chooses()
    reader.leaves_and_comes_back()
    reader.sees(tmp_path)
    reader.moves(new := f"{way}.new@reader.example")
    reader.is_erased(new)
