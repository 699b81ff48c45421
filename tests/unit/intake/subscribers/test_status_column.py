"""The status column of a list that another program wrote."""

from __future__ import annotations

import pytest

from convener.intake.subscribers.lines import LineOutcome, Problem, Row
from convener.intake.subscribers.reading import read_csv


@pytest.mark.parametrize("header", ["status", "Subscription Status", "State"])
@pytest.mark.parametrize("status", ["unsubscribed", "Unsubscribed", "left", "no", "pending", "¿qué?"])
def test_a_person_who_left_elsewhere_is_not_imported(header: str, status: str) -> None:
    """A status that does not say yes leaves the line out, and the problem quotes the status."""
    (found,) = read_csv(f"email,{header}\na@example.org,{status}\n".encode())
    assert isinstance(found, Problem)
    assert (found.line, found.outcome) == (2, LineOutcome.LEFT)
    assert f"“{status}”" in found.reason


@pytest.mark.parametrize("status", ["subscribed", "Subscribed", "CONFIRMED", "active", ""])
def test_a_person_subscribed_elsewhere_is_imported(status: str) -> None:
    """A status that says yes, or no status, keeps nobody out."""
    (found,) = read_csv(f"email,status\na@example.org,{status}\n".encode())
    assert isinstance(found, Row)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [("Bounced", "bounced"), ("cleaned", "bounced"), ("complained", "complained"), ("erased", "erased"),
     ("moved", "moved")],
)  # fmt: skip
def test_each_status_has_its_own_outcome(status: str, outcome: str) -> None:
    """The outcome of a line says why the person gets no mail, as our own export does."""
    (found,) = read_csv(f"email,standing\na@example.org,{status}\n".encode())
    assert isinstance(found, Problem)
    assert found.outcome == LineOutcome(outcome)
