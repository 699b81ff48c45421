"""Opening a campaign, and the conversations before and after, as mails mention them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from convener.editions.adjacent_sessions import next_session_after, session_before
from convener.editions.models import Edition
from convener.scheduling.due import DueMailing, plan
from convener.scheduling.opening import open_campaign
from local.virtual_clock import VirtualClock
from tests.support.fakes import FakeEditions, FakeLedger
from tests.support.people import edition, series, session
from tests.support.ticking import NINE


def test_the_conversation_before_is_the_latest_that_took_place() -> None:
    """Cancelled ones don't count, nor does the order in which they are stored."""
    march = session(id="2024-03", month="2024-03", date="2024-03-21")
    off = session(id="2024-03b", month="2024-03", date="2024-03-28", status="cancelled")
    assert session_before(session(), [session(), off, march]) == march
    assert session_before(march, [session(), march]) is None


def test_the_next_conversation_is_by_the_rule_where_none_is_recorded() -> None:
    """It skips the months that the series skips."""
    skipping = series(skipped=(*series().skipped, type(series().skipped[0])(month="2024-05", reason="holiday")))
    found = next_session_after(session(), [session()], skipping)
    assert found is not None
    assert (found.begins.date().isoformat(), found.title) == ("2024-06-20", None)


class Slow:
    """Composing takes half a minute."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock

    def edition(self, *_: object) -> Edition:
        """Like any other, only later."""
        self._clock.sleep(30)
        return edition()


def test_it_counts_as_opened_when_it_is_written_down_and_not_when_composing_began() -> None:
    """Who joined in between found no invite to be welcomed by: she belongs to the audience."""
    clock, ledger = VirtualClock(NINE), FakeLedger()
    slow = cast("Any", Slow(clock))
    mailing = next(one for one in plan([session()], [], series()) if isinstance(one, DueMailing))
    opened = open_campaign(
        mailing,
        sessions=[session()],
        composer=slow,
        editions=FakeEditions(),
        campaigns=ledger,
        clock=clock,
    )
    assert opened.opened_at == NINE + timedelta(seconds=30)
    assert ledger.campaigns == {opened.id: opened}
