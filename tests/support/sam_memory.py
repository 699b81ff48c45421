"""How much memory a container's function really took: Linux keeps each process's peak (VmHWM in /proc/PID/status).

The emulator's own "Max Memory Used" is the function's MemorySize, always.
"""

from __future__ import annotations

import re
import threading
import time
from pathlib import Path

from tests.support.sam_engine import docker

PROC = Path("/proc")
OFTEN = 0.05
PEAK = re.compile(r"^VmHWM:\s+(\d+) kB", re.MULTILINE)


class Watch:
    """Looks at a container from its start to its end; `peak` is in MB, None where the engine's /proc isn't ours."""

    def __init__(self, container: str) -> None:
        self.peak: float | None = None
        self._container = container
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def wait(self) -> None:
        """Until the container has ended."""
        self._thread.join(timeout=10)

    def _watch(self) -> None:
        first = self._first_process()
        while first and (PROC / str(first)).exists():
            # The emulator is the container's first process; the function is its child.
            peaks = [peak for process in _below(first) if (peak := _peak(process)) is not None]
            self.peak = max([*peaks, self.peak or 0.0]) or None
            time.sleep(OFTEN)

    def _first_process(self) -> int:
        for _ in range(100):
            told = docker("inspect", "--format", "{{.State.Pid}}", self._container)
            if told.returncode or int(told.stdout or 0):
                return int(told.stdout or 0)
            time.sleep(OFTEN)
        return 0


def _below(process: int) -> list[int]:
    """Its children and theirs. The file `children` lists one thread's only, so each process is asked for its parent."""
    parents = {int(path.parent.name): _parent(path) for path in PROC.glob("[0-9]*/stat")}
    found = {process}
    while new := {child for child, parent in parents.items() if parent in found} - found:
        found |= new
    return sorted(found - {process})


def _parent(stat: Path) -> int | None:
    try:
        return int(stat.read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError):  # it has ended meanwhile
        return None


def _peak(process: int) -> float | None:
    try:
        found = PEAK.search((PROC / str(process) / "status").read_text())
    except OSError:
        return None
    return int(found[1]) / 1024 if found else None
