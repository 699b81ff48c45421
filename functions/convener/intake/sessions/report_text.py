"""The report on an upload: as text for editors, and as JSON for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

from convener.intake.sessions.load_report import LoadReport
from convener.sessions.changes import Row, day, shortened
from convener.sessions.series import Series
from convener.sessions.session_updates import Fault


def outcome(report: LoadReport) -> str:
    """Return the result of an upload in one sentence."""
    if report.late:
        return "Nothing was written: a newer version of this file was read already."
    if report.faults:
        things = "1 thing" if len(report.faults) == 1 else f"{len(report.faults)} things"
        return f"Nothing was written: {things} to mend."
    groups = ((report.new, "new"), (report.changed, "changed"), (report.unchanged, "unchanged"))
    counts = ", ".join(f"{len(rows)} {word}" for rows, word in groups if rows)
    return f"Done: {counts}." if counts else "Done: the file has no sessions, so nothing was changed."


def as_text(report: LoadReport, series: Series) -> str:
    """Return the report for editors. Times are in the time zone of the series."""
    return "\n".join(_lines(report, series)) + "\n"


def _lines(report: LoadReport, series: Series) -> Iterator[str]:
    yield outcome(report)
    if report.late:
        return
    at = report.at.astimezone(series.tz)
    by = f" by {report.by}" if report.by else ""
    yield f"{report.name}, uploaded{by} on {_weekday(at.date())}, {at:%H:%M} {series.zone_name}"
    yield from _part("Wrong", [line for number, fault in enumerate(report.faults, 1) for line in _fault(number, fault)])
    suffix = "" if report.written or not report.faults else " (not written)"
    yield from _part(f"New{suffix}", [_row(row, with_day=True) for row in report.new])
    yield from _part(f"Changed{suffix}", [line for row in report.changed for line in _changed(row)])
    yield from _part("Unchanged", [_row(row) for row in report.unchanged])
    yield from _part("To look at", [f"  {_sentence(str(note))}" for note in report.warnings])


def _part(heading: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield from ("", heading, *lines)


def _fault(number: int, fault: Fault) -> Iterator[str]:
    place = str(fault.where)
    yield f"  {number}. {_sentence(place)}: {fault.text}" if place else f"  {number}. {fault.text}"
    if fault.mend:
        yield f"     {fault.mend}"


def _row(row: Row, *, with_day: bool = False) -> str:
    when = _weekday(row.date) if with_day else ""
    version = f"(version {row.version})" if row.version else ""
    return "  " + "  ".join(part for part in (row.id, when, row.title, version) if part)


def _changed(row: Row) -> Iterator[str]:
    yield _row(row)
    for change in row.changes:
        old, new = shortened(change)
        yield f"    {change.label}: {old} → {new}"


def _weekday(value: date) -> str:
    return f"{value:%A} {day(value)}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def as_json(report: LoadReport, *, key: str = "", version_id: str = "") -> dict[str, Any]:
    """Return the report for programs, as plain JSON values.

    Its fields are `file`, `key` and `version_id` (of the object in the bucket), `by`, `at` (ISO 8601, UTC), `written`
    (true or false), `outcome` (the first line of the text), then `wrong` (each with `place` in words, its parts `line`,
    `character`, `sheet`, `row`, `column`, `field`, and `text`, `mend`), `new`, `changed`, `unchanged` (each with `id`,
    `version`, `date`, `title`, and `changes`: `field`, `from`, `to`), and `to_look_at` (each with `text` and `line`,
    which is null where it concerns the whole file).
    """
    return {
        "file": report.name,
        "key": key,
        "version_id": version_id,
        "by": report.by,
        "at": _utc(report.at),
        "written": report.written,
        "outcome": outcome(report),
        "wrong": [
            {"place": str(fault.where), **fault.where.model_dump(), "text": fault.text, "mend": fault.mend}
            for fault in report.faults
        ],
        "new": [_plain(row) for row in report.new],
        "changed": [_plain(row) for row in report.changed],
        "unchanged": [_plain(row) for row in report.unchanged],
        "to_look_at": [note.model_dump() for note in report.warnings],
    }


def _plain(row: Row) -> dict[str, Any]:
    changes = [{"field": change.field, "from": change.old, "to": change.new} for change in row.changes]
    return {
        "id": row.id,
        "version": row.version,
        "date": row.date.isoformat(),
        "title": row.title,
        "changes": changes,
    }


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
