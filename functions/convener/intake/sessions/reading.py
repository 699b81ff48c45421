"""A file that an editor uploads: its format by its name, and the session updates that it holds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath

from convener.intake.files.decoding import shortened, visible
from convener.intake.sessions.archive_uploads import read_page
from convener.intake.sessions.file_types import READABLE, SAVE_AS_UTF8, read_text, refuse_other_types
from convener.intake.sessions.json_text import read_json
from convener.intake.sessions.markdown_text import read_markdown
from convener.intake.sessions.outline import Draft, read_outline
from convener.intake.sessions.records import read_drafts
from convener.intake.sessions.tables import SAVE_AS_CSV_UTF8, read_csv
from convener.intake.sessions.validation import Findings, ValidationError
from convener.intake.sessions.workbook import read_workbook
from convener.intake.sessions.yaml_text import read_yaml
from convener.sessions.series import Series
from convener.sessions.session_updates import SessionUpdate, Upload

MAX_UPLOAD_BYTES = 5_000_000
"""Ninety sessions with long summaries have less than two million bytes."""


def read_upload(data: bytes, *, name: str, series: Series) -> Upload:
    """Return the session updates of a file, or its faults. No bytes make this raise an exception.

    Args:
        data: The bytes of the file.
        name: The name of the file; its ending says the format.
        series: The series of the sessions.
    """
    if len(data) > MAX_UPLOAD_BYTES:
        return too_large(name, len(data))
    findings = Findings()
    updates: tuple[SessionUpdate, ...] = ()
    with findings.catching():
        updates = _read(data, name, series, findings)
    if not updates and not findings.faults:
        findings.fault("There is no session in the file.", "Compare it with the example files.")
    return Upload(
        name=name,
        sessions=() if findings.faults else updates,
        faults=findings.faults,
        warnings=tuple(findings.warnings),
    )


def too_large(name: str, size: int) -> Upload:
    """Return the answer to a file of more than MAX_UPLOAD_BYTES, which does not even need to be fetched."""
    findings = Findings()
    findings.fault(
        f"The file has {size / 1e6:,.1f} MB; {MAX_UPLOAD_BYTES / 1e6:.0f} MB is the most.",
        "Give only the sessions, without pictures, and put recordings and slides where a link can lead to them.",
    )
    return Upload(name=name, faults=findings.faults)


def _read(data: bytes, name: str, series: Series, findings: Findings) -> tuple[SessionUpdate, ...]:
    suffix = PurePosixPath(name).suffix.lower()
    refuse_other_types(data, workbook_wanted=suffix == ".xlsx")
    if suffix in ("", ".txt"):
        return read_page(data, name=name, series=series, findings=findings)
    if suffix not in _READERS:
        raise ValidationError(f"Files ending in {shortened(suffix, 12)} are not read.", READABLE)
    return read_drafts(_READERS[suffix](data, findings), series=series, findings=findings)


def _text(data: bytes, mend: str = SAVE_AS_UTF8) -> str:
    return visible(read_text(data, mend=mend))


def _yaml(data: bytes, findings: Findings) -> list[Draft]:
    return read_outline(read_yaml(_text(data), findings), findings)


def _json(data: bytes, findings: Findings) -> list[Draft]:
    return read_outline(read_json(_text(data)), findings)


def _markdown(data: bytes, findings: Findings) -> list[Draft]:
    return read_outline(read_markdown(_text(data), findings), findings)


def _csv(data: bytes, findings: Findings) -> list[Draft]:
    return read_csv(_text(data, SAVE_AS_CSV_UTF8), findings)


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
