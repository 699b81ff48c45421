"""Session records, their history, and the marks of uploads."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from convener.intake.sessions.ingest import report_keys
from convener.intake.sessions.load_report import unpacked
from convener.intake.sessions.report_text import as_json, as_text
from tests.formats.current_code.stores import Facts, Format, Item, Stores
from tests.support.people import series


def _read_session(stores: Stores, items: Sequence[Item], _: Facts) -> tuple[Any, Facts]:
    session = next(one for one in stores.sessions.all() if one.id == items[0]["id"])
    return session, {
        "month": session.month,
        "begins": session.begins(series().tz).isoformat(),
        "ends": session.ends(series().tz).isoformat(),
        "date_source": session.date_source,
        "title": session.title,
        "speakers": [[one.name, one.role, one.organisation] for one in session.speakers],
        "summary": session.summary,
        "join_url": session.join_url,
        "insights": [session.insights.announced, session.insights.url],
        "presentations": [[one.title, one.url] for one in session.presentations],
        "recording": [session.recording.announced, session.recording.url],
        "session_status": session.status,
        "version": session.version,
        "sequence": session.sequence,
        "edited_at": session.edited_at.isoformat(),
        "edited_by": session.edited_by,
    }


def _write_session(stores: Stores, session: Any, _: Facts) -> None:
    stores.sessions.save(session, expected_version=0)


def _read_history(stores: Stores, _items: Sequence[Item], _: Facts) -> tuple[Any, Facts]:
    (entry,) = stores.sessions.history()
    return entry, {
        "id": entry.id,
        "at": entry.at.isoformat(),
        "by": entry.by,
        "file": entry.file,
        "file_version": entry.file_version,
        "rows": [
            [
                row.id,
                row.version,
                row.date.isoformat(),
                row.title,
                row.is_new,
                [[one.field, one.old, one.new] for one in row.changes],
            ]
            for row in entry.rows
        ],
    }


def _write_history(stores: Stores, entry: Any, _: Facts) -> None:
    stores.sessions.commit([], entry=entry, mark=None)


def _read_upload(stores: Stores, items: Sequence[Item], _: Facts) -> tuple[Any, Facts]:
    mark = stores.sessions.mark(items[0]["id"])
    assert mark is not None
    report = unpacked(mark.report)
    return mark, {
        "version_id": mark.version_id,
        "order": mark.order,
        "at": report.at.isoformat(),
        "by": report.by,
        "written": report.written,
        "new": [row.id for row in report.new],
        "changed": [row.id for row in report.changed],
        "unchanged": [row.id for row in report.unchanged],
        "faults": [one.text for one in report.faults],
        "warnings": [str(one) for one in report.warnings],
    }


def _write_upload(stores: Stores, mark: Any, _: Facts) -> None:
    stores.sessions.commit([], entry=None, mark=mark)


def report_objects(stores: Stores, key: str) -> dict[str, str]:
    """The objects, by their keys, of the report that is kept with the last upload under that key."""
    mark = stores.sessions.mark(key)
    assert mark is not None
    report = unpacked(mark.report)
    shape = as_json(report, key=key, version_id=mark.version_id)
    text, data = report_keys(report.name)
    return {text: as_text(report, series()), data: json.dumps(shape, ensure_ascii=False, indent=2) + "\n"}


FORMATS = {
    "session": Format(table="Sessions", read=_read_session, write=_write_session),
    "history": Format(table="Sessions", read=_read_history, write=_write_history),
    "upload": Format(table="Sessions", read=_read_upload, write=_write_upload),
}
