"""The simulated readers of the example month: which reader does what, on which day before or after the session.

All persons are invented. Two of them join and are on no list. The others are readers of
`local/examples/subscribers.csv`, and do nothing when another list is rehearsed. The sentence about an action comes
from the stored row after the action, not from the intention of the action.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta

from convener.editions.formatting import day_and_month
from convener.mailing_types import INVITE, REMINDER
from convener.sessions.departure_times import moment_at
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
BETWEEN = 7
"""The day after the invitation of the last action before the reminder."""
ZONES = {NGAIO[0]: "Pacific/Auckland", RHIAN[0]: "Europe/London"}


def example_readers(world: World, dates: Iterable[date], *, begins: datetime) -> SimulatedReaders:
    """Return the actions around the first session at or after `begins`.

    There are none where mails go to an SES other than the local one: readers can't open those mails.
    """
    coming = [day for day in dates if day >= begins.astimezone(world.series.tz).date()]
    if not coming or os.environ.get(SES_ENDPOINT):
        return SimulatedReaders()
    world.stack.ses.post.ending = no_such_mailbox
    ids = {address: _id(world, address) for _, address in ON_THE_LIST}
    known = world.subscribers.get(ids=list(ids.values()))
    absent = {address for address, own in ids.items() if own not in known}
    return in_order((act for act in acts(world.series, min(coming)) if act.address not in absent), begins=begins)


def no_such_mailbox(mail: Kept, address: str) -> tuple[str, ...] | None:
    """Return how a mail ends that does not arrive: the address of one example reader bounces."""
    del mail
    return ("bounced",) if bare(address) == MARCUS[1] else None


def acts(series: Series, day: date) -> Iterator[ReaderAction]:
    """Yield the actions around a session on that day; none where reminder and invitation leave too close together.

    Who answers a mail does so some minutes after the hour at which it leaves. Days and hours are in the series' zone.
    """
    invite, reminder = (series.departures.before(kind) for kind in (INVITE, REMINDER))
    if invite.days_before - reminder.days_before <= BETWEEN:
        return
    invited = moment_at(day - timedelta(days=invite.days_before), invite.hour, series)
    reminded = moment_at(day - timedelta(days=reminder.days_before), reminder.hour, series)

    def on(days: int, hour: time) -> datetime:
        return moment_at(day + timedelta(days=days - invite.days_before), hour, series)

    for at, (name, address), play, trying in (
        (on(-1, time(10, 5)), NGAIO, asks_to_join, "join"),
        (on(-1, time(10, 20)), NGAIO, presses_the_button, "press the button"),
        (invited + timedelta(minutes=20), MARCUS, bounces, "be reached"),
        (on(1, time(13, 10)), ISHAAN, complains, "complain"),
        (on(5, time(19, 40)), RHIAN, asks_to_join, "join"),
        (on(5, time(19, 52)), RHIAN, presses_the_button, "press the button"),
        (on(6, time(12, 30)), ELSPETH, chooses_recaps, "choose"),
        (on(BETWEEN, time(21, 15)), FERGUS, pauses, "pause"),
        (reminded + timedelta(minutes=72), HANNAH, leaves_at_once, "leave"),
        (reminded + timedelta(minutes=220), PRIYA, leaves_and_comes_back, "leave and come back"),
    ):
        yield ReaderAction(at=at, name=name, address=address, play=play, trying=trying)


def asks_to_join(reader: Reader) -> str:
    """Fill in the form to join, and get the mail that asks for a confirmation."""
    page = reader.browser.open(f"{reader.world.base_url}/subscribe")
    own = {"address": reader.address, "first_name": reader.name, "zone": ZONES[reader.name]}
    reader.browser.press(page, "address", **own, consent=reader.world.series.wording.version)
    settle(reader.world)
    reader.mail("confirm")
    _row(reader, None)
    return f"{reader.name} fills in the form to join. She is not on the list yet: a mail asks her to press a button."


def presses_the_button(reader: Reader) -> str:
    """Press the button of the confirmation page, and look at the kind of welcome mail."""
    reader.browser.press(reader.browser.open(reader.link("confirm", "confirm")))
    settle(reader.world)
    _row(reader, SubscriberStatus.CONFIRMED)
    late = bool(reader.mails("invite"))
    mail = "the invitation that the others have already" if late else "a welcome, which says what comes when"
    return f"{reader.name} presses the button: she is on the list, and her mail is {mail}."


def bounces(reader: Reader) -> str:
    """Check that feedback has suppressed the bounced address."""
    reader.mail("invite")
    _row(reader, SubscriberStatus.BOUNCED)
    return f"The invitation to {reader.name} came back: that mailbox is gone. Nothing more is sent there."


def complains(reader: Reader) -> str:
    """Report the invitation as junk: the mail provider tells SES, and SES tells feedback."""
    reader.world.stack.ses.post.later("complaint", reader.mail("invite"))
    settle(reader.world)
    _row(reader, SubscriberStatus.COMPLAINED)
    return f"{reader.name} reports the invitation as junk. Nothing more is sent to him; no import changes that."


def chooses_recaps(reader: Reader) -> str:
    """Choose only recaps, by the link in the invitation."""
    page = reader.browser.open(reader.link("invite", "preferences"))
    reader.browser.press(page, "kinds", kinds=["recap"])
    row = _row(reader, SubscriberStatus.CONFIRMED)
    if row is None or row.wants(REMINDER, reader.world.series.coverage):
        raise Stuck("the list doesn’t say so")
    return f"{reader.name} chooses only recaps: no reminder is for her."


def pauses(reader: Reader) -> str:
    """Pause instead of leaving, by the page to leave."""
    page = reader.browser.open(reader.link("invite", "leave"))
    reader.browser.press(page, "action", "pause-1")
    row = _row(reader, SubscriberStatus.CONFIRMED)
    if row is None or row.paused_until is None:
        raise Stuck("the list doesn’t say so")
    until = day_and_month(row.paused_until.astimezone(reader.world.series.tz))
    return f"{reader.name} is about to leave, and takes a pause instead: nothing is sent to him before {until}."


def leaves_at_once(reader: Reader) -> str:
    """Leave by the button of the mail program: one POST request without a page (RFC 8058)."""
    reader.browser.post(reader.one_click("reminder"), ONE_CLICK)
    _row(reader, SubscriberStatus.LEFT)
    return f"{reader.name} leaves by the button of her mail program: no recap will come."


def leaves_and_comes_back(reader: Reader) -> str:
    """Leave by the page behind the link in the mail, and undo it by the button on the next page."""
    browser = reader.browser
    page = browser.press(browser.open(reader.link("reminder", "leave")), "List-Unsubscribe")
    _row(reader, SubscriberStatus.LEFT)
    browser.press(page, "action", "undo")
    _row(reader, SubscriberStatus.CONFIRMED)
    return f"{reader.name} leaves by the link in the reminder, thinks again, and undoes it by one button."


def _row(reader: Reader, expected: SubscriberStatus | None) -> Subscriber | None:
    """Return the row of the reader, if there is one. Raises Stuck where its status is not the expected one."""
    own = _id(reader.world, reader.address)
    row = reader.world.subscribers.get(ids=[own]).get(own)
    if (row.status if row else None) != expected:
        raise Stuck(f"the list says “{row.status if row else 'unknown'}”")
    return row


def _id(world: World, address: str) -> str:
    return subscriber_id(normalise(address), key=world.identity_key)
