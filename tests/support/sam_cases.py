"""What each event file promises under the real emulator: one function a file, found by the file's name."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.sam_world import World

Case = Callable[[World], None]
CASES: dict[str, Case] = {}


def case(*events: str) -> Callable[[Case], Case]:
    """The decorated function prepares the world, plays the event there, and asserts answer and effect."""

    def register(function: Case) -> Case:
        for event in events:
            assert event not in CASES, f"{event} has two cases"
            CASES[event] = function
        return function

    return register
