"""A list that another program wrote says who has left."""

from __future__ import annotations

import pytest

from convener.intake.subscribers.lines import LineOutcome, Problem, Row
from convener.intake.subscribers.reading import read_csv


@pytest.mark.parametrize("header", ["status", "Subscription Status", "State"])
@pytest.mark.parametrize("status", ["unsubscribed", "Unsubscribed", "left", "no", "pending", "¿qué?"])
def test_who_left_elsewhere_is_not_brought_in(header: str, status: str) -> None:
    """Anything but a status that says yes leaves the line out, named with what the file says."""
    (found,) = read_csv(f"email,{header}\na@example.org,{status}\n".encode())
    assert isinstance(found, Problem)
    assert (found.line, found.outcome) == (2, LineOutcome.LEFT)
    assert f"“{status}”" in found.reason


@pytest.mark.parametrize("status", ["subscribed", "Subscribed", "CONFIRMED", "active", ""])
def test_who_is_subscribed_elsewhere_is_brought_in(status: str) -> None:
    """A status that says yes, or none at all, is no hindrance."""
    (found,) = read_csv(f"email,status\na@example.org,{status}\n".encode())
    assert isinstance(found, Row)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [("Bounced", "bounced"), ("cleaned", "bounced"), ("complained", "complained"), ("erased", "erased"),
     ("moved", "moved")],
)  # fmt: skip
def test_what_a_list_says_of_somebody_is_kept_apart(status: str, outcome: str) -> None:
    """A list that knows why somebody gets no mail says so, as our own export does."""
    (found,) = read_csv(f"email,standing\na@example.org,{status}\n".encode())
    assert isinstance(found, Problem)
    assert found.outcome == LineOutcome(outcome)
