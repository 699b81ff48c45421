"""Any request to any page: `make fuzz` sends 20,000, `make test` a few hundred."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convener.pages.routes import ROUTES
from tests.support.fuzz_counts import Counted, trying
from tests.support.fuzz_events import PATHS, SentRequest, sent_requests
from tests.support.fuzz_rules import check_answer, check_changes, check_log
from tests.support.fuzz_world import World
from tests.support.logs import written

EACH = 2 * int(os.environ.get("FUZZ", "4"))
OPEN = tuple(route.page for route in ROUTES if route.token or route.has_form)
PAGES = {**{page: (page,) for page in OPEN}, "others": tuple(page for page in PATHS if page not in OPEN)}
"""Each page that takes a form or a token, and all other pages together."""


@pytest.mark.parametrize("pages", PAGES)
def test_no_request_is_a_server_error_and_reading_changes_nothing(pages: str, counted: Counted) -> None:
    """Below 500, with every header; only a POST that its page answered with a page changes anything."""
    with written() as since:

        @trying(EACH)
        @given(st.sampled_from(PAGES[pages]).flatmap(sent_requests))
        def tries(sent: SentRequest) -> None:
            world = World()
            before = world.state()
            since()
            answer = world.ask(sent.event)
            after = world.state()
            counted.add(sent, answer, changed=before != after)
            check_answer(sent, answer)
            check_changes(sent, answer, before, after)
            check_log(sent, since())

        tries()
