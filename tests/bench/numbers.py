"""A measured number, its bound, and the table of them."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, kw_only=True)
class Number:
    """What was measured, several times where it can vary. `at_least`, else `at_most`, is the bound of its median."""

    name: str
    measured: Sequence[float]
    at_least: float | None = None
    at_most: float | None = None
    form: str = "{:.3f}"

    @property
    def value(self) -> float:
        """The median."""
        return median(self.measured)

    @property
    def held(self) -> bool:
        """Whether the bound is kept. A number without one is for reading only."""
        bounds: tuple[tuple[float | None, Callable[[float, float], bool]], ...] = (
            (self.at_least, operator.ge),
            (self.at_most, operator.le),
        )
        return all(bound is None or keeps(self.value, bound) for bound, keeps in bounds)

    @property
    def cells(self) -> tuple[str, str, str, str, str]:
        """Its row."""
        bound = "" if self.at_most is None else f"≤ {self.form.format(self.at_most)}"
        bound = bound if self.at_least is None else f"≥ {self.form.format(self.at_least)}"
        low, high = (self.form.format(end(self.measured)) for end in (min, max))
        spread = f"{low} – {high} ({len(self.measured)})" if len(self.measured) > 1 else ""
        return self.name, bound, self.form.format(self.value), spread, "[green]ok[/]" if self.held else "[red]missed[/]"


def show(console: Console, title: str, numbers: Iterable[Number]) -> list[Number]:
    """Print them; those that miss their bound."""
    table = Table(title=title, title_justify="left", title_style="bold")
    for heading in ("number", "bound", "measured", "spread (runs)", ""):
        table.add_column(heading, justify="left" if heading in ("number", "") else "right")
    missed = []
    for number in numbers:
        table.add_row(*number.cells)
        missed += [] if number.held else [number]
    console.print(table)
    return missed
