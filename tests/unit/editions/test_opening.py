"""The conversations before and after, as mails mention them."""

from __future__ import annotations

from convener.editions.opening import before, following
from tests.support.people import series, session


def test_the_conversation_before_is_the_latest_that_took_place() -> None:
    """Cancelled ones don't count, nor does the order in which they are stored."""
    march = session(id="2024-03", month="2024-03", date="2024-03-21")
    off = session(id="2024-03b", month="2024-03", date="2024-03-28", status="cancelled")
    assert before(session(), [session(), off, march]) == march
    assert before(march, [session(), march]) is None


def test_the_next_conversation_is_by_the_rule_where_none_is_recorded() -> None:
    """It skips the months that the series skips."""
    skipping = series(skipped=(*series().skipped, type(series().skipped[0])(month="2024-05", reason="holiday")))
    found = following(session(), [session()], skipping)
    assert found is not None
    assert (found.begins.date().isoformat(), found.title) == ("2024-06-20", None)
