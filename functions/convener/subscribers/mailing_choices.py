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


def chosen(ticks: Iterable[str], covered: frozenset[str]) -> frozenset[str]:
    """Return the mailing types of the ticked boxes; empty where these are the boxes of the covered types.

    `covered` are the types that the reader's consent wording covers. A box beyond them is a choice of its own, so all
    types are then named. Raises BadInput where no box is ticked.
    """
    types = boxes()
    ticked_boxes = types.keys() & set(ticks)
    if not ticked_boxes:
        raise BadInput("Choose at least one. To get none of them, leave.")
    if ticked_boxes == set(ticked(frozenset(), covered)):
        return frozenset()
    return frozenset().union(*(types[box] for box in ticked_boxes))


def ticked(kinds: frozenset[str], covered: frozenset[str]) -> tuple[str, ...]:
    """Return the boxes to show as ticked for a choice of mailing types. No choice ticks those of the covered types."""
    return tuple(box for box, types in boxes().items() if types & (kinds or covered))


def kept_when_leaving() -> str:
    """Return the box whose mailings the page to leave offers to keep."""
    return next(field.name for field in form_fields() if field.kept_when_leaving)


def spelled_out(kinds: frozenset[str], covered: frozenset[str]) -> frozenset[str]:
    """Return the choice with every type named, also where no choice means the covered types.

    People read an empty field as none.
    """
    return kinds or covered


def in_words(kinds: frozenset[str], covered: frozenset[str]) -> str:
    """Return a choice in words, such as “the invitation, the reminder and the recap”."""
    shown = ticked(kinds, covered)
    *others, last = [field.words for field in form_fields() if field.name in shown] or ["nothing at present"]
    return f"{', '.join(others)} and {last}" if others else last
