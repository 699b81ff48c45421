"""Puts the pieces together: the world, its keeper, the server, and the watched folder."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from watchfiles import watch
from werkzeug.serving import BaseWSGIServer, make_server

from convener.errors import BadInput
from convener.intake.sessions.reading import read_upload
from convener.sessions.series import Series, read_series
from convener.sessions.session_updates import Upload
from local.rehearsal.invented_sessions import NAME as INVENTED
from local.rehearsal.invented_sessions import invented_sessions
from local.rehearsal.run import QUIET
from local.rehearsal.seeding import dates, first_day, seed
from local.rehearsal.world import World, world
from local.serving.app import App
from local.serving.clock_endpoint import ClockEndpoint
from local.serving.keeper import Keeper
from local.serving.mails import Mails
from local.serving.page import InboxPage
from local.serving.single import HOST, announced, listen, only_one
from local.serving.uploads import Uploads
from local.timeline.moments import TimelineEvent
from local.virtual_clock import RunningClock

PATIENCE = 0.7  # seconds that what is under way may take at the end
NOON = time(12)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How to serve.

    Attributes:
        examples: A folder with archive.txt and subscribers.csv to begin with.
        invented: Whether to begin with invented sessions on the series' rule instead of those of archive.txt.
    """

    folder: Path
    port: int
    series_folder: Path
    examples: Path | None = None
    invented: bool = False


@dataclass(frozen=True, kw_only=True)
class Serving:
    """What runs. `keeper.ended` is set when it must end."""

    url: str
    keeper: Keeper


@contextmanager
def serving(plan: Plan, *, tell: Callable[[TimelineEvent], None]) -> Iterator[Serving]:
    """Run the local stack as long as the block does. Raises BadInput where the port or the folder is taken."""
    os.environ.update(QUIET)  # the handlers' own log lines would drown what `tell` says
    series = read_series(plan.series_folder / "series.toml")
    examples = _examples(plan, series)
    with ExitStack() as stack:
        name = stack.enter_context(only_one(plan.folder))
        socket = stack.enter_context(closing(listen(plan.port)))
        port = socket.getsockname()[1]
        url = f"http://{HOST}:{port}"
        name(url)
        here = stack.enter_context(_world(plan, series, url, begins=_begins(examples, series)))
        uploads = Uploads(plan.folder / "uploads", here.stack.session.client("s3"), here.stack.outputs["UploadsBucket"])
        keeper = Keeper(world=here, mails=Mails(plan.folder / "outbox"), uploads=uploads, tell=tell)
        if examples and plan.examples:
            _fill(keeper, examples.upload, plan.examples)
        page = InboxPage(keeper, series, str(uploads.inbox))
        app = App(keeper=keeper, page=page, clock=ClockEndpoint(keeper, series), port=port)
        stack.enter_context(_threads(keeper, make_server(HOST, port, app, threaded=True, fd=socket.fileno())))
        endpoint, outputs = here.stack.endpoint_url, here.stack.outputs
        stack.enter_context(announced(plan.folder / "stack.json", url=url, endpoint_url=endpoint, outputs=outputs))
        yield Serving(url=url, keeper=keeper)


@dataclass(frozen=True, kw_only=True)
class Examples:
    """The sessions to begin with, and the day of the first one that is mailed about."""

    upload: Upload
    day: date


def _examples(plan: Plan, series: Series) -> Examples | None:
    if plan.examples is None:
        return None
    if plan.invented:
        invented = invented_sessions(series, datetime.now(series.tz).date())
        upload = read_upload(invented.text.encode(), name=INVENTED, series=series)
        return Examples(upload=upload, day=invented.day)
    archive = plan.examples / "archive.txt"
    upload = read_upload(archive.read_bytes(), name=archive.name, series=series)
    mailed = [day for day in dates(upload, series) if day >= series.mail_from]
    if not mailed:
        raise BadInput(f"{archive.name} has no session from {series.mail_from:%d %B %Y} on (mail_from in series.toml).")
    return Examples(upload=upload, day=min(mailed))


def _begins(examples: Examples | None, series: Series) -> datetime:
    """The present; with examples noon of the day before their first mail, since their sessions may lie years back."""
    if examples is None:
        return datetime.now(UTC)
    return datetime.combine(first_day(examples.day, series), NOON, tzinfo=series.tz)


def _world(plan: Plan, series: Series, url: str, *, begins: datetime) -> AbstractContextManager[World]:
    outbox = plan.folder / "outbox"
    shutil.rmtree(outbox, ignore_errors=True)  # the mails of a stack that has ended and forgotten them
    return world(series, outbox=outbox, clock=RunningClock(begins), series_folder=plan.series_folder, base_url=url)


def _fill(keeper: Keeper, examples: Upload, folder: Path) -> None:
    now = keeper.world.clock.now()
    filled = seed(
        keeper.world, examples, subscribers=folder / "subscribers.csv", source="the examples of make serve", begins=now
    )
    keeper.edits = sorted(filled.edits, key=lambda edit: edit.at)
    keeper.say("load", filled.text)


@contextmanager
def _threads(keeper: Keeper, server: BaseWSGIServer) -> Iterator[None]:
    """One that works, one that answers, one that watches the folder."""

    def watch_folder() -> None:
        for _ in watch(keeper.uploads.inbox, stop_event=keeper.ended, rust_timeout=500, raise_interrupt=False):
            keeper.wake.set()

    threads = [threading.Thread(target=part, daemon=True) for part in (keeper.run, server.serve_forever, watch_folder)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        keeper.ended.set()
        keeper.wake.set()
        server.shutdown()
        threads[0].join(PATIENCE)
