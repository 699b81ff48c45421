"""What importing costs where a list is ten times as long: per line in time, and at its peak in memory.

Each run sorts the list and then brings it in, as the command does, in a process of its own: so memory is what the
machine gives, above what it was when everything was imported. Register and notes keep nothing but what they count.
"""

from __future__ import annotations

import gc
import io
import re
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory

import openpyxl

from convener.intake.subscribers.import_records import ImportPart, ImportRecord
from convener.intake.subscribers.importing import import_list, sort_list
from convener.intake.subscribers.reading import check_size, read_people
from convener.intake.subscribers.sorting import ImportRequest
from convener.intake.subscribers.workbook import LIMITS
from convener.subscribers.models import Subscriber
from convener.subscribers.unit_of_work import Transaction
from tests.bench.numbers import Number

SMALL, LARGE = 10_000, 100_000
STATUS = Path("/proc/self/status")
MEGABYTE = 1_000_000
KEY = b"an identity key of thirty-two by"


class Forgetful:
    """A register in which nobody is known, and notes of which none is kept."""

    def __init__(self) -> None:
        self.written = 0

    def get(self, *, ids: Sequence[str]) -> Mapping[str, Subscriber]:
        del ids
        return {}

    def commit(self, transaction: Transaction) -> None:
        assert len(transaction.changes) == len(transaction.consents)
        self.written += len(transaction.changes)

    def fingerprint(self) -> str | None:
        return None

    def keep_fingerprint(self, value: str) -> None:
        del value

    def begin(self, imported: ImportRecord) -> None:
        del imported

    def add_part(self, imported: ImportRecord, number: int, part: ImportPart) -> None:
        del imported, number, part

    def all(self, *, now: datetime) -> Sequence[ImportRecord]:
        raise NotImplementedError

    def parts(self, batch: str) -> Iterator[ImportPart]:
        raise NotImplementedError


def _lines(count: int) -> Iterator[list[str | date]]:
    yield ["email", "first_name", "zone", "joined"]
    for number in range(count):
        yield [f"reader{number}@example.org", f"Zoë {number % 500}", "Europe/London", date(2023, 1, 1 + number % 28)]


def as_csv(count: int) -> bytes:
    """A list of so many people."""
    return "".join(",".join(map(str, line)) + "\n" for line in _lines(count)).encode()


def as_workbook(count: int) -> bytes:
    """The same as an Excel workbook, with real dates."""
    book, data = openpyxl.Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet("People")
    for line in _lines(count):
        sheet.append(line)
    book.save(data)
    return data.getvalue()


def run(file: Path, count: int) -> tuple[float, float]:
    """Import a file: seconds of CPU, and megabytes at the peak above the start."""
    assert LIMITS.rows > count  # its module is there before the measuring begins
    gc.collect()
    start, began = _peak(), time.process_time()
    check_size(file.stat().st_size)
    people, store = read_people(file.read_bytes()), Forgetful()
    asked = ImportRequest(source="a bench", file=file.name, now=datetime.now(UTC))
    sort_list(people, store=store, key=KEY, request=asked)
    report = import_list(people, store=store, imports=store, key=KEY, request=asked, batch="bench")
    assert store.written == report.lines == count, "somebody was left out"
    return time.process_time() - began, (_peak() - start) / MEGABYTE


def _peak() -> float:
    """The most memory that this program ever had, in bytes. Linux gives kilobytes, macOS bytes.

    Linux's `ru_maxrss` would begin with what the process that started this one had: it outlives exec.
    """
    if STATUS.exists():
        return 1024 * float(re.findall(r"VmHWM:\s+([0-9]+) kB", STATUS.read_text())[0])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _apart(file: Path, count: int) -> tuple[float, float]:
    command = [sys.executable, "-m", "tests.bench.importing", str(file), str(count)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own interpreter
    seconds, megabytes = map(float, done.stdout.split())
    return seconds, megabytes


def _beside(files: Mapping[int, Path]) -> tuple[float, float, list[float]]:
    """Seconds and megabytes of a large run, and the seconds of small ones beside it, one after the other.

    Beside, not before: a machine of which others have a part is now quick and now slow, also over a minute.
    """
    small = []
    with ThreadPoolExecutor(max_workers=1) as pool:
        large = pool.submit(_apart, files[LARGE], LARGE)
        while not large.done():
            small.append(_apart(files[SMALL], SMALL)[0])
        return *large.result(), small


def numbers() -> Iterator[Number]:
    """Time per line and memory, for both kinds of file."""
    with TemporaryDirectory() as folder:
        for ending, make in (("csv", as_csv), ("xlsx", as_workbook)):
            files = {count: Path(folder) / f"{count}.{ending}" for count in (SMALL, LARGE)}
            for count, file in files.items():
                file.write_bytes(make(count))
            seconds, megabytes, small = _beside(files)
            ratio = seconds / LARGE / (fmean(small) / SMALL)
            yield Number(name=f"{ending}: time per line at {LARGE:,} over {SMALL:,}", measured=[ratio], at_most=1.2)
            name = f"{ending}: MB above the start at {LARGE:,}"
            yield Number(name=name, measured=[megabytes], at_most=64, form="{:.1f}")
            micros = [seconds / LARGE * 1e6]
            yield Number(name=f"{ending}: microseconds of CPU per line", measured=micros, form="{:.0f}")


if __name__ == "__main__":
    sys.stdout.write("{} {}".format(*run(Path(sys.argv[1]), int(sys.argv[2]))))
