"""What a reader may choose among: three boxes, each for one or two kinds of mailing. Standard library only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from convener.errors import BadInput

BOXES: Mapping[str, frozenset[str]] = {
    "invite": frozenset({"invite"}),
    "reminder": frozenset({"reminder"}),
    "recap": frozenset({"recap", "follow-up"}),
}
"""What each box stands for, by the value that a form posts. A changed date or a cancellation is nobody's choice."""

WORDS: Mapping[str, str] = {"invite": "the invitation", "reminder": "the reminder", "recap": "the recap"}


def chosen(boxes: Iterable[str]) -> frozenset[str]:
    """The kinds that the ticked boxes stand for; empty for all of them. Raises BadInput where none is ticked."""
    ticked = {box for box in boxes if box in BOXES}
    if not ticked:
        raise BadInput("Choose at least one. To get none of them, leave.")
    return frozenset() if len(ticked) == len(BOXES) else frozenset().union(*(BOXES[box] for box in ticked))


def ticked(kinds: frozenset[str]) -> tuple[str, ...]:
    """The boxes that show a choice. No choice is all of them."""
    return tuple(box for box, stands_for in BOXES.items() if not kinds or kinds & stands_for)


def spelled_out(kinds: frozenset[str]) -> frozenset[str]:
    """The same with all of them named where none is: who reads a file would take nothing for nothing."""
    return kinds or frozenset().union(*BOXES.values())


def in_words(kinds: frozenset[str]) -> str:
    """“the invitation, the reminder and the recap”."""
    *others, last = (WORDS[box] for box in ticked(kinds))
    return f"{', '.join(others)} and {last}" if others else last
