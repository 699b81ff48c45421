"""What an import did, or would do, told so that an operator can act on it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from convener.intake.subscribers.lines import LineOutcome, Problem
from convener.subscribers.models import Subscriber, SubscriberStatus

EXAMPLES = 5
"""How many lines of one outcome are shown."""

_TAKEN = {LineOutcome.NEW, LineOutcome.KNOWN, LineOutcome.DUPLICATE, LineOutcome.NOTE}
_WHY_NOT = {
    SubscriberStatus.LEFT: "left{since}, and only they can come back",
    SubscriberStatus.BOUNCED: "could not be reached: mail came back{since}. `convener subscriber lift` tries again",
    SubscriberStatus.COMPLAINED: "reported our mail as spam{since}, and stays away unless they ask for it: "
    "see `convener subscriber lift`",
    SubscriberStatus.ERASED: "was erased at their own wish{since}: nothing but a mark is kept, so that no list brings "
    "them back. They can join again by themselves",
    SubscriberStatus.MOVED: "changed to another address{since} and gets the mails there",
}


@dataclass
class ImportReport:
    """How many lines ended how, and a few examples of each outcome that needs words.

    Without the notes, the counts add up to the lines of the file that hold something, its header aside. `fillable` are
    the known people whose empty name or zone the file can fill, or has filled.
    """

    counts: Counter[LineOutcome] = field(default_factory=Counter)
    fillable: int = 0
    examples: int = EXAMPLES
    _kept: dict[LineOutcome, list[Problem]] = field(default_factory=dict)

    def count(self, outcome: LineOutcome, number: int = 1) -> None:
        """So many lines ended so."""
        if number:
            self.counts[outcome] += number

    def tell(self, problem: Problem) -> None:
        """Count one, and keep it where it is among the first of its outcome."""
        self.count(problem.outcome)
        kept = self._kept.setdefault(problem.outcome, [])
        if len(kept) < self.examples:
            kept.append(problem)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The examples, in the order of the file."""
        return tuple(sorted((one for kept in self._kept.values() for one in kept), key=lambda one: one.line))

    @property
    def untold(self) -> int:
        """How many more there are than the examples."""
        return sum(self.counts[outcome] - len(kept) for outcome, kept in self._kept.items())

    @property
    def lines(self) -> int:
        """How many lines were read."""
        return sum(count for outcome, count in self.counts.items() if outcome is not LineOutcome.NOTE)

    @property
    def refused(self) -> int:
        """How many lines name somebody who is not on the list now."""
        return sum(count for outcome, count in self.counts.items() if outcome not in _TAKEN)


def why_not(known: Subscriber) -> str:
    """Why an import leaves this row alone."""
    since = f" on {known.status_since:%Y-%m-%d}" if known.status_since else ""
    return f"This person {_WHY_NOT[known.status]}.".format(since=since)
