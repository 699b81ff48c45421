"""How much a workbook may hold, and what is said where it holds more, or is no whole workbook."""

from __future__ import annotations

from dataclasses import dataclass

from convener.errors import BadInput

SAVE_AGAIN = "Open it in your spreadsheet program, save it as a new .xlsx, and upload that."


class Unsafe(BadInput):
    """A workbook that is not opened: a whole sentence, and how to mend it."""

    def __init__(self, text: str, mend: str) -> None:
        super().__init__(f"{text} {mend}")
        self.text, self.mend = text, mend


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """The most that is opened, all members together. `of` names what its rows are: "sessions"."""

    of: str
    elements: int
    rows: int
    columns: int
    opened_bytes: int
    members: int = 500
    ratio: int = 200
    """XML shrinks to a tenth, repetitive sheets to a hundredth; what shrinks more is made to."""

    @property
    def smaller(self) -> str:
        """How to mend one that is too large."""
        return f"Copy the rows with {self.of} into a new workbook, and upload that."
