"""Opening a campaign, and the sessions before and after that mails mention."""

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


def test_the_session_before_is_the_latest_that_took_place() -> None:
    """Cancelled sessions and the stored order do not count."""
    march = session(id="2024-03", month="2024-03", date="2024-03-21")
    off = session(id="2024-03b", month="2024-03", date="2024-03-28", status="cancelled")
    assert session_before(session(), [session(), off, march]) == march
    assert session_before(march, [session(), march]) is None


def test_the_next_session_follows_the_rule_where_none_is_recorded() -> None:
    """The rule skips the months that the series skips."""
    skipping = series(skipped=(*series().skipped, type(series().skipped[0])(month="2024-05", reason="holiday")))
    found = next_session_after(session(), [session()], skipping)
    assert found is not None
    assert (found.begins.date().isoformat(), found.title) == ("2024-06-20", None)


class Slow:
    """A composer that takes half a minute."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock

    def edition(self, *_: object) -> Edition:
        """Return an edition after half a minute."""
        self._clock.sleep(30)
        return edition()


def test_a_campaign_is_opened_when_it_is_stored_not_when_composing_begins() -> None:
    """A subscriber who confirms during composing gets no invite as a welcome, so they belong to the audience."""
    clock, ledger = VirtualClock(NINE), FakeLedger()
    slow = cast("Any", Slow(clock))
    mailing = next(item for item in plan([session()], [], series()) if isinstance(item, DueMailing))
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
