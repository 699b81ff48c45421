"""Looks into a Lambda bundle: has each of its Python files a compiled file that Lambda takes without a check?"""

from __future__ import annotations

import _imp
import importlib.util
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

UNCHECKED = 1
"""The flags of a compiled file with the hash of its source, which Python does not compare (PEP 552)."""


@dataclass(frozen=True)
class Runtime:
    """A version of Python: the magic number of its compiled files, and the tag in their names."""

    magic: bytes
    tag: str


LAMBDA = Runtime((3571).to_bytes(2, "little") + b"\r\n", "cpython-313")
"""Python 3.13. The number is in its source, Include/internal/pycore_magic_number.h."""

HERE = Runtime(importlib.util.MAGIC_NUMBER, str(sys.implementation.cache_tag))
"""The Python that runs the tests."""


def functions(bundle: Path) -> list[Path]:
    """Return the folders of a bundle that `sam build` made, one for each function."""
    return sorted(path for path in bundle.iterdir() if path.is_dir())


def not_compiled(folder: Path, runtime: Runtime = LAMBDA) -> Iterator[str]:
    """Yield a line for each Python file in a folder that Lambda would compile, or run in an older form."""
    for source in sorted(folder.rglob("*.py")):
        compiled = source.parent / "__pycache__" / f"{source.stem}.{runtime.tag}.pyc"
        if fault := _fault(source, compiled, runtime.magic):
            yield f"{source.relative_to(folder)}: {fault}"


def _fault(source: Path, compiled: Path, magic: bytes) -> str:
    if not compiled.is_file():
        return "is not compiled"
    header = compiled.read_bytes()[:16]
    if header[:4] != magic:
        return "is compiled for another Python"
    if int.from_bytes(header[4:8], "little") != UNCHECKED:
        return "its compiled file is checked against the source's time or hash"
    if header[8:16] != _imp.source_hash(int.from_bytes(magic, "little"), source.read_bytes()):
        return "its compiled file is that of another source"
    return ""
