"""Writes the page of a rehearsal: `index.html` with totals, timeline and mails, and a small page for each view."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from convener.sessions.series import Series
from local.timeline.calendarview import read_events
from local.timeline.copies import copy_in_mode
from local.timeline.mailview import Mail, read_outbox
from local.timeline.moments import TimelineEvent
from local.timeline.sections import days, groups
from local.timeline.words import written_campaign, written_kind, written_loss, written_moment, written_range

_HERE = Path(__file__).parent
SCRIPT = _HERE / "page.js"
VIEWS = (
    ("html", "HTML"),
    ("phone", "Phone"),
    ("dark", "Dark"),
    ("text", "Text"),
    ("headers", "Headers"),
    ("calendar", "Calendar"),
)
COUNTS = ("audience", "accepted", "skipped", "failed", "unknown")


def write_page(folder: Path, *, series: Series, moments: Sequence[TimelineEvent], report: dict[str, Any]) -> Path:
    """Write `folder/index.html` for the mails in `folder/outbox`, and return its path.

    `report` is what `report.json` holds. Beside the page come `mails/` (five small files a mail, all that was there
    is replaced) and `assets/`. The page opens from the disk, without a network, and without JavaScript too.
    """
    mails = read_outbox(folder / "outbox")
    pages = environment(series)
    _write_assets(folder / "assets", pages)
    shutil.rmtree(folder / "mails", ignore_errors=True)
    (folder / "mails").mkdir(parents=True)
    for mail in mails:
        for name, html in mail_views(mail, pages, series).items():
            (folder / "mails" / name).write_text(html, "utf-8", "replace")
    index = folder / "index.html"
    campaigns = report["campaigns"]
    index.write_text(
        pages.get_template("index.html").render(
            range=written_range(str(report["from"]), str(report["to"]), zone=series.tz),
            campaigns=campaigns,
            sums={count: sum(campaign[count] for campaign in campaigns) for count in COUNTS},
            days=days(moments, series.tz, {campaign["id"]: campaign for campaign in campaigns}),
            groups=groups(mails, [campaign["id"] for campaign in campaigns]),
            mails=mails,
            subjects={mail.number: mail.subject for mail in mails},
            counts=COUNTS,
            loss=written_loss(report["lost"]) if "lost" in report else "",
        ),
        "utf-8",
        "replace",
    )
    return index


def environment(series: Series, *folders: Path, home: str = "", sandbox: str = "") -> Environment:
    """The page's templates, those of other `folders` first.

    Mails lie under `home`; `sandbox` is what their frames may do.
    """
    pages = Environment(
        loader=FileSystemLoader([*folders, _HERE]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    def when(moment: datetime | None) -> str:
        return f"{written_moment(moment.astimezone(series.tz))} {series.zone_name}" if moment else "no date"

    def short(moment: datetime | None) -> str:
        local = moment.astimezone(series.tz) if moment else None
        return f"{local.day} {local:%b}, {local:%H:%M}" if local else "no date"

    pages.filters |= {"kind": written_kind, "campaign": written_campaign, "when": when, "short": short, "quote": quote}
    pages.globals |= {"series": series, "home": home, "sandbox": sandbox, "views": VIEWS}
    return pages


def _write_assets(assets: Path, pages: Environment) -> None:
    assets.mkdir(parents=True, exist_ok=True)
    (assets / "page.css").write_text(styles(pages), "utf-8")
    shutil.copyfile(SCRIPT, assets / "page.js")


def styles(pages: Environment) -> str:
    """The page's style sheet, in the series' colours."""
    return pages.get_template("colours.css").render() + (_HERE / "page.css").read_text("utf-8")


def mail_views(mail: Mail, pages: Environment, series: Series) -> dict[str, str]:
    """The small pages of one mail by their file names: HTML (also for the phone), dark, text, headers, calendar."""
    absent = pages.get_template("absent.html").render(mail=mail, what="HTML")
    light, dark = (copy_in_mode(mail.html, mode) if mail.html else absent for mode in ("light", "dark"))
    views = {
        "": light,
        "-dark": dark,
        "-text": pages.get_template("text.html").render(mail=mail),
        "-headers": pages.get_template("headers.html").render(mail=mail),
        "-calendar": _calendar_page(mail, pages, series),
    }
    return {f"{mail.number}{view}.html": html for view, html in views.items()}


def _calendar_page(mail: Mail, pages: Environment, series: Series) -> str:
    events: list[list[tuple[str, str]]] = []
    trouble = ""
    if mail.calendar:
        try:
            events = read_events(mail.calendar.text, zone=series.tz, zone_name=series.zone_name)
        except ValueError as error:
            trouble = str(error)
    return pages.get_template("calendar.html").render(mail=mail, events=events, trouble=trouble)
