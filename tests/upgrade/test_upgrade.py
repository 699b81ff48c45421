from __future__ import annotations

from urllib.parse import urlsplit

from convener.delivery.states import ACCEPTED
from convener.subscribers.models import Calendar, Subscriber, SubscriberStatus
from tests.support import e2e_month as names
from tests.support.e2e_joining import BASE, NEWCOMER, Joining
from tests.support.upgrade_steps import READERS, Upgrade


def test_the_update_comes_in_the_middle_of_a_mailing(upgrade: Upgrade) -> None:
    """Some mails of the earlier release have left, and messages for all four functions wait in their queues."""
    before = upgrade.before
    assert 4 <= len(before.mails) < READERS
    assert all(before.waiting.values()), before.waiting


def test_the_update_replaces_nothing(upgrade: Upgrade) -> None:
    """Every table, bucket, queue, secret and function is the one that was there."""
    before = upgrade.updated
    assert upgrade.stack.status == "UPDATE_COMPLETE"
    assert {name: upgrade.stack.resources.get(name) for name in before.resources} == before.resources


def test_the_whole_list_is_read(upgrade: Upgrade) -> None:
    """Rows that know neither a calendar's word nor imports nor moves, as they were meant."""
    assert upgrade.updated.mails
    rows = upgrade.rows()
    people = [row for row in rows if isinstance(row, Subscriber)]
    assert len(people) == len(rows) == READERS
    assert {(row.source, row.calendar, row.batch) for row in people} == {("sign-up sheet of 2024", Calendar.FILE, "")}
    left = upgrade.before.mails[0].recipient
    assert [row.address for row in people if row.status != SubscriberStatus.CONFIRMED] == [left]


def test_the_mailing_goes_on_and_reaches_everybody_once(upgrade: Upgrade) -> None:
    """Begun by one release and ended by the next: nobody lost, nobody twice."""
    addresses = [mail.recipient for mail in upgrade.invited]
    assert len(addresses) == len(set(addresses)) == READERS
    states = names.states(upgrade.stack, upgrade.campaign)
    assert len(states) == READERS
    assert set(states.values()) <= ACCEPTED


def test_events_that_waited_are_heard(upgrade: Upgrade) -> None:
    """A bounce that SES told before the update silences the address after it."""
    assert upgrade.heard
    assert upgrade.row(upgrade.before.mails[1].recipient).status == SubscriberStatus.BOUNCED


def test_an_upload_that_waited_is_read(upgrade: Upgrade) -> None:
    """It joins the sessions that the earlier release wrote."""
    assert upgrade.heard
    known = {session.id: session.title for session in upgrade.stack.sessions.all()}
    assert known[upgrade.late_month] == "Told before the update"
    assert known[upgrade.dates.upcoming_id] == "Kindness on night shifts"


def test_links_in_mails_of_then_open(upgrade: Upgrade) -> None:
    """Each of them, and the token that leads to leaving leads to the preferences that are new."""
    assert upgrade.heard
    links = upgrade.stayer.links_to(str(urlsplit(BASE).hostname))
    assert {urlsplit(link).path.split("/")[1] for link in links} == {"leave", "join", "view"}
    links.add(upgrade.stayer.leave_url.replace("/leave/", "/preferences/"))
    assert {link: upgrade.stack.http("GET", link)[0] for link in links} == dict.fromkeys(links, 200)


def test_readers_leave_by_links_of_then(upgrade: Upgrade) -> None:
    """Their rows are then written in the present form."""
    assert upgrade.left[0] == 200
    identity = names.id_of(upgrade.stack, upgrade.leaver.recipient)
    key = {"shard": {"S": identity[0]}, "id": {"S": identity}}
    table = upgrade.stack.outputs["SubscribersTable"]
    item = upgrade.stack.client("dynamodb").get_item(TableName=table, Key=key)["Item"]
    assert {"format", "calendar"} <= set(item)
    assert "calendar_file" not in item
    assert upgrade.row(upgrade.leaver.recipient).status == SubscriberStatus.LEFT


def test_somebody_joins_by_the_form_that_is_new(upgrade: Upgrade, joining: Joining) -> None:
    """The welcome is the invitation that the earlier release had frozen."""
    assert upgrade.left
    assert joining.welcomed.mime["Subject"] == upgrade.stayer.mime["Subject"]
    assert joining.row is not None


def test_the_next_mailings_leave(upgrade: Upgrade, joining: Joining) -> None:
    """Reminder and recap go to all who are there, and to nobody who has left or bounced.

    The recap leaves at its hour. Somebody may have left or joined on either side of that, as fast as the machine is.
    """
    assert joining.welcomed.recipient == NEWCOMER
    stay = {f"reader{n}@reader.example" for n in range(READERS)} - upgrade.gone
    reminded, recapped = ([mail.recipient for mail in mails] for mails in (upgrade.reminded, upgrade.recapped))
    assert sorted(reminded) == sorted(stay | {NEWCOMER})
    assert stay <= set(recapped) <= stay | {NEWCOMER, upgrade.leaver.recipient}


def test_nobody_is_lost_and_nobody_has_a_mailing_twice(upgrade: Upgrade) -> None:
    """Over both releases and all mailings. No message is left, and none ended in a dead-letter queue."""
    assert upgrade.recapped
    counts = upgrade.mails()
    assert {one for one, number in counts.items() if number != 1} == set()
    assert len(upgrade.rows()) == READERS + 1
    assert set(upgrade.waiting().values()) == {0}
    dead_ends = [name for name in upgrade.stack.resources if name.endswith("DeadLetterQueue")]
    assert {name: upgrade.stack.messages_in(upgrade.stack.named(name)) for name in dead_ends} == dict.fromkeys(
        dead_ends, 0
    )
    upgrade.stack.timeline.tell(
        f"nobody lost, nobody twice: {len(counts)} mails of {len({campaign for campaign, _ in counts})} campaigns, "
        f"{READERS} readers of then and one newcomer, two left, one bounced"
    )
