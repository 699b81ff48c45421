"""One reader in a browser, step by step. After each step, the tables must agree with the page."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from convener.subscribers.consent import ConsentEvent
from convener.subscribers.models import Calendar, Subscriber, SubscriberStatus
from tests.functions.conftest import NINE
from tests.support.browsing import MouseUser
from tests.support.event_links import id_of
from tests.support.pages_server import A_MINUTE, PagesServer

DAY = timedelta(days=1)
OVER = NINE + 25 * DAY
"""After the session of April, before any campaign of the next session."""


@dataclass(frozen=True, kw_only=True)
class Reader:
    """One reader in a browser. Each step ends on the page that it leads to."""

    server: PagesServer
    user: MouseUser
    address: str

    def mail(self, about: str, *, to: str = "", after: str = "") -> None:
        """Open the latest mail to the reader in the browser, and follow its link to that page."""
        mail = self.server.mails_to(to or self.address)[-1]
        assert (mail.tags.get("letter") or mail.tags.get("campaign")) == about
        self.user.page.goto(f"{self.server.url}/_mail/{mail.number}")
        if after:
            self.user.follow(after)

    def press(self, words: str) -> None:
        """Press a button or a link, and let a minute pass."""
        self.user.press(words)
        self.server.wait(A_MINUTE)

    def row(self, address: str = "") -> Subscriber | None:
        """Return the row of an address as it is stored."""
        subscriber = id_of(address or self.address)
        return self.server.people.get(ids=[subscriber]).get(subscriber)

    def row_with(self, status: SubscriberStatus, address: str = "") -> Subscriber:
        """Return the row of an address, which must have that status."""
        row = self.row(address)
        assert row
        assert row.status == status
        return row

    def record(self, address: str = "") -> list[ConsentEvent]:
        """Return the events on the consent record."""
        return [entry.what for entry in self.server.consents.of(id_of(address or self.address))]

    def subscribes(self, *, at: Any = OVER) -> None:
        """Fill in the form, open the mail, press its button."""
        self.server.at(max(at, self.server.clock.now()))
        self.user.page.goto(f"{self.server.url}/subscribe")
        self.user.write("Your mail address", self.address)
        self.user.write("Your first name", "Mika")
        self.user.choose("Your time zone", "Auckland")
        self.user.tick("Please send me")
        self.press("Join")
        self.user.read("Look into your mail")
        assert self.row() is None
        self.mail("confirm", after="confirm")
        self.user.read("Join Conversation for Kindness?")
        assert self.row() is None
        self.press("Join")
        self.user.read("You are in")
        row = self.row_with(SubscriberStatus.CONFIRMED)
        assert (row.first_name, row.zone, row.kinds) == ("Mika", "Pacific/Auckland", frozenset())
        assert self.record() == [ConsentEvent.JOINED]

    def chooses(self) -> None:
        """Choose fewer kinds, a pause, links only, another zone and name."""
        self.mail("welcome", after="preferences")
        self.user.read("Your preferences")
        self.user.tick("The reminder")
        self.user.tick("Three months from today")
        self.user.choose("Your time zone", "Paris")
        self.user.write("Your first name", "Mikaela")
        self.user.tick("Links only")
        self.press("Save")
        self.user.read("Saved")
        row = self.row_with(SubscriberStatus.CONFIRMED)
        assert (row.first_name, row.zone, row.calendar) == ("Mikaela", "Europe/Paris", Calendar.LINK)
        assert row.kinds == {"invite", "recap", "follow-up"}
        assert row.paused_until is not None
        assert row.paused_until > self.server.clock.now() + 89 * DAY
        assert self.record() == [ConsentEvent.JOINED, ConsentEvent.CHOSE]

    def leaves_and_comes_back(self) -> None:
        """Unsubscribe by the link of a mail and undo it; then unsubscribe with a reason, and subscribe by the form."""
        self.mail("welcome", after="leave")
        self.press("Leave")
        self.user.read("You have left")
        self.row_with(SubscriberStatus.LEFT)
        self.press("Undo")
        self.user.read("You are back")
        self.row_with(SubscriberStatus.CONFIRMED)
        self.mail("welcome", after="leave")
        self.press("Leave")
        self.user.tick("I have no time for it")
        self.press("Tell us")
        self.user.page.get_by_text("Thank you for telling us why.").wait_for()
        self.row_with(SubscriberStatus.LEFT)
        left = [
            ConsentEvent.JOINED,
            ConsentEvent.CHOSE,
            ConsentEvent.LEFT,
            ConsentEvent.CAME_BACK,
            ConsentEvent.LEFT,
            ConsentEvent.SAID_WHY,
        ]
        assert self.record() == left
        self.press("join again by the form")
        self.user.write("Your mail address", self.address)
        self.user.tick("Please send me")
        self.press("Join")
        self.mail("confirm", after="confirm")
        self.press("Join")
        self.user.read("You are in")
        assert self.record() == [*left, ConsentEvent.JOINED]
        assert self.row_with(SubscriberStatus.CONFIRMED).paused_until is None

    def requests_link(self, words: str) -> None:
        """Request a one-time link on the preferences page."""
        self.server.wait(DAY)
        self.user.page.goto(f"{self.server.url}/preferences/{self.token}")
        self.press(words)
        self.user.read("Look into your mail")

    @property
    def token(self) -> str:
        """The token of the link to unsubscribe in the last welcome."""
        mail = next(mail for mail in self.server.mails_to(self.address) if mail.tags.get("letter") == "welcome")
        return mail.raw.decode().partition("/leave/")[2].partition(">")[0].replace("=\n", "").replace("\r\n ", "")

    def sees_data(self, folder: Path) -> None:
        """See all data on a page, and download them as a file, each once."""
        self.requests_link("See your data")
        self.mail("link", after="data")
        self.user.read("Your data")
        url = self.user.page.url
        self.user.download("Take it along").save_as(folder / "data.json")
        data = json.loads((folder / "data.json").read_text("utf-8"))
        assert (data["address"], data["standing"], data["code"]) == (self.address, "confirmed", id_of(self.address))
        assert [entry["what"] for entry in data["consent_record"]] == [str(what) for what in self.record()]
        self.press("See it")
        self.user.read("What we hold of you")
        self.user.page.get_by_text(self.address).first.wait_for()
        self.user.page.goto(url)
        self.press("See it")
        self.user.read("This link has been used")

    def moves(self, new: str) -> None:
        """Change the address, and confirm it at the new one."""
        self.requests_link("Change your address")
        self.mail("link", after="address")
        self.user.write("Your new mail address", new)
        self.press("Send a mail there")
        self.user.read("Look into the mail at the new address")
        self.row_with(SubscriberStatus.CONFIRMED)
        self.mail("confirm-address", to=new, after="confirm")
        self.press("Use this address")
        self.user.read("We write to your new address")
        old, row = self.row_with(SubscriberStatus.MOVED), self.row_with(SubscriberStatus.CONFIRMED, new)
        assert (old.address, old.first_name, old.moved_to, row.address) == ("", "", id_of(new), new)

    def is_erased(self, new: str) -> None:
        """Erase the data by a link to the new address; the row of the old address is erased, too."""
        self.requests_link("Erase your data")
        self.mail("link", to=new, after="erase")
        self.user.read("Erase your data?")
        self.press("Erase all of it")
        self.user.read("Your data are erased")
        for address in (self.address, new):
            row = self.row_with(SubscriberStatus.ERASED, address)
            assert (row.address, row.first_name, row.zone, row.confirmed_at) == ("", "", "", None)
            assert self.record(address) == [ConsentEvent.ERASED]
