"""PageContext: the collaborators that page functions work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from convener.editions.ports import EditionStore
from convener.links import Links
from convener.pages.page_renderer import PageRenderer
from convener.pages.ports import CampaignReader
from convener.sessions.ports import SessionRepository
from convener.sessions.series import Series
from convener.subscribers.ports import ConsentRecord, MailRequestQueue, RequestStore, UnitOfWork


@dataclass(frozen=True, kw_only=True)
class PageContext:
    """The collaborators of the page functions for one request, and the time at which the request is answered.

    `links`, `mail_requests` and `editions` are functions, and a page calls them only when it needs the result. `links`
    reads the signing keys; the other two make a client of SQS or S3, which takes a tenth of a second. A page that does
    not need them must not wait for them, and must work while they are out of reach.
    """

    links: Callable[[], Links]
    unit_of_work: UnitOfWork
    consents: ConsentRecord
    requests: RequestStore
    mail_requests: Callable[[], MailRequestQueue]
    sessions: SessionRepository
    campaigns: CampaignReader
    editions: Callable[[], EditionStore]
    series: Series
    renderer: PageRenderer
    now: datetime
