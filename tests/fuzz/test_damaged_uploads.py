"""Damaged uploads. `make fuzz` tries ten thousand of them, `make test` a few hundred."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convener.intake.sessions.loading import load_sessions
from convener.sessions.session_updates import SessionUpdate
from tests.support.damage import damaged, damaged_inside, damages
from tests.support.ending import ends
from tests.support.fakes import FakeSessions
from tests.support.uploads import EXAMPLES, ROOT, SERIES, uploaded

EACH = int(os.environ.get("FUZZ", "20"))
NOW = datetime(2024, 4, 2, 9, tzinfo=UTC)
YAML, JSON, MARKDOWN, CSV, XLSX = (
    (EXAMPLES / name).read_bytes()
    for name in ("two-sessions.yaml", "one-session.json", "one-session.md", "sessions.csv", "sessions.xlsx")
)
PAGE = (ROOT / "local" / "examples" / "archive.txt").read_bytes()[:2500]
FILES = {"a.yaml": YAML, "a.json": JSON, "a.md": MARKDOWN, "a.csv": CSV, "a.xlsx": XLSX, "a.txt": PAGE}


def _damaged(name: str, data: bytes) -> st.SearchStrategy[tuple[str, bytes]]:
    return damages.map(lambda how: (name, damaged(data, how)))


@st.composite
def _spliced(draw: st.DrawFn) -> tuple[str, bytes]:
    """Draw the beginning of one file and the end of another, under any name."""
    first, second = draw(st.sampled_from(list(FILES.values()))), draw(st.sampled_from(list(FILES.values())))
    cut, end = draw(st.integers(0, 1000)), draw(st.integers(0, 1000))
    data = first[: cut * len(first) // 1000] + second[end * len(second) // 1000 :]
    return draw(st.sampled_from(list(FILES))), data


KINDS: dict[str, st.SearchStrategy[tuple[str, bytes]]] = {
    "yaml": _damaged("a.yaml", YAML),
    "json": _damaged("a.json", JSON),
    "markdown": _damaged("a.md", MARKDOWN),
    "csv": _damaged("a.csv", CSV),
    "utf-16 csv": _damaged("a.csv", CSV.decode("utf-8-sig").encode("utf-16")),
    "xlsx": _damaged("a.xlsx", XLSX),
    "inside xlsx": st.builds(lambda at, how: ("a.xlsx", damaged_inside(XLSX, at, how)), st.integers(0, 20), damages),
    "archive page": _damaged("a.txt", PAGE),
    "spliced": _spliced(),
    "any bytes": st.tuples(st.sampled_from(list(FILES)), st.binary(max_size=400)),
}


def _examine(name: str, data: bytes) -> tuple[bool, float]:
    """Return whether a file was read, and in how many seconds."""
    began = perf_counter()
    with ends():
        upload = uploaded(data, name)
    took = perf_counter() - began
    assert bool(upload.faults) is not bool(upload.sessions)
    assert all(str(finding).encode().strip() for finding in (*upload.faults, *upload.warnings))
    for update in upload.sessions:
        assert SessionUpdate.model_validate(dict(update)) == update
        repr(dict(update.values)).encode()
    _load(upload)
    return bool(upload.sessions), took


def _load(upload: Any) -> None:
    """Check that a file with a fault writes nothing, and that every session of another file can be stored as JSON."""
    store = FakeSessions()
    report = load_sessions(upload, store=store, series=SERIES, now=NOW, by="an editor")
    assert report.written is bool(store.rows)
    if upload.faults:
        assert not report.written
    for session in store.rows.values():
        assert type(session).model_validate_json(session.model_dump_json().encode()) == session


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_files_are_refused_or_read(kind: str, record_property: Callable[[str, Any], None]) -> None:
    """Never an exception, never an endless loop: either faults and nothing else, or complete sessions."""
    counts: Counter[str] = Counter()
    slowest = 0.0

    @settings(
        max_examples=EACH,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
    )
    @given(KINDS[kind])
    def tries(file: tuple[str, bytes]) -> None:
        nonlocal slowest
        read, took = _examine(*file)
        slowest = max(slowest, took)
        counts.update(files=1, read=read, refused=not read)

    try:
        tries()
    finally:
        record_property("damaged", kind)
        record_property("slowest", slowest)
        for name in ("files", "refused", "read"):
            record_property(name, counts[name])
