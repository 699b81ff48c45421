"""The page with all data of a subscriber, which a one-time link opens: to see on a page, or to download as a file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from http import HTTPStatus

from convener.editions.formatting import clock_time, day_month_year
from convener.errors import LostAnswer
from convener.pages.context import PageContext
from convener.pages.form import NotAForm, read_form
from convener.pages.one_time_links import OpenedLink, open_link, read_one_time_link, stale_link_page
from convener.pages.request import Request
from convener.pages.responses import Response
from convener.pages.subscriber_summary import choice_words, zone_of
from convener.sessions.series import Series
from convener.subscribers.address import masked
from convener.subscribers.consent import FOR_KINDS, ConsentEntry, ConsentEvent
from convener.subscribers.data_export import DataExport, export_data
from convener.subscribers.mail_requests import Purpose
from convener.subscribers.mailing_choices import in_words
from convener.subscribers.models import Subscriber
from convener.subscribers.origin import Origin, origin_of
from convener.subscribers.ports import RequestStore

SEE, DOWNLOAD = "see", "download"
"""The actions of the link, and what the buttons post."""

_JSON_TYPE = "application/json; charset=utf-8"
_FILE_NAME = "what-we-hold-of-you.json"

EVENT_WORDS: Mapping[ConsentEvent, str] = {
    ConsentEvent.JOINED: "You joined",
    ConsentEvent.IMPORTED: "You were brought in with a list",
    ConsentEvent.CHOSE: "You chose what you get",
    ConsentEvent.LEFT: "You left",
    ConsentEvent.SAID_WHY: "You said why",
    ConsentEvent.CAME_BACK: "You came back",
    ConsentEvent.MOVED: "Your address changed",
    ConsentEvent.LIFTED: "We write to you again",
    ConsentEvent.ERASED: "What we held was erased",
    ConsentEvent.EXPORTED: "You asked for your data, and we gave them to you",
    ConsentEvent.MARKED: "A list said that you don’t want our mails",
    ConsentEvent.UNDONE: "The import that brought you was taken back",
}
SOURCE_WORDS: Mapping[str, str] = {
    "page": "on our page",
    "embedded": "by a form on another website",
    "one-click": "by the button of your mail program",
    "import": "by a list",
    "operator": "by our hand",
}
"""Where a subscription or an entry came from, in words. A source that is missing here is shown as it is stored."""


def data_page(request: Request, context: PageContext) -> Response:
    """Show two buttons, or the data, or the file.

    Raises NotALink, and what the stores raise; the link is not used up then.
    """
    renderer = context.renderer
    opened = open_link(read_one_time_link(request, Purpose.DATA, context), context)
    if isinstance(opened, Response):
        return opened
    action = "" if request.reads else _action(request)
    if action not in (SEE, DOWNLOAD):
        wrong = not request.reads
        status = HTTPStatus.BAD_REQUEST if wrong else HTTPStatus.OK
        return renderer.page("data", {"address": masked(opened.subscriber.address), "wrong": wrong}, status=status)
    # All data is read before the link is used up, so that the reader can press again if reading fails.
    data = export_data(opened.subscriber, rows=context.unit_of_work, consents=context.consents)
    if not _use(opened, action, context.requests):
        return stale_link_page("used", renderer)
    if action == DOWNLOAD:
        body = data.as_text(coverage=context.series.coverage, now=context.now)
        disposition = f'attachment; filename="{_FILE_NAME}"'
        return Response(body=body, headers={"content-type": _JSON_TYPE, "content-disposition": disposition})
    return renderer.page("held", _view(data, context.series, context.now))


def _action(request: Request) -> str:
    try:
        return read_form(request).get("action")
    except NotAForm:
        return ""


def _use(opened: OpenedLink, action: str, requests: RequestStore) -> bool:
    """Use the action up; return False if it was used before.

    If the answer of the store is lost, the action may be used up, so the reader must see the data now.
    """
    if requests.used(opened.link.nonce, action):
        return False
    try:
        return requests.use(opened.used_for(action))
    except LostAnswer:
        return True


def _view(data: DataExport, series: Series, now: datetime) -> dict[str, object]:
    subscriber = data.row
    tz = zone_of(subscriber, series)
    origin = origin_of(subscriber, tz=tz)

    def date_and_time(at: datetime | None) -> str:
        return f"{day_month_year(at.astimezone(tz))}, {clock_time(at.astimezone(tz))}" if at else "not known"

    status = {"confirmed": "on the list", "left": "not on the list: you left"}
    facts = [
        ("Your address", subscriber.address),
        ("You are", status.get(subscriber.status, subscriber.status)),
        ("On the list since", _joined(subscriber, origin, tz)),
        *choice_words(subscriber, series, now),
        ("How you came", SOURCE_WORDS.get(subscriber.source, subscriber.source) or "not known"),
        ("The code we know you by", subscriber.id),
        ("How often this was written", str(subscriber.version)),
    ]
    if subscriber.status_since:
        facts.insert(2, ("Since", date_and_time(subscriber.status_since)))
    if origin.brought_over and origin.brought_on:
        facts.append(("Your address was brought over on", day_month_year(origin.brought_on)))
    if subscriber.batch:
        facts.append(("The import that brought you", subscriber.batch))
    if subscriber.moved_at:
        facts.append(("At this address since", date_and_time(subscriber.moved_at)))
    facts += [
        ("An earlier address, until", f"{date_and_time(earlier.status_since)} (code {earlier.id})")
        for earlier in data.earlier
    ]
    record = [(date_and_time(entry.at), *_entry_words(entry, series)) for entry in data.entries]
    return {"facts": facts, "record": record}


def _joined(subscriber: Subscriber, origin: Origin, tz: tzinfo) -> str:
    """Return since when a subscriber is on the list: the day alone where a list has no time."""
    if origin.joined is None or subscriber.confirmed_at is None:
        return "not known"
    at = f", {clock_time(subscriber.confirmed_at.astimezone(tz))}" if origin.time_known else ""
    return f"{day_month_year(origin.joined)}{at}"


def _entry_words(entry: ConsentEntry, series: Series) -> tuple[str, str]:
    """Return what happened, and the details of the entry."""
    text = next((wording.text for wording in series.consent if wording.version == entry.wording), "")
    details = [
        SOURCE_WORDS.get(entry.by, f"by: {entry.by}"),
        f"for: {in_words(entry.kinds, series.coverage.of(entry.wording))}" if entry.what in FOR_KINDS else "",
        f"note: {entry.note}" if entry.note else "",
        f"wording {entry.wording}" if entry.wording else "",
        f"“{text}”" if text else "",
    ]
    return EVENT_WORDS.get(entry.what, entry.what), "; ".join(filter(None, details))
