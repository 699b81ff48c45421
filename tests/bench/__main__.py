"""`python -m tests.bench [PART …]`: measure, print, and end with 1 where a bound is missed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable

from rich.console import Console

from tests.bench import aws_calls, fan_out, importing, paced, real_time
from tests.bench.numbers import Number, show

PARTS: dict[str, tuple[str, Callable[[], Iterable[Number]]]] = {
    "paced": ("Pacing in virtual time: mails a second over what is allowed", paced.numbers),
    "real-time": ("Pacing in real time, on the local stack", real_time.numbers),
    "aws-calls": ("AWS calls for 1,000 mails", aws_calls.numbers),
    "fan-out": ("Fan-out, on fakes that keep nothing", fan_out.numbers),
    "import": ("Importing a list, on a register that keeps nothing", importing.numbers),
}


def main(wanted: list[str]) -> int:
    """Measure the parts that were named, or all."""
    console, missed = Console(), list[Number]()
    for name, (title, numbers) in PARTS.items():
        if not wanted or name in wanted:
            missed += show(console, title, numbers())
    console.print(
        f"[red]{len(missed)} missed: {', '.join(number.name for number in missed)}[/]" if missed else "All kept."
    )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
