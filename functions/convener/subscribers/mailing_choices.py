"""What a reader may choose among: boxes, each for one or more mailing types. Standard library only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from convener.errors import BadInput
from convener.mailing_types import form_fields, types_of


def boxes() -> Mapping[str, frozenset[str]]:
    """Return the mailing types that each box covers, by the value that a form posts.

    No box covers a type that readers cannot decline.
    """
    return {field.name: frozenset(kind.name for kind in types_of(field)) for field in form_fields()}


def all_choices() -> frozenset[str]:
    """Return the names of all mailing types that a reader may choose or decline."""
    return frozenset().union(*boxes().values())


def chosen(ticks: Iterable[str]) -> frozenset[str]:
    """Return the mailing types that the ticked boxes cover; empty for all. Raises BadInput where no box is ticked."""
    covered = boxes()
    ticked_boxes = covered.keys() & set(ticks)
    if not ticked_boxes:
        raise BadInput("Choose at least one. To get none of them, leave.")
    if len(ticked_boxes) == len(covered):
        return frozenset()
    return frozenset().union(*(covered[box] for box in ticked_boxes))


def ticked(kinds: frozenset[str]) -> tuple[str, ...]:
    """Return the boxes to show as ticked for a choice of mailing types. No choice ticks all boxes."""
    return tuple(box for box, covered in boxes().items() if not kinds or kinds & covered)


def kept_when_leaving() -> str:
    """Return the box whose mailings the page to leave offers to keep."""
    return next(field.name for field in form_fields() if field.kept_when_leaving)


def spelled_out(kinds: frozenset[str]) -> frozenset[str]:
    """Return the choice with every type named, also where no choice means all: people read an empty field as none."""
    return kinds or all_choices()


def in_words(kinds: frozenset[str]) -> str:
    """Return a choice in words, such as “the invitation, the reminder and the recap”."""
    shown = ticked(kinds)
    *others, last = (field.words for field in form_fields() if field.name in shown)
    return f"{', '.join(others)} and {last}" if others else last
