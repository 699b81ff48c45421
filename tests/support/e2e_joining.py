"""One reader's way on the deployed stack: she joins late, leaves, comes back, and erases herself.

She is gone before the reminder, so that the month's counts are the same with and without her.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from convener.aws.consents import DynamoConsents
from convener.subscribers.consent import ConsentEvent
from convener.subscribers.models import Subscriber
from tests.support import e2e_month as names
from tests.support.e2e_mailbox import Sent
from tests.support.e2e_stack import wait_for
from tests.support.e2e_steps import ONE_CLICK, Month

NEWCOMER = "mika@reader.example"
BASE = "https://meet.kindness.example"
FORM = "application/x-www-form-urlencoded"
Page = tuple[int, Mapping[str, str], str]


@dataclass(frozen=True, kw_only=True)
class Joining:
    """Her steps. Each rests on the one before and happens once."""

    month: Month

    @cached_property
    def form(self) -> str:
        """The form, as anybody finds it."""
        status, _, page = self.month.stack.http("GET", f"{BASE}/subscribe")
        assert status == 200
        return page

    @cached_property
    def asked(self) -> Sent:
        """She fills it in, once the invitation has left: the mail to confirm."""
        assert self.month.heard
        status, _, page = self.posts_form(NEWCOMER)
        assert (status, "Look into your mail" in page) == (200, True)
        return self._mail(NEWCOMER, letter="confirm")

    @cached_property
    def looked(self) -> Sequence[int]:
        """A scanner opens the mail's link, twice each way: the answers."""
        return [self.month.stack.http(method, self.confirm_url)[0] for method in ("GET", "HEAD", "GET", "HEAD")]

    @property
    def confirm_url(self) -> str:
        """The link to the button."""
        return self._link(self.asked, "confirm")

    @cached_property
    def welcomed(self) -> Sent:
        """She presses the button: the mail that follows."""
        assert self.looked
        assert self.row is None
        status, _, page = self._presses(self.confirm_url)
        assert (status, "You are in" in page) == (200, True)
        sent = self._mail(NEWCOMER, letter="")
        self.month.stack.timeline.tell(f"{NEWCOMER} joined by form and button; her welcome: {sent.mime['Subject']}")
        return sent

    @cached_property
    def left(self) -> Page:
        """She leaves in one click."""
        return self.month.stack.http("POST", self.welcomed.leave_url, body=ONE_CLICK[0], kind=ONE_CLICK[1])

    @cached_property
    def back(self) -> Page:
        """She takes it back."""
        assert self.left[0] == 200
        return self._presses(self.welcomed.leave_url, action="undo")

    @cached_property
    def link(self) -> Sent:
        """She asks for a link to erase herself: the mail that has it."""
        assert self.back[0] == 200
        status, _, page = self._presses(
            self.welcomed.leave_url.replace("/leave/", "/preferences/"), action="link-erase"
        )
        assert (status, "Look into your mail" in page) == (200, True)
        return self._mail(NEWCOMER, letter="link")

    @cached_property
    def erased(self) -> Page:
        """She erases herself by it."""
        answer = self._presses(self._link(self.link, "erase"), action="erase")
        self.month.stack.timeline.tell(f"{NEWCOMER} left, came back, erased herself: record {self.record}")
        return answer

    @property
    def row(self) -> Subscriber | None:
        """Her row as it is now."""
        identity = names.id_of(self.month.stack, NEWCOMER)
        return self.month.stack.subscribers.get(ids=[identity]).get(identity)

    @property
    def record(self) -> list[ConsentEvent]:
        """What her consent record says now."""
        stack = self.month.stack
        consents = DynamoConsents(stack.client("dynamodb"), stack.outputs["ConsentsTable"])
        return [entry.what for entry in consents.of(names.id_of(stack, NEWCOMER))]

    def posts_form(self, address: str) -> Page:
        """What the form answers to that address, consent given in the words that it shows."""
        found = re.search(r'name="consent" value="([^"]+)"', self.form)
        assert found
        fields = [("address", address), ("first_name", "Mika"), ("zone", "Europe/Paris"), ("form", "page")]
        fields += [("kinds", kind) for kind in ("invite", "reminder", "recap")] + [("consent", found[1])]
        return self._posts(f"{BASE}/subscribe", fields)

    def mails_to(self, address: str, letter: str) -> list[Sent]:
        """Letters of that sort to that address; a mailing's mails where the sort is empty."""
        sent = self.month.mailbox.sent
        return [mail for mail in sent if mail.recipient == address and mail.tags.get("letter", "") == letter]

    def _mail(self, address: str, *, letter: str) -> Sent:
        def look() -> list[Sent]:
            return self.mails_to(address, letter)

        return wait_for(f"the mail “{letter}” to {address}", look)[0]

    def _presses(self, url: str, **fields: str) -> Page:
        return self._posts(url, list(fields.items()))

    def _posts(self, url: str, fields: Sequence[tuple[str, str]]) -> Page:
        return self.month.stack.http("POST", url, body=urlencode(fields).encode(), kind=FORM)

    def _link(self, mail: Sent, page: str) -> str:
        (found,) = set(re.findall(rf"{re.escape(BASE)}/{page}/[A-Za-z0-9._-]+", mail.words))
        return str(found)
