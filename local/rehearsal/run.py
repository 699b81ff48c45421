"""One rehearsal from input files to output folder: load, run through the time, write the report and the page."""

from __future__ import annotations

import gc
import json
import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from convener.errors import BadInput
from convener.intake.sessions.reading import read_upload
from convener.mailing_types import mailing_types
from convener.sessions.departure_times import next_hour
from convener.sessions.series import Series, read_series
from local.rehearsal.edits import ARRIVALS
from local.rehearsal.example_readers import example_readers
from local.rehearsal.invented_sessions import NAME as INVENTED
from local.rehearsal.invented_sessions import invented_sessions
from local.rehearsal.month import rehearse
from local.rehearsal.report import build_report
from local.rehearsal.seeding import check, dates, first_day, seed
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
    "POWERTOOLS_METRICS_NAMESPACE": "Convener",  # Powertools requires it although metrics are disabled
    "POWERTOOLS_SERVICE_NAME": "demo",
}


@dataclass(frozen=True, kw_only=True)
class Script:
    """The input of a rehearsal. Without dates it lasts from the day before the first invite to the day after its recap.

    Without a file of sessions there are invented ones, on the rule of the series. `today` is the day before which no
    invented session is rehearsed. `ses` gets the SES server before the rehearsal begins, and may order faults. `cast`:
    whether simulated readers act.
    """

    sessions: Path | None
    subscribers: Path
    folder: Path
    series_folder: Path
    begins: date | None = None
    until: date | None = None
    today: date = field(default_factory=lambda: datetime.now(UTC).date())
    ses: Callable[[SesServer], None] = lambda _: None
    cast: bool = False


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The result of a rehearsal. `notes` are remarks for the person who ran it."""

    report: dict[str, Any]
    page: Path
    notes: list[str]


def run(script: Script, *, progress: Callable[[float, str], None]) -> Outcome:
    """Run a rehearsal. `progress` gets the part that is done (0 to 1) and the present virtual time in words.

    Raises BadInput for files that can't be read and for dates that don't fit.
    """
    os.environ.update(QUIET)  # log lines of the handlers would hide the progress bar
    gc.set_threshold(100_000, 50, 50)  # moto and boto3 leave few reference cycles: fewer collections save a second
    series = read_series(script.series_folder / "series.toml")
    hints = []
    if script.sessions is None:
        invented = invented_sessions(series, script.begins or script.today)
        hints = [invented.note] if invented.note else []
        name, data = INVENTED, invented.text.encode()
        script = replace(script, begins=script.begins or first_day(invented.day, series))
    else:
        name, data = script.sessions.name, script.sessions.read_bytes()
    upload = read_upload(data, name=name, series=series)
    check(upload.faults, name)
    begins, until = _range(script, name, set(dates(upload, series)), series)
    shutil.rmtree(script.folder, ignore_errors=True)
    progress(0.0, "starting the local stack")
    clock = VirtualClock(begins)
    with world(series, outbox=script.folder / "outbox", clock=clock, series_folder=script.series_folder) as local_world:
        seeded = seed(
            local_world,
            upload,
            subscribers=script.subscribers,
            source=f"the rehearsal’s {script.subscribers.name}",
            begins=begins,
        )
        cast = example_readers(local_world, dates(upload, series), begins=begins) if script.cast else SimulatedReaders()
        script.ses(local_world.stack.ses)
        span = until - begins
        notes = [*hints, *never_mailed(dates(upload, series), begins, until, series), *seeded.notes]
        moments = [TimelineEvent(at=begins, kind="load", text=seeded.text)]
        telling = TimelineEvents()
        moments += rehearse(
            local_world,
            seeded.edits,
            until=until,
            telling=telling,
            cast=cast,
            progress=lambda at: progress((at - begins) / span, f"{at.astimezone(series.tz):%a %d %b %H:%M}"),
        )
        if local_world.pump.given_up:
            notes.append(f"{len(local_world.pump.given_up)} messages were given up: a handler kept failing")
        report = build_report(local_world, begins=begins, until=until)
        opened = {one["id"]: one["unknown"] for one in report["campaigns"]}
        notes += [f"{one} did not leave: {why}" for one, why in telling.waiting.items() if one not in opened]
        notes += [unknown_words(one, number) for one, number in opened.items() if number]
    (script.folder / "report.json").write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    return Outcome(
        report=report, page=write_page(script.folder, series=series, moments=moments, report=report), notes=notes
    )


def never_mailed(days: Iterable[date], begins: datetime, until: datetime, series: Series) -> list[str]:
    """Return a remark where sessions lie in the time of the rehearsal that no mail is sent about."""
    first, last = begins.astimezone(series.tz).date(), until.astimezone(series.tz).date()
    silent = sorted(day for day in days if first <= day <= last and day < series.mail_from)
    if not silent:
        return []
    written = " and ".join(f"{day.day} {day:%B %Y}" for day in silent)
    since = f"{series.mail_from.day} {series.mail_from:%B %Y}"
    note = (
        f"No mail leaves about {written}: mail_from in series.toml is {since}, and sessions before that day never mail "
    )
    return [f"{note}anybody."]


def _range(script: Script, name: str, days: set[date], series: Series) -> tuple[datetime, datetime]:
    """Return the first and the last moment of the rehearsal: midnight to midnight in the series' zone, in UTC."""
    wanted = [day for day in (script.begins, script.until) if day]
    if any(not EARLIEST <= day <= LATEST for day in wanted):
        raise BadInput(f"--from and --to must lie between {EARLIEST} and {LATEST}.")
    first = max(series.mail_from, script.begins or series.mail_from)
    mailed = sorted(day for day in days if day >= first)
    if not mailed and not (script.begins and script.until):
        raise BadInput(
            f"{name} has no session from {first:%d %B %Y} on (--from, or mail_from in series.toml), "
            "so there is nothing to send: say --from and --to, or move mail_from."
        )
    begins = script.begins or first_day(mailed[0], series)
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
