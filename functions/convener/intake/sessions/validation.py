"""What is found wrong while a file is read. All of it is collected, so that an editor mends a file once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from convener.errors import BadInput
from convener.sessions.session_updates import Fault, Note, SourceLocation

MOST_FAULTS = 50
"""As many as a person will read; the rest is counted."""


class ValidationError(BadInput):
    """One thing that can't be used: a whole sentence, and how to mend it. `where` is set where it is known better."""

    def __init__(self, text: str, mend: str, where: SourceLocation | None = None) -> None:
        super().__init__(f"{text} {mend}")
        self.text, self.mend, self.where = text, mend, where


@dataclass
class Findings:
    """Faults and warnings, in the order in which they were found."""

    _faults: list[Fault] = field(default_factory=list)
    warnings: list[Note] = field(default_factory=list)
    _more: int = 0

    @property
    def full(self) -> bool:
        """Whether there is no use in looking for more."""
        return self._more > 0

    def fault(self, text: str, mend: str, where: SourceLocation | None = None) -> None:
        """Keep one, or count it where there are too many to read."""
        if len(self._faults) < MOST_FAULTS:
            self._faults.append(Fault(text=text, mend=mend, where=where or SourceLocation()))
        else:
            self._more += 1

    def warn(self, text: str, where: SourceLocation | None = None) -> None:
        """Keep something that a person should look at. The place is said in words, unless it is a line."""
        if len(self.warnings) >= MOST_FAULTS:
            return
        place = str(where) if where and (where.row or where.field) else ""
        said = f"{place[:1].upper()}{place[1:]}: {text}" if place else text
        self.warnings.append(Note(text=said, line=None if place or not where else where.line))

    @contextmanager
    def catching(self, where: SourceLocation | None = None) -> Iterator[None]:
        """Take what is wrong inside as a fault at that place, and go on after it."""
        try:
            yield
        except ValidationError as wrong:
            self.fault(wrong.text, wrong.mend, wrong.where or where)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """All that were kept, from the top of the file to its end, and how many were not."""
        ordered = sorted(self._faults, key=lambda fault: fault.where.line or fault.where.row or 0)
        if not self._more:
            return tuple(ordered)
        more = Fault(
            text=f"There {'is' if self._more == 1 else 'are'} {self._more} more of these.",
            mend="Mend the ones above first, and upload the file again.",
        )
        return (*ordered, more)
