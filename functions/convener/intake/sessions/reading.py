"""A file that an editor uploads: which kind it is, and what it tells."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath

from convener.intake.sessions.archive_uploads import read_page
from convener.intake.sessions.csv_table import SAVE_AS_CSV_UTF8, read_csv
from convener.intake.sessions.file_types import READ, refuse_other_kinds
from convener.intake.sessions.json_text import read_json
from convener.intake.sessions.markdown_text import read_markdown
from convener.intake.sessions.nodes import Draft
from convener.intake.sessions.outline import read_outline
from convener.intake.sessions.records import read_drafts
from convener.intake.sessions.text_decoding import read_text
from convener.intake.sessions.validation import Findings, ValidationError
from convener.intake.sessions.words import shortened
from convener.intake.sessions.workbook import read_workbook
from convener.intake.sessions.yaml_text import read_yaml
from convener.sessions.series import Series
from convener.sessions.session_updates import SessionUpdate, Upload

LARGEST = 5_000_000
"""Bytes. Ninety sessions with long summaries have less than two million."""


def read_upload(data: bytes, *, name: str, series: Series) -> Upload:
    """What a file tells. Whatever its bytes are, trouble is a fault in the answer, never an exception."""
    if len(data) > LARGEST:
        return too_large(name, len(data))
    findings = Findings()
    told: tuple[SessionUpdate, ...] = ()
    with findings.catching():
        told = _read(data, name, series, findings)
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


def _read(data: bytes, name: str, series: Series, findings: Findings) -> tuple[SessionUpdate, ...]:
    suffix = PurePosixPath(name).suffix.lower()
    refuse_other_kinds(data, workbook_wanted=suffix == ".xlsx")
    if suffix in ("", ".txt"):
        return read_page(data, name=name, series=series, findings=findings)
    if suffix not in _READERS:
        raise ValidationError(f"Files ending in {shortened(suffix, 12)} are not read.", READ)
    return read_drafts(_READERS[suffix](data, findings), series=series, findings=findings)


def _yaml(data: bytes, findings: Findings) -> list[Draft]:
    return read_outline(read_yaml(read_text(data), findings), findings)


def _json(data: bytes, findings: Findings) -> list[Draft]:
    return read_outline(read_json(read_text(data)), findings)


def _markdown(data: bytes, findings: Findings) -> list[Draft]:
    return read_outline(read_markdown(read_text(data), findings), findings)


def _csv(data: bytes, findings: Findings) -> list[Draft]:
    return read_csv(read_text(data, mend=SAVE_AS_CSV_UTF8), findings)


_READERS: dict[str, Callable[[bytes, Findings], list[Draft]]] = {
    ".yaml": _yaml,
    ".yml": _yaml,
    ".json": _json,
    ".md": _markdown,
    ".markdown": _markdown,
    ".csv": _csv,
    ".tsv": _csv,
    ".xlsx": read_workbook,
}
