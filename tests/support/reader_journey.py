"""One reader at her browser, step by step; what the pages say is held against the tables."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from convener.subscribers.consent import ConsentEvent
from convener.subscribers.models import Calendar, Subscriber, SubscriberStatus
from tests.functions.conftest import NINE
from tests.support.browsing import Hands
from tests.support.event_links import id_of
from tests.support.pages_server import A_MINUTE, Served

DAY = timedelta(days=1)
OVER = NINE + 25 * DAY
"""After the session of April, before anything is out for the next one."""


@dataclass(frozen=True, kw_only=True)
class Reader:
    """One reader at her browser. Each step leaves the page that it comes to."""

    here: Served
    hands: Hands
    address: str

    def mail(self, about: str, *, to: str = "", after: str = "") -> None:
        """Open the latest mail to her in the browser, and follow its link to that page."""
        mail = self.here.mails_to(to or self.address)[-1]
        assert (mail.tags.get("letter") or mail.tags.get("campaign")) == about
        self.hands.page.goto(f"{self.here.url}/_mail/{mail.number}")
        if after:
            self.hands.follow(after)

    def press(self, words: str) -> None:
        """A button or link; a moment passes, as it does for people."""
        self.hands.press(words)
        self.here.later(A_MINUTE)

    def row(self, address: str = "") -> Subscriber | None:
        """Her row as it is in the table."""
        own = id_of(address or self.address)
        return self.here.people.get(ids=[own]).get(own)

    def stands(self, standing: SubscriberStatus, address: str = "") -> Subscriber:
        """Her row, which must stand like that."""
        row = self.row(address)
        assert row
        assert row.status == standing
        return row

    def record(self, address: str = "") -> list[ConsentEvent]:
        """What is on record of her consent."""
        return [entry.what for entry in self.here.consents.of(id_of(address or self.address))]

    def joins(self, *, at: Any = OVER) -> None:
        """The form, the mail, its button."""
        self.here.at(max(at, self.here.clock.now()))
        self.hands.page.goto(f"{self.here.url}/subscribe")
        self.hands.write("Your mail address", self.address)
        self.hands.write("Your first name", "Mika")
        self.hands.choose("Your time zone", "Auckland")
        self.hands.tick("Please send me")
        self.press("Join")
        self.hands.read("Look into your mail")
        assert self.row() is None
        self.mail("confirm", after="confirm")
        self.hands.read("Join Conversation for Kindness?")
        assert self.row() is None
        self.press("Join")
        self.hands.read("You are in")
        row = self.stands(SubscriberStatus.CONFIRMED)
        assert (row.first_name, row.zone, row.kinds) == ("Mika", "Pacific/Auckland", frozenset())
        assert self.record() == [ConsentEvent.JOINED]

    def chooses(self) -> None:
        """Fewer kinds, a pause, links only, another zone and name."""
        self.mail("welcome", after="preferences")
        self.hands.read("Your preferences")
        self.hands.tick("The reminder")
        self.hands.tick("Three months from today")
        self.hands.choose("Your time zone", "Paris")
        self.hands.write("Your first name", "Mikaela")
        self.hands.tick("Links only")
        self.press("Save")
        self.hands.read("Saved")
        row = self.stands(SubscriberStatus.CONFIRMED)
        assert (row.first_name, row.zone, row.calendar) == ("Mikaela", "Europe/Paris", Calendar.LINK)
        assert row.kinds == {"invite", "recap", "follow-up"}
        assert row.paused_until is not None
        assert row.paused_until > self.here.clock.now() + 89 * DAY
        assert self.record() == [ConsentEvent.JOINED, ConsentEvent.CHOSE]

    def leaves_and_comes_back(self) -> None:
        """By the mail's link, undone at once; then with a reason, and back by the form."""
        self.mail("welcome", after="leave")
        self.press("Leave")
        self.hands.read("You have left")
        self.stands(SubscriberStatus.LEFT)
        self.press("Undo")
        self.hands.read("You are back")
        self.stands(SubscriberStatus.CONFIRMED)
        self.mail("welcome", after="leave")
        self.press("Leave")
        self.hands.tick("I have no time for it")
        self.press("Tell us")
        self.hands.page.get_by_text("Thank you for telling us why.").wait_for()
        self.stands(SubscriberStatus.LEFT)
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
        self.hands.write("Your mail address", self.address)
        self.hands.tick("Please send me")
        self.press("Join")
        self.mail("confirm", after="confirm")
        self.press("Join")
        self.hands.read("You are in")
        assert self.record() == [*left, ConsentEvent.JOINED]
        assert self.stands(SubscriberStatus.CONFIRMED).paused_until is None

    def asks_for(self, words: str) -> None:
        """A fresh link, by her preferences."""
        self.here.later(DAY)
        self.hands.page.goto(f"{self.here.url}/preferences/{self.token}")
        self.press(words)
        self.hands.read("Look into your mail")

    @property
    def token(self) -> str:
        """That of the last mail's link to leave."""
        mail = next(mail for mail in self.here.mails_to(self.address) if mail.tags.get("letter") == "welcome")
        return mail.raw.decode().partition("/leave/")[2].partition(">")[0].replace("=\n", "").replace("\r\n ", "")

    def sees(self, folder: Path) -> None:
        """Her data: on a page, and as a file, each once."""
        self.asks_for("See your data")
        self.mail("link", after="data")
        self.hands.read("Your data")
        its = self.hands.page.url
        self.hands.take("Take it along").save_as(folder / "data.json")
        data = json.loads((folder / "data.json").read_text("utf-8"))
        assert (data["address"], data["standing"], data["code"]) == (self.address, "confirmed", id_of(self.address))
        assert [entry["what"] for entry in data["consent_record"]] == [str(what) for what in self.record()]
        self.press("See it")
        self.hands.read("What we hold of you")
        self.hands.page.get_by_text(self.address).first.wait_for()
        self.hands.page.goto(its)
        self.press("See it")
        self.hands.read("This link has been used")

    def moves(self, new: str) -> None:
        """Another address, confirmed there."""
        self.asks_for("Change your address")
        self.mail("link", after="address")
        self.hands.write("Your new mail address", new)
        self.press("Send a mail there")
        self.hands.read("Look into the mail at the new address")
        self.stands(SubscriberStatus.CONFIRMED)
        self.mail("confirm-address", to=new, after="confirm")
        self.press("Use this address")
        self.hands.read("We write to your new address")
        old, row = self.stands(SubscriberStatus.MOVED), self.stands(SubscriberStatus.CONFIRMED, new)
        assert (old.address, old.first_name, old.moved_to, row.address) == ("", "", id_of(new), new)

    def is_erased(self, new: str) -> None:
        """By a link to the new address; the old one goes with it."""
        self.asks_for("Erase your data")
        self.mail("link", to=new, after="erase")
        self.hands.read("Erase your data?")
        self.press("Erase all of it")
        self.hands.read("Your data are erased")
        for address in (self.address, new):
            row = self.stands(SubscriberStatus.ERASED, address)
            assert (row.address, row.first_name, row.zone, row.confirmed_at) == ("", "", "", None)
            assert self.record(address) == [ConsentEvent.ERASED]
