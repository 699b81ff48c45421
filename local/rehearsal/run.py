"""One rehearsal from files to folder: load, live through the time, write down what happened."""

from __future__ import annotations

import gc
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from convener.errors import BadInput
from convener.intake.sessions.reading import read_upload
from convener.mailing_types import mailing_types
from convener.sessions.departure_times import first_departure_days, next_hour
from convener.sessions.series import Series, read_series
from local.rehearsal.edits import ARRIVALS
from local.rehearsal.example_readers import cast_for
from local.rehearsal.month import rehearse
from local.rehearsal.report import build_report
from local.rehearsal.seeding import check, dates, seed
from local.rehearsal.simulated_readers import SimulatedReaders
from local.rehearsal.timeline_events import TimelineEvents, unknown_words
from local.rehearsal.world import world
from local.ses import SesServer
from local.timeline.moments import TimelineEvent
from local.timeline.page import write_page
from local.virtual_clock import VirtualClock

EARLIEST, LATEST = date(1970, 1, 1), date(2199, 12, 31)
QUIET = {
    "POWERTOOLS_LOG_LEVEL": "CRITICAL",
    "POWERTOOLS_METRICS_DISABLED": "true",
    "POWERTOOLS_METRICS_NAMESPACE": "Convener",  # what is disabled still wants one
    "POWERTOOLS_SERVICE_NAME": "demo",
}


@dataclass(frozen=True, kw_only=True)
class Script:
    """What to rehearse. Without dates: from the day before the first invite to the day after its recap.

    `ses` is told the mail server before anything happens, to order faults. `cast`: whether readers act, see `acts`.
    """

    sessions: Path
    subscribers: Path
    folder: Path
    templates: Path
    begins: date | None = None
    until: date | None = None
    ses: Callable[[SesServer], None] = lambda _: None
    cast: bool = False


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of it. `notes` are for the person who ran it."""

    report: dict[str, Any]
    page: Path
    notes: list[str]


def run(script: Script, *, progress: Callable[[float, str], None]) -> Outcome:
    """Rehearse. `progress` hears the part that is done (0 to 1) and where virtual time stands.

    Raises BadInput for files that can't be read and for dates that don't fit.
    """
    os.environ.update(QUIET)  # the handlers' own log lines would drown the progress
    gc.set_threshold(100_000, 50, 50)  # moto and boto3 leave few cycles: looking for them less often saves a second
    series = read_series(script.templates / "series.toml")
    upload = read_upload(script.sessions.read_bytes(), name=script.sessions.name, series=series)
    check(upload.faults, upload.name)
    begins, until = _range(script, set(dates(upload, series)), series)
    shutil.rmtree(script.folder, ignore_errors=True)
    progress(0.0, "starting the local stack")
    clock = VirtualClock(begins)
    with world(series, outbox=script.folder / "outbox", clock=clock, templates=script.templates) as here:
        filled = seed(
            here,
            upload,
            subscribers=script.subscribers,
            source=f"the rehearsal’s {script.subscribers.name}",
            begins=begins,
        )
        cast = cast_for(here, dates(upload, series), begins=begins) if script.cast else SimulatedReaders()
        script.ses(here.stack.ses)
        span = until - begins
        notes = filled.notes
        moments = [TimelineEvent(at=begins, kind="load", text=filled.text)]
        telling = TimelineEvents()
        moments += rehearse(
            here,
            filled.edits,
            until=until,
            telling=telling,
            cast=cast,
            progress=lambda at: progress((at - begins) / span, f"{at.astimezone(series.tz):%a %d %b %H:%M}"),
        )
        if here.pump.given_up:
            notes.append(f"{len(here.pump.given_up)} messages were given up: a handler kept failing")
        report = build_report(here, begins=begins, until=until)
        opened = {one["id"]: one["unknown"] for one in report["campaigns"]}
        notes += [f"{one} did not leave: {why}" for one, why in telling.waiting.items() if one not in opened]
        notes += [unknown_words(one, number) for one, number in opened.items() if number]
    (script.folder / "report.json").write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    return Outcome(
        report=report, page=write_page(script.folder, series=series, moments=moments, report=report), notes=notes
    )


def _range(script: Script, days: set[date], series: Series) -> tuple[datetime, datetime]:
    """Midnight to midnight in the series' zone, as moments."""
    wanted = [day for day in (script.begins, script.until) if day]
    if any(not EARLIEST <= day <= LATEST for day in wanted):
        raise BadInput(f"--from and --to must lie between {EARLIEST} and {LATEST}.")
    first = max(series.mail_from, script.begins or series.mail_from)
    mailed = sorted(day for day in days if day >= first)
    if not mailed and not (script.begins and script.until):
        raise BadInput(
            f"{script.sessions.name} has no session from {first:%d %B %Y} on (--from, or mail_from in series.toml), "
            "so there is nothing to send: say --from and --to, or move mail_from."
        )
    begins = script.begins or mailed[0] - timedelta(days=first_departure_days(series) + 1)
    until = script.until
    if until is None:
        last = datetime.combine(mailed[0] + timedelta(days=max(days for _, days, _ in ARRIVALS)), time(20), series.tz)
        hour = max(series.departures.hour(kind) for kind in mailing_types() if kind.brings_materials)
        until = next_hour(last.astimezone(UTC), hour, series).astimezone(series.tz).date()
        until += timedelta(days=1)
    if until < begins:
        raise BadInput(f"--to {until} is before --from {begins}: exchange them.")
    return (
        datetime.combine(begins, time(0), series.tz).astimezone(UTC),
        datetime.combine(until + timedelta(days=1), time(0), series.tz).astimezone(UTC) - timedelta(seconds=1),
    )
