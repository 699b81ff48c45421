"""The acts of the example month: who does what, how many days from the session. Everybody in it is invented.

Two join who are on no list; the others are readers of `local/examples/subscribers.csv`, and stay away where another
list is rehearsed. What is told of an act is what the list says afterwards, not what the act meant to do.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta

from convener.editions.formatting import day_and_month
from convener.mailing_types import INVITE, REMINDER
from convener.sessions.series import Series
from convener.subscribers.address import normalise
from convener.subscribers.identity import subscriber_id
from convener.subscribers.models import Subscriber, SubscriberStatus
from local.rehearsal.browser import ONE_CLICK, Reader, Stuck
from local.rehearsal.simulated_readers import ReaderAction, SimulatedReaders, in_order, settle
from local.rehearsal.world import World
from local.ses import Kept
from local.ses.rules import bare
from local.stack.session import SES_ENDPOINT

NGAIO, RHIAN = ("Ngaio", "ngaio.parata@harbour.example"), ("Rhian", "rhian.vaughan@example.org")
MARCUS, ISHAAN = ("Marcus", "marcus.bell@clinic.example"), ("Ishaan", "ishaan.rao@clinic.example")
HANNAH, PRIYA = ("Hannah", "hannah.weiss@example.com"), ("Priya", "priya.raman@example.org")
ELSPETH, FERGUS = ("Elspeth", "elspeth+kindness@example.com"), ("Fergus", "fergus.hale@example.org")
ON_THE_LIST = (MARCUS, ISHAAN, HANNAH, PRIYA, ELSPETH, FERGUS)
ZONES = {NGAIO[0]: "Pacific/Auckland", RHIAN[0]: "Europe/London"}


def cast_for(here: World, dates: Iterable[date], *, begins: datetime) -> SimulatedReaders:
    """The acts around the first session from `begins` on. Nobody can act where mails go to another SES than ours."""
    coming = [day for day in dates if day >= begins.astimezone(here.series.tz).date()]
    if not coming or os.environ.get(SES_ENDPOINT):
        return SimulatedReaders()
    here.stack.ses.post.ending = no_such_mailbox
    ids = {address: _id(here, address) for _, address in ON_THE_LIST}
    known = here.subscribers.get(ids=list(ids.values()))
    absent = {address for address, own in ids.items() if own not in known}
    return in_order((act for act in acts(here.series, min(coming)) if act.address not in absent), begins=begins)


def no_such_mailbox(mail: Kept, address: str) -> tuple[str, ...] | None:
    """How SES's mails end in the example month, where they do not arrive."""
    del mail
    return ("bounced",) if bare(address) == MARCUS[1] else None


def acts(series: Series, day: date) -> Iterator[ReaderAction]:
    """The cast around a session on that day. `day` is one of the series' zone, and so are the hours."""
    invite, reminder = (series.departures.before(kind).days_before for kind in (INVITE, REMINDER))
    for days, hour, (name, address), play, trying in (
        (-invite - 1, time(10, 5), NGAIO, asks_to_join, "join"),
        (-invite - 1, time(10, 20), NGAIO, presses_the_button, "press the button"),
        (-invite, time(9, 20), MARCUS, bounces, "be reached"),
        (-invite + 1, time(13, 10), ISHAAN, complains, "complain"),
        (-9, time(19, 40), RHIAN, asks_to_join, "join"),
        (-9, time(19, 52), RHIAN, presses_the_button, "press the button"),
        (-8, time(12, 30), ELSPETH, chooses_recaps, "choose"),
        (-7, time(21, 15), FERGUS, pauses, "pause"),
        (-reminder, time(10, 12), HANNAH, leaves_at_once, "leave"),
        (-reminder, time(12, 40), PRIYA, leaves_and_comes_back, "leave and come back"),
    ):
        at = datetime.combine(day + timedelta(days=days), hour, series.tz).astimezone(UTC)
        yield ReaderAction(at=at, name=name, address=address, play=play, trying=trying)


def asks_to_join(reader: Reader) -> str:
    """The form, and the mail that asks whether it was she."""
    page = reader.browser.open(f"{reader.world.base_url}/subscribe")
    own = {"address": reader.address, "first_name": reader.name, "zone": ZONES[reader.name]}
    reader.browser.press(page, "address", **own, consent=reader.world.series.wording.version)
    settle(reader.world)
    reader.mail("confirm")
    _row(reader, None)
    return f"{reader.name} fills in the form to join. She is not on the list yet: a mail asks her to press a button."


def presses_the_button(reader: Reader) -> str:
    """The page that the mail leads to, and what the welcome turns out to be."""
    reader.browser.press(reader.browser.open(reader.link("confirm", "confirm")))
    settle(reader.world)
    _row(reader, SubscriberStatus.CONFIRMED)
    late = bool(reader.mails("invite"))
    mail = "the invitation that the others have already" if late else "a welcome, which says what comes when"
    return f"{reader.name} presses the button: she is on the list, and her mail is {mail}."


def bounces(reader: Reader) -> str:
    """What feedback has made of it already."""
    reader.mail("invite")
    _row(reader, SubscriberStatus.BOUNCED)
    return f"The invitation to {reader.name} came back: that mailbox is gone. Nothing more is sent there."


def complains(reader: Reader) -> str:
    """The mail program's button for junk: the provider tells SES, and SES tells feedback."""
    reader.world.stack.ses.post.later("complaint", reader.mail("invite"))
    settle(reader.world)
    _row(reader, SubscriberStatus.COMPLAINED)
    return f"{reader.name} reports the invitation as junk. Nothing more is sent to him; no import changes that."


def chooses_recaps(reader: Reader) -> str:
    """By the link in the invitation."""
    page = reader.browser.open(reader.link("invite", "preferences"))
    reader.browser.press(page, "kinds", kinds=["recap"])
    row = _row(reader, SubscriberStatus.CONFIRMED)
    if row is None or row.wants(REMINDER):
        raise Stuck("the list doesn’t say so")
    return f"{reader.name} chooses only recaps: no reminder is for her."


def pauses(reader: Reader) -> str:
    """Less instead of leaving, by the page to leave."""
    page = reader.browser.open(reader.link("invite", "leave"))
    reader.browser.press(page, "action", "pause-1")
    row = _row(reader, SubscriberStatus.CONFIRMED)
    if row is None or row.paused_until is None:
        raise Stuck("the list doesn’t say so")
    until = day_and_month(row.paused_until.astimezone(reader.world.series.tz))
    return f"{reader.name} is about to leave, and takes a pause instead: nothing is sent to him before {until}."


def leaves_at_once(reader: Reader) -> str:
    """The mail program's own button: one request, no page, no question (RFC 8058)."""
    reader.browser.post(reader.one_click("reminder"), ONE_CLICK)
    _row(reader, SubscriberStatus.LEFT)
    return f"{reader.name} leaves by the button of her mail program: no recap will come."


def leaves_and_comes_back(reader: Reader) -> str:
    """The page of the link in the mail, and the button on the one after it."""
    browser = reader.browser
    page = browser.press(browser.open(reader.link("reminder", "leave")), "List-Unsubscribe")
    _row(reader, SubscriberStatus.LEFT)
    browser.press(page, "action", "undo")
    _row(reader, SubscriberStatus.CONFIRMED)
    return f"{reader.name} leaves by the link in the reminder, thinks again, and undoes it by one button."


def _row(reader: Reader, expected: SubscriberStatus | None) -> Subscriber | None:
    """Her row, if she has one. Raises Stuck where she doesn't stand as expected."""
    own = _id(reader.world, reader.address)
    row = reader.world.subscribers.get(ids=[own]).get(own)
    if (row.status if row else None) != expected:
        raise Stuck(f"the list says “{row.status if row else 'unknown'}”")
    return row


def _id(here: World, address: str) -> str:
    return subscriber_id(normalise(address), key=here.identity_key)
