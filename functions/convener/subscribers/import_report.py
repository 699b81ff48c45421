"""What an import did, told so that an operator can act on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from convener.subscribers.csv_rows import Outcome, Problem
from convener.subscribers.models import Standing, Subscriber

_TAKEN = {Outcome.NEW, Outcome.UPDATED, Outcome.UNCHANGED, Outcome.DUPLICATE, Outcome.NOTE}
_WHY_NOT = {
    Standing.LEFT: "left{since}, and only they can come back",
    Standing.BOUNCED: "could not be reached: mail came back{since}. They can join again by themselves",
    Standing.COMPLAINED: "reported our mail as spam{since}, and only they can come back",
    Standing.ERASED: "was erased at their own wish{since}, and only they can come back",
    Standing.MOVED: "changed to another address{since}, which is on the list in its own right",
}


@dataclass(frozen=True, slots=True)
class ImportReport:
    """How many lines ended how, and what is to be told about single ones.

    Without the notes, the counts add up to the lines of the file that hold something, its header aside.
    """

    counts: Mapping[Outcome, int]
    problems: tuple[Problem, ...]

    @property
    def lines(self) -> int:
        """How many lines were read."""
        return sum(count for outcome, count in self.counts.items() if outcome is not Outcome.NOTE)

    @property
    def refused(self) -> int:
        """How many lines name somebody who is not on the list now."""
        return sum(count for outcome, count in self.counts.items() if outcome not in _TAKEN)


def why_not(known: Subscriber) -> str:
    """Why an import leaves this row alone: the person would have to come back by themselves."""
    since = f" on {known.standing_since:%Y-%m-%d}" if known.standing_since else ""
    return f"This person {_WHY_NOT[known.standing]}.".format(since=since)
