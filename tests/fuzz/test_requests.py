"""Whatever anybody sends to the pages: `make fuzz` asks 20,000 times, `make test` a few hundred."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.fuzz_counts import Counted, trying
from tests.support.fuzz_events import ROUTES, Asked, asked
from tests.support.fuzz_rules import check_answer, check_changes, check_log
from tests.support.fuzz_world import World
from tests.support.logs import written

EACH = 2 * int(os.environ.get("FUZZ", "4"))
BARE = ("front", "robots", "icon", "nowhere")
PAGES = {**{page: (page,) for page in ROUTES if page not in BARE}, "others": BARE}
"""Those that take a form or a token, and the others together: ten."""


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
