"""Buttons and links in any order: a button changes only what is its own."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from convener.subscribers.consent import ConsentEvent
from convener.subscribers.leaving import UNDO
from convener.subscribers.models import SubscriberStatus
from tests.support.one_time_pages import SAVE, TOKEN, one_time_token, press, stored_state
from tests.support.people import subscriber
from tests.support.visiting import FORM, ONE_CLICK, READER, Visit, words

PAGES = ("leave", "preferences", "data", "erase", "address")
OWN = {
    "leave": {ONE_CLICK, "action=only-recaps", "action=pause-1", "action=undo", "action=reason&reason=other"},
    "preferences": {SAVE, SAVE.replace("pause=none", "pause=1"), "action=link-data", "action=link-erase"},
    "data": {"action=see", "action=download"},
    "erase": {"action=erase"},
    "address": {"address=new@example.org"},
}
EVERY = sorted({*(body for bodies in OWN.values() for body in bodies), "", "x=y", "action=confirm"})
STEPS = st.lists(
    st.tuples(st.sampled_from(PAGES), st.sampled_from(["GET", "HEAD", "POST", "POST", "POST"]), st.sampled_from(EVERY))
    | st.sampled_from([("wait", "", str(hours)) for hours in (1, 30, 24 * 6, 24 * 8)]),
    max_size=12,
)


@given(st.sampled_from(list(SubscriberStatus)), STEPS)
def test_only_the_buttons_of_a_page_change_anything(
    subscriber_status: SubscriberStatus, steps: list[tuple[str, str, str]]
) -> None:
    """A subscriber who left comes back only by undo within a week; the consent record only grows, except by erasing."""
    since = None if subscriber_status is SubscriberStatus.CONFIRMED else Visit().clock.now()
    visit = Visit(people=[subscriber(1, status=subscriber_status, status_since=since)])
    for number, (page, method, body) in enumerate(steps):
        if page == "wait":
            visit.clock.sleep(timedelta(hours=int(body)).total_seconds())
            continue
        before, queued, row = stored_state(visit), len(visit.mail_requests.sent), visit.rows.rows[READER.id]
        now, entries = visit.clock.now(), visit.consents.entries
        token = TOKEN if page in ("leave", "preferences") else one_time_token(page, nonce=number, at=now)
        answer = visit.ask(page, token, method, headers=FORM, body=body)
        assert answer.status < 500
        after = visit.rows.rows[READER.id]
        if method != "POST" or body not in OWN[page]:
            assert (stored_state(visit), len(visit.mail_requests.sent)) == (before, queued)
        if after.status is not row.status:
            assert (row.status, after.status, page, body) in {
                *(
                    (status, SubscriberStatus.LEFT, "leave", ONE_CLICK)
                    for status in (SubscriberStatus.CONFIRMED, SubscriberStatus.BOUNCED)
                ),
                *(
                    (status, SubscriberStatus.ERASED, "erase", "action=erase")
                    for status in SubscriberStatus
                    if status is not SubscriberStatus.MOVED
                ),
                (SubscriberStatus.LEFT, SubscriberStatus.CONFIRMED, "leave", "action=undo"),
            }
        if after.status is SubscriberStatus.CONFIRMED is not row.status:
            assert row.status_since is not None
            assert now < row.status_since + UNDO
        if after.status is SubscriberStatus.ERASED is not row.status:
            assert [entry.what for entry in visit.consents.entries] == [ConsentEvent.ERASED]
        else:
            assert visit.consents.entries[: len(entries)] == entries
            assert [entry.what for entry in visit.consents.entries].count(ConsentEvent.SAID_WHY) <= len(entries) + 1


@given(
    st.sampled_from(PAGES),
    st.sampled_from(["GET", "HEAD"]),
    st.sampled_from(EVERY),
    st.sampled_from([*SubscriberStatus]),
    st.booleans(),
)
def test_reading_changes_nothing_in_any_status(
    page: str, method: str, body: str, subscriber_status: SubscriberStatus, moved: bool
) -> None:
    """Whatever the body of a GET request contains."""
    row = subscriber(1, status=subscriber_status, moved_to=subscriber(2).id if moved else "")
    visit = Visit(people=[row, subscriber(2)])
    before = stored_state(visit)
    visit.ask(
        page, TOKEN if page in ("leave", "preferences") else one_time_token(page), method, headers=FORM, body=body
    )
    assert (stored_state(visit), visit.mail_requests.sent) == (before, [])


@given(st.sampled_from(PAGES[:2]), st.sampled_from(EVERY))
def test_the_links_of_a_mail_show_no_address_and_no_record(page: str, body: str) -> None:
    """These links only unsubscribe, undo and choose; personal data need a link to the mailbox itself."""
    visit = Visit()
    answer = press(visit, page, body)
    assert READER.address not in answer.body
    assert READER.id not in answer.body
    for other in PAGES[2:]:
        assert "This link is not complete" in words(press(visit, other, min(OWN[other]), TOKEN))
