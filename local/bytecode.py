"""Compile the project's own Python files ahead of time, for machines where Python may not keep what it compiles.

Where PYTHONDONTWRITEBYTECODE is set, every process compiles each file anew, and each run of the tests has three
processes or more. `local/bootstrap.sh` runs this file there. No compiled file is used for a source that has changed
since: Python compares its size and time of change, pytest a hash of it (PEP 552).
"""

from __future__ import annotations

import compileall
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from _pytest.assertion import rewrite

FOLDERS = ("functions", "local", "tests")
REWRITTEN = ("conftest.py", "test_*.py")
"""The files whose asserts pytest rewrites; it keeps the result in compiled files of its own, beside Python's."""

PYTEST: Any = SimpleNamespace(getini=lambda _name: False, trace=lambda _text: None)
"""What the functions below ask of pytest's configuration and of its state: no hook for asserts, no trace."""


def compile_project(root: Path) -> int:
    """Compile what has no fitting compiled file yet; return how many test files were rewritten."""
    for folder in FOLDERS:
        compileall.compile_dir(root / folder, quiet=2)
    wanted = [file for file in _rewritten(root) if rewrite._read_pyc(file, _compiled(file)) is None]  # noqa: SLF001
    return sum(map(_rewrite, wanted))


def _rewritten(root: Path) -> Iterator[Path]:
    for pattern in REWRITTEN:
        yield from (root / "tests").rglob(pattern)


def _compiled(file: Path) -> Path:
    """The path of pytest's compiled file."""
    return rewrite.get_cache_dir(file) / (file.stem + rewrite.PYC_TAIL)


def _rewrite(file: Path) -> bool:
    try:
        source_hash, code = rewrite._rewrite_test(file, PYTEST)  # noqa: SLF001 - pytest has no public way to it
    except SyntaxError:  # pytest tells of it
        return False
    _compiled(file).parent.mkdir(exist_ok=True)
    return rewrite._write_pyc(PYTEST, code, source_hash, _compiled(file))  # noqa: SLF001


if __name__ == "__main__":
    compile_project(Path(__file__).parents[1])
