"""Composing an edition from a session and a mailing type. The same input gives the same bytes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from email.utils import formataddr

from convener.editions.adjacent_sessions import Upcoming, upcoming_view
from convener.editions.calendar_file import calendar_file
from convener.editions.calendar_links import calendar_links
from convener.editions.merge_fields import fill, values_without_reader
from convener.editions.models import Content, Edition, Occasion
from convener.editions.render import Templates
from convener.editions.session_text import cleaned, links_of, slides_of
from convener.editions.view import MATERIALS, base_view, missed_view
from convener.errors import Blocked
from convener.mailing_types import MailingType
from convener.sessions.models import Session
from convener.sessions.series import Series

__all__ = ["Upcoming", "compose"]


def compose(  # noqa: PLR0913 - an edition depends on all of these, and on nothing else
    *,
    campaign: str,
    kind: MailingType,
    session: Session,
    previous: Session | None,
    series: Series,
    upcoming: Upcoming | None,
    brings: frozenset[str],
    templates: Templates,
    join_url: str,
    view_url: str,
    stamp: datetime,
) -> Edition:
    """Compose the edition of one campaign. The merge fields stay open.

    Args:
        campaign: The id of the campaign.
        kind: The mailing type. Its columns decide on templates, calendar and materials.
        session: The session.
        previous: The latest session before, if there is one.
        series: The series.
        upcoming: The next session after, if it is known.
        brings: The names of the materials that the mailing brings: insights, recording, presentations.
        templates: The templates.
        join_url: The link to join; empty if there is none.
        view_url: The link to this mailing as a web page.
        stamp: The date of the calendar file.

    Raises:
        Blocked: Something is missing. The message is for an editor.
    """
    session, series = cleaned(session), cleaned(series)
    previous = cleaned(previous) if previous else None
    view = base_view(session, series, join_url=join_url, view_url=view_url)
    view |= {
        "kind": kind.name,
        "calendar": calendar_links(session, series, join_url=join_url),
        "missed": missed_view(previous, session, series),
        "upcoming": upcoming_view(upcoming, series),
    }
    view |= _materials(kind, session, brings)
    file = calendar_file(session, series, join_url=join_url, stamp=stamp) if kind.has_calendar else ""
    occasion = _occasion(session, previous, series)
    return Edition(
        campaign=campaign,
        sender=formataddr((series.sender.name, series.sender.address)),
        reply_to=series.sender.reply_to,
        list_id=series.sender.list_id,
        occasion=occasion,
        variants={**_variants(kind, templates, view, file), "web": _web_page(kind, templates, view, occasion)},
    )


def _variants(kind: MailingType, templates: Templates, view: dict[str, object], file: str) -> dict[str, Content]:
    """Compose one mail for each choice of calendar, with HTML and without.

    A mailing without a calendar file has three variants, because the choice of calendar makes no difference.
    """
    full, plain = _content(kind, templates, view, file), _content(kind, templates, view, "")
    variants = {"full": full, "plain": plain, "text": replace(full, html="")}
    if file:
        bare = _content(kind, templates, {**view, "calendar": None}, "")
        variants |= {"bare": bare, "text-plain": replace(plain, html=""), "text-bare": replace(bare, html="")}
    return variants


def _content(kind: MailingType, templates: Templates, view: dict[str, object], file: str) -> Content:
    values = {**view, "has_file": bool(file)}
    return Content(
        subject=templates.line(f"{kind.templates}/subject.txt", values),
        text=templates.text(f"{kind.templates}/body.txt", values),
        html=templates.html(f"{kind.templates}/body.mjml", values),
        calendar=file,
    )


def _web_page(kind: MailingType, templates: Templates, view: dict[str, object], occasion: Occasion) -> Content:
    """Compose the mailing as a web page: HTML without values of any reader."""
    values = {**view, "has_file": False, "in_browser": True}
    subject, html = (
        templates.line(f"{kind.templates}/subject.txt", values),
        templates.html(f"{kind.templates}/body.mjml", values),
    )
    return fill(Content(subject=subject, text="", html=html), values_without_reader(occasion))


def _materials(kind: MailingType, session: Session, brings: frozenset[str]) -> dict[str, object]:
    """Return the materials that the mailing brings, and the older ones.

    Raises Blocked where the session lacks a material that the mailing brings.
    """
    links, slides = links_of(session), slides_of(session)
    available = set(links) | ({"presentations"} if slides else set())
    if kind.brings_materials:
        if not brings:
            raise Blocked(f"{session.id}: a {kind} needs insights, a recording or presentations to bring.")
        if lacking := [name for name in sorted(brings) if name not in available]:
            raise Blocked(
                f"{session.id}: the {kind} brings {', '.join(lacking)}, but the session has no https link to it."
            )
    return {
        "brings": [name for name in MATERIALS if name in brings],
        "links": {name: url for name, url in links.items() if name in brings},
        "slides": slides if "presentations" in brings else [],
        "older_links": {name: url for name, url in links.items() if name not in brings},
        "older_slides": [] if "presentations" in brings else slides,
    }


def _occasion(session: Session, previous: Session | None, series: Series) -> Occasion:
    return Occasion(
        begins=session.begins(series.tz),
        ends=session.ends(series.tz),
        zone=series.zone,
        zone_short=series.zone_short,
        previous_begins=previous.begins(series.tz) if previous else None,
    )
