"""The problems of a file. A reader collects all of them, so that an editor can mend a file in one go."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from convener.errors import BadInput
from convener.sessions.session_updates import Fault, Note, SourceLocation

MAX_FAULTS = 50
"""Faults that are kept, and warnings. Further faults are only counted."""


class ValidationError(BadInput):
    """A value that cannot be used.

    `text` is a whole sentence, `mend` says how to mend the file, and `where` is set if the place is known better than
    by the caller.
    """

    def __init__(self, text: str, mend: str, where: SourceLocation | None = None) -> None:
        super().__init__(f"{text} {mend}")
        self.text, self.mend, self.where = text, mend, where


@dataclass
class Findings:
    """The faults and the warnings of one file, in the order in which they were found."""

    _faults: list[Fault] = field(default_factory=list)
    warnings: list[Note] = field(default_factory=list)
    _not_kept: int = 0

    @property
    def full(self) -> bool:
        """Whether there are more faults than are kept, so that a reader may stop."""
        return self._not_kept > 0

    def fault(self, text: str, mend: str, where: SourceLocation | None = None) -> None:
        """Keep a fault, or count it if there are MAX_FAULTS already."""
        if len(self._faults) < MAX_FAULTS:
            self._faults.append(Fault(text=text, mend=mend, where=where or SourceLocation()))
        else:
            self._not_kept += 1

    def warn(self, text: str, where: SourceLocation | None = None) -> None:
        """Keep a warning. A place that is more than a line is put before the text in words."""
        if len(self.warnings) >= MAX_FAULTS:
            return
        place = str(where) if where and (where.row or where.field) else ""
        with_place = f"{place[:1].upper()}{place[1:]}: {text}" if place else text
        self.warnings.append(Note(text=with_place, line=None if place or not where else where.line))

    @contextmanager
    def catching(self, where: SourceLocation | None = None) -> Iterator[None]:
        """Keep a ValidationError that is raised inside as a fault, at its own place or else at `where`."""
        try:
            yield
        except ValidationError as error:
            self.fault(error.text, error.mend, error.where or where)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """The faults from the top of the file to its end; a last one says how many more there were."""
        ordered = sorted(self._faults, key=lambda fault: fault.where.line or fault.where.row or 0)
        if not self._not_kept:
            return tuple(ordered)
        more = Fault(
            text=f"There {'is' if self._not_kept == 1 else 'are'} {self._not_kept} more of these.",
            mend="Mend the ones above first, and upload the file again.",
        )
        return (*ordered, more)
