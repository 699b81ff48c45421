"""The report on an import, or on a dry run of one, for the operator."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from convener.intake.subscribers.lines import LineOutcome, Problem
from convener.subscribers.models import Subscriber, SubscriberStatus

MAX_EXAMPLES = 5
"""Lines of one outcome that are shown."""

_ON_THE_LIST = {LineOutcome.NEW, LineOutcome.KNOWN, LineOutcome.DUPLICATE, LineOutcome.NOTE}
_REASONS = {
    SubscriberStatus.LEFT: "left{since}, and only they can come back",
    SubscriberStatus.BOUNCED: "could not be reached: mail came back{since}. `convener subscriber lift` tries again",
    SubscriberStatus.COMPLAINED: "reported our mail as spam{since}, and stays away unless they ask for it: "
    "see `convener subscriber lift`",
    SubscriberStatus.ERASED: "was erased at their own wish{since}: nothing but a mark is kept, so that no list brings "
    "them back. They can join again by themselves",
    SubscriberStatus.MOVED: "changed to another address{since} and gets the mails there",
}
_MARKS = {
    SubscriberStatus.LEFT: "said no",
    SubscriberStatus.BOUNCED: "could not be reached",
    SubscriberStatus.COMPLAINED: "reported mail as spam",
}


@dataclass
class ImportReport:
    """The number of lines with each outcome, and a few examples of each outcome that needs an explanation.

    Without the notes, the counts add up to the filled lines of the file below its header. `fillable` counts the known
    people whose empty name or time zone the file can fill, or has filled. `examples` is the number kept for each
    outcome. `marked` is the number of people whose no is remembered. `results` has the result of every line and
    each note, if `keep_all`.
    """

    counts: Counter[LineOutcome] = field(default_factory=Counter)
    fillable: int = 0
    marked: int = 0
    examples: int = MAX_EXAMPLES
    keep_all: bool = False
    results: list[Problem] = field(default_factory=list)
    _kept: dict[LineOutcome, list[Problem]] = field(default_factory=dict)

    def count(self, outcome: LineOutcome, number: int = 1) -> None:
        """Count lines with an outcome."""
        if number:
            self.counts[outcome] += number

    def add(self, problem: Problem) -> None:
        """Count a problem, and keep it if it is among the first of its outcome."""
        self.settle(problem)
        kept = self._kept.setdefault(problem.outcome, [])
        if len(kept) < self.examples:
            kept.append(problem)

    def settle(self, problem: Problem) -> None:
        """Count a line whose outcome needs no explanation."""
        self.count(problem.outcome)
        if self.keep_all:
            self.results.append(problem)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The examples, in the order of the file."""
        return tuple(
            sorted(
                (problem for kept in self._kept.values() for problem in kept),
                key=lambda problem: (problem.file, problem.line),
            )
        )

    @property
    def not_shown(self) -> int:
        """The number of problems that are not among the examples."""
        return sum(self.counts[outcome] - len(kept) for outcome, kept in self._kept.items())

    @property
    def lines(self) -> int:
        """The number of lines that were read."""
        return sum(count for outcome, count in self.counts.items() if outcome is not LineOutcome.NOTE)

    @property
    def refused(self) -> int:
        """The number of lines whose person is not on the list now."""
        return sum(count for outcome, count in self.counts.items() if outcome not in _ON_THE_LIST)


def reason_left_alone(known: Subscriber) -> str:
    """Return why an import does not touch a row."""
    since = f" on {known.status_since:%Y-%m-%d}" if known.status_since else ""
    if known.is_mark:
        noted = f" on {known.imported_at:%Y-%m-%d}" if known.imported_at else ""
        source = f", as noted{noted} from “{known.source}”" if known.source else ""
        return f"This person {_MARKS[known.status]}{since}{source}. They may join by the form themselves."
    return f"This person {_REASONS[known.status]}.".format(since=since)
