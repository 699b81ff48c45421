"""Whatever anybody sends to the pages: `make fuzz` asks 20,000 times, `make test` a few hundred."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convener.pages.routes import ROUTES
from tests.support.fuzz_counts import Counted, trying
from tests.support.fuzz_events import PATHS, Asked, asked
from tests.support.fuzz_rules import check_answer, check_changes, check_log
from tests.support.fuzz_world import World
from tests.support.logs import written

EACH = 2 * int(os.environ.get("FUZZ", "4"))
OPEN = tuple(route.page for route in ROUTES if route.token or route.has_form)
PAGES = {**{page: (page,) for page in OPEN}, "others": tuple(page for page in PATHS if page not in OPEN)}
"""Each page that takes a form or a token, and all other pages together."""


@pytest.mark.parametrize("pages", PAGES)
def test_no_request_is_an_error_and_looking_changes_nothing(pages: str, counted: Counted) -> None:
    """Below 500, with every header; nothing changed but by a POST to its own page, that was answered with a page."""
    with written() as since:

        @trying(EACH)
        @given(st.sampled_from(PAGES[pages]).flatmap(asked))
        def tries(its: Asked) -> None:
            world = World()
            before = world.state()
            since()
            answer = world.ask(its.event)
            after = world.state()
            counted.add(its, answer, changed=before != after)
            check_answer(its, answer)
            check_changes(its, answer, before, after)
            check_log(its, since())

        tries()
