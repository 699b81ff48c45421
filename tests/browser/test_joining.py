"""The whole way of a reader in Chromium, from the form to subscribe by to erasing.

Once with a mouse, once without JavaScript, once by keyboard alone.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.functions.conftest import NINE
from tests.support.browsing import KeyboardUser, MouseUser
from tests.support.pages_server import PagesServer
from tests.support.reader_journey import DAY, Reader

pytestmark = pytest.mark.moto  # uses 127.0.0.1, where moto and the pages are
Window = Callable[..., Any]


def test_the_welcome_of_a_late_subscriber_is_the_invite(window: Window, pages_server: PagesServer) -> None:
    """Between invite and session one mail comes after the button, and it is the invite."""
    reader = Reader(server=pages_server, user=MouseUser(window()), address="late@reader.example")
    reader.subscribes(at=NINE + 3 * DAY)
    reader.mail("2024-04_invite")
    assert [mail.tags.get("letter", "invite") for mail in pages_server.mails_to(reader.address)] == [
        "confirm",
        "invite",
    ]
    reader.user.page.get_by_role("heading", name="Kindness under pressure").wait_for()


@pytest.mark.parametrize("way", ["mouse", "no-script", "keyboard"])
def test_a_readers_whole_way(window: Window, pages_server: PagesServer, tmp_path: Path, way: str) -> None:
    """From the form to erasing by pages and mails alone; after every step, the tables agree with the page."""
    page = window(width=360 if way == "no-script" else 1180, script=way != "no-script", accept_downloads=True)
    reader = Reader(
        server=pages_server,
        user=(KeyboardUser if way == "keyboard" else MouseUser)(page),
        address=f"{way}@reader.example",
    )
    reader.subscribes()
    reader.chooses()
    reader.leaves_and_comes_back()
    reader.sees_data(tmp_path)
    reader.moves(new := f"{way}.new@reader.example")
    reader.is_erased(new)
