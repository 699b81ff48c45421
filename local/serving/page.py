"""The inbox as a page: clock, what comes next, uploads and the mails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zlib import crc32

from jinja2 import Environment

from convener.sessions.series import Series
from local.serving.keeper import Keeper
from local.serving.uploads import Report
from local.timeline.page import SCRIPT, environment, mail_views, styles
from local.timeline.sections import groups
from local.timeline.words import written_moment

HERE = Path(__file__).parent / "pages"
HOME = "/_inbox/"
# Links of a mail open in a window of their own, which is a page like any other: its buttons work.
FRAMES = "allow-popups allow-popups-to-escape-sandbox"
SHOWN_COMING, SHOWN_MOMENTS, SHOWN_REPORTS = 6, 12, 8


@dataclass
class InboxPage:
    """Renders what the keeper knows."""

    keeper: Keeper
    series: Series
    uploads_folder: str
    _pages: Environment = field(init=False)

    def __post_init__(self) -> None:
        self._pages = environment(self.series, HERE, home=HOME, sandbox=FRAMES)
        self._pages.filters["full"] = lambda moment: written_moment(moment.astimezone(self.series.tz))

    def html(self, *, trouble: str = "") -> str:
        """The whole page. `trouble` is what could not be done just now."""
        keeper, outlook, mails = self.keeper, self.keeper.outlook(), self.keeper.mails.all()
        return self._pages.get_template("inbox.html").render(
            trouble=trouble,
            now=self.now,
            version=self.version(),
            moving=keeper.moving,
            coming=outlook.coming[:SHOWN_COMING],
            later=len(outlook.coming[SHOWN_COMING:]),
            waiting=outlook.waiting,
            people=self._people(),
            sessions=self._sessions(),
            uploads=self.uploads_folder,
            reports=self._reports(),
            moments=list(keeper.moments)[: -SHOWN_MOMENTS - 1 : -1],
            mails=mails,
            groups=groups(mails, []),
        )

    @property
    def now(self) -> datetime:
        """The stack's own time, in the series' zone."""
        return self.keeper.world.clock.now().astimezone(self.series.tz)

    @property
    def written_now(self) -> str:
        """The same in words."""
        return f"{written_moment(self.now)} {self.series.zone_name}"

    def version(self) -> str:
        """Changes when the page would show something else than another time of day."""
        keeper, outlook = self.keeper, self.keeper.outlook()
        seen = (keeper.happened, bool(keeper.moving), outlook.coming, outlook.waiting, self._people())
        return f"{crc32(repr(seen).encode()):08x}"

    def asset(self, name: str) -> tuple[str, str] | None:
        """A style sheet or script, with its media type."""
        made: Mapping[str, tuple[str, Any]] = {
            "page.css": ("text/css", lambda: styles(self._pages) + (HERE / "inbox.css").read_text("utf-8")),
            "page.js": ("text/javascript", lambda: SCRIPT.read_text("utf-8")),
            "inbox.js": ("text/javascript", lambda: (HERE / "inbox.js").read_text("utf-8")),
        }
        if name not in made:
            return None
        kind, content = made[name]
        return kind, content()

    def view(self, name: str) -> str | None:
        """One view of one mail, such as `0007-dark.html`."""
        mail = self.keeper.mails.find(name[:4].rstrip(".-")) if name[:4].isdecimal() else None
        return mail_views(mail, self._pages, self.series).get(name) if mail else None

    def _reports(self) -> list[Report]:
        """The latest of each file, newest first."""
        latest = {report.name: report for report in self.keeper.reports}
        return sorted(latest.values(), key=lambda report: report.at, reverse=True)[:SHOWN_REPORTS]

    def _people(self) -> int:
        """How many rows the list of subscribers has, without the one that holds the key's fingerprint."""
        stack = self.keeper.world.stack
        table = stack.session.client("dynamodb").describe_table(TableName=stack.outputs["SubscribersTable"])
        return max(table["Table"]["ItemCount"] - 1, 0)

    def _sessions(self) -> int:
        with self.keeper.world.pump.lock:
            return len(self.keeper.world.sessions.all())
