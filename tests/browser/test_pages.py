"""The pages in Chromium, in every state. Screenshots go to build/browser/."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.page_looks import faults, open_state
from tests.support.page_state import State
from tests.support.page_states import STATES
from tests.support.pages_server import PagesServer

pytestmark = pytest.mark.moto  # uses 127.0.0.1, where moto and the pages are
Window = Callable[..., Any]
SCRIPTED = ("subscribe", "subscribe-no-form")


@pytest.mark.parametrize(
    "states", [STATES[at : at + 8] for at in range(0, len(STATES), 8)], ids=lambda some: some[0].name
)
def test_every_state_fits_and_passes_axe(
    window: Window, pages_server: PagesServer, shots: Path, states: tuple[State, ...]
) -> None:
    """On a desktop and a phone, light, dark and in forced colours.

    Nothing is cut off or too small, and axe finds nothing.
    """
    found, page = list[str](), window()
    for state in states:
        answer = open_state(page, pages_server, state)
        wrong = [] if answer.status == state.http_status else [f"status {answer.status}"]
        policy = answer.headers["content-security-policy"]
        scripted = "script-src 'sha256-" in policy
        if scripted is not (state.name in SCRIPTED) or not policy.startswith("default-src 'none';"):
            wrong.append(policy)
        found += [f"{state.name}: {one}" for one in (*wrong, *faults(page, state, shots))]
    assert not found, "\n".join(found)
