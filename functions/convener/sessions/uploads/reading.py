"""A file that an editor uploads: which kind it is, and what it tells."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath

from convener.sessions.series import Series
from convener.sessions.told import Told, Upload
from convener.sessions.uploads.archived import read_page
from convener.sessions.uploads.decoding import read_text
from convener.sessions.uploads.outline import read_outline
from convener.sessions.uploads.records import read_drafts
from convener.sessions.uploads.troubles import Findings, Wrong
from convener.sessions.uploads.yaml_text import read_yaml

LARGEST = 5_000_000
"""Bytes. Ninety sessions with long summaries have less than two million."""

Reader = Callable[[bytes, str, Series, Findings], tuple[Told, ...]]


def read_upload(data: bytes, *, name: str, series: Series) -> Upload:
    """What a file tells. Whatever its bytes are, trouble is a fault in the answer, never an exception."""
    if len(data) > LARGEST:
        return too_large(name, len(data))
    findings = Findings()
    told: tuple[Told, ...] = ()
    with findings.catching():
        told = _reader(name)(data, name, series, findings)
    if not told and not findings.faults:
        findings.fault("There is no session in the file.", "Compare it with the example files.")
    return Upload(
        name=name,
        sessions=() if findings.faults else told,
        faults=findings.faults,
        warnings=tuple(findings.warnings),
    )


def too_large(name: str, size: int) -> Upload:
    """The answer to a file that nobody should even fetch."""
    findings = Findings()
    findings.fault(
        f"The file has {size / 1e6:,.1f} MB; {LARGEST / 1e6:.0f} MB is the most.",
        "Give only the sessions, without pictures, and put recordings and slides where a link can lead to them.",
    )
    return Upload(name=name, faults=findings.faults)


def _reader(name: str) -> Reader:
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in _READERS:
        raise Wrong(
            f"Files ending in {suffix} are not read.",
            "Upload a .yaml, .json, .md, .csv or .xlsx file, or the archive page as .txt.",
        )
    return _READERS[suffix]


def _yaml(data: bytes, _name: str, series: Series, findings: Findings) -> tuple[Told, ...]:
    drafts = read_outline(read_yaml(read_text(data), findings), findings)
    return read_drafts(drafts, series=series, findings=findings)


def _page(data: bytes, name: str, series: Series, findings: Findings) -> tuple[Told, ...]:
    return read_page(data, name=name, series=series, findings=findings)


_READERS: dict[str, Reader] = {".yaml": _yaml, ".yml": _yaml, ".txt": _page, "": _page}
