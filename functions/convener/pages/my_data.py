"""Her data, by a fresh link: to see on a page, and to take along as a file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from http import HTTPStatus

from convener.editions.formatting import clock, day_month_year
from convener.errors import LostAnswer
from convener.links import Links
from convener.pages.form import NotAForm, read_form
from convener.pages.one_time_links import OpenedLink, open_link, read_one_time_link, stale
from convener.pages.page_renderer import PageRenderer
from convener.pages.request import Request
from convener.pages.responses import Response
from convener.pages.subscriber_summary import chosen_words, zone_of
from convener.sessions.series import Series
from convener.subscribers.consent import FOR_KINDS, ConsentEntry, ConsentEvent
from convener.subscribers.data_export import DataExport, export_data
from convener.subscribers.leaving import masked
from convener.subscribers.mail_requests import Purpose
from convener.subscribers.mailing_choices import in_words
from convener.subscribers.unit_of_work import ConsentRecord, RequestStore, UnitOfWork

SEE, DOWNLOAD = "see", "download"
JSON = "application/json; charset=utf-8"
FILE = "what-we-hold-of-you.json"

WHAT: Mapping[ConsentEvent, str] = {
    ConsentEvent.JOINED: "You joined",
    ConsentEvent.IMPORTED: "You were brought in with a list",
    ConsentEvent.CHOSE: "You chose what you get",
    ConsentEvent.LEFT: "You left",
    ConsentEvent.SAID_WHY: "You said why",
    ConsentEvent.CAME_BACK: "You came back",
    ConsentEvent.MOVED: "Your address changed",
    ConsentEvent.LIFTED: "We write to you again",
    ConsentEvent.ERASED: "What we held was erased",
    ConsentEvent.UNDONE: "The import that brought you was taken back",
}
WAYS: Mapping[str, str] = {
    "page": "on our page",
    "embedded": "by a form on another website",
    "one-click": "by the button of your mail program",
    "import": "by a list",
    "operator": "by our hand",
}
"""Where something came from, in her words; what isn't here is said as it is."""


def data_page(
    request: Request,
    *,
    links: Links,
    register: UnitOfWork,
    consents: ConsentRecord,
    requests: RequestStore,
    series: Series,
    paper: PageRenderer,
    now: datetime,
) -> Response:
    """The page of a link to her data. Raises NotALink, and what the ports raise; the link is not used up then."""
    found = open_link(read_one_time_link(request, Purpose.DATA, links), rows=register, paper=paper, now=now)
    if isinstance(found, Response):
        return found
    action = "" if request.reads else _action(request)
    if action not in (SEE, DOWNLOAD):
        wrong = not request.reads
        status = HTTPStatus.BAD_REQUEST if wrong else HTTPStatus.OK
        return paper.page("data", {"address": masked(found.row.address), "wrong": wrong}, status=status)
    # All is read before the link is used up: what breaks off until then can be pressed again.
    everything = export_data(found.row, rows=register, consents=consents)
    if not _use(found, action, requests):
        return stale("used", paper)
    if action == DOWNLOAD:
        body = json.dumps(everything.as_json(now=now), ensure_ascii=False, indent=2)
        return Response(
            body=f"{body}\n", headers={"content-type": JSON, "content-disposition": f'attachment; filename="{FILE}"'}
        )
    return paper.page("held", _view(everything, series, now))


def _action(request: Request) -> str:
    try:
        return read_form(request).get("action")
    except NotAForm:
        return ""


def _use(found: OpenedLink, action: str, requests: RequestStore) -> bool:
    """Whether it was not used before. Where the answer was lost it may be used up: then she sees what she came for."""
    if requests.used(found.fresh.nonce, action):
        return False
    try:
        return requests.use(found.using(action))
    except LostAnswer:
        return True


def _view(everything: DataExport, series: Series, now: datetime) -> dict[str, object]:
    row = everything.row
    tz = zone_of(row, series)

    def moment(at: datetime | None) -> str:
        return f"{day_month_year(at.astimezone(tz))}, {clock(at.astimezone(tz))}" if at else "not known"

    facts = [
        ("Your address", row.address),
        ("You are", {"confirmed": "on the list", "left": "not on the list: you left"}.get(row.status, row.status)),
        ("On the list since", moment(row.confirmed_at)),
        *chosen_words(row, series, now),
        ("How you came", WAYS.get(row.source, row.source) or "not known"),
        ("The code we know you by", row.id),
        ("How often this was written", str(row.version)),
    ]
    if row.status_since:
        facts.insert(2, ("Since", moment(row.status_since)))
    if row.batch:
        facts.append(("The import that brought you", row.batch))
    if row.moved_at:
        facts.append(("At this address since", moment(row.moved_at)))
    facts += [
        ("An earlier address, until", f"{moment(one.status_since)} (code {one.id})") for one in everything.earlier
    ]
    return {"facts": facts, "record": [(moment(one.at), *_entry(one, series)) for one in everything.entries]}


def _entry(entry: ConsentEntry, series: Series) -> Sequence[str]:
    """What happened, and all that is known of it."""
    text = next((one.text for one in series.consent if one.version == entry.wording), "")
    more = [
        WAYS.get(entry.by, f"by: {entry.by}"),
        f"for: {in_words(entry.kinds)}" if entry.what in FOR_KINDS else "",
        f"note: {entry.note}" if entry.note else "",
        f"wording {entry.wording}" if entry.wording else "",
        f"“{text}”" if text else "",
    ]
    return WHAT.get(entry.what, entry.what), "; ".join(filter(None, more))
