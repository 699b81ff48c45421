"""Every function under the real `sam local invoke`, with every file of `events/`."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from tests.sam_local import (  # noqa: F401 - fills CASES
    cases_feedback,
    cases_joining,
    cases_letters,
    cases_mailings,
    cases_pages,
    cases_uploads,
)
from tests.support.sam_cases import CASES
from tests.support.sam_world import EVENTS, logical_ids, world

FILES = sorted(path.stem for path in EVENTS.glob("*.json"))


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("event", FILES)
def test_the_event_does_what_it_should(event: str, record_property: Callable[[str, object], None]) -> None:
    """Answer and effect, as tests/sam_local/cases_*.py say; the log holds nothing of a reader."""
    assert event in CASES, f"events/{event}.json has no case in tests/sam_local/cases_*.py"
    with world(event) as made:
        try:
            CASES[event](made)
        finally:
            for one in made.played:
                sys.stdout.write(one.shown)
                record_property("played", (event, one.error, one.init, one.duration, one.peak, one.limit))
        assert made.played, f"the case of {event} never plays it"


def test_every_case_has_its_file() -> None:
    """A case whose file is gone is gone too; each function of the template has a file."""
    assert set(CASES) <= set(FILES)
    assert {name.split("-")[0] for name in FILES} == logical_ids()
