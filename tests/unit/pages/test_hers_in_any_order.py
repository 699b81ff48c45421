"""Whatever is pressed in whatever order, by whomever holds a link: only a button of its own changes anything."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from convener.subscribers.consent import ConsentEvent
from convener.subscribers.leaving import UNDO
from convener.subscribers.models import SubscriberStatus
from tests.support.one_time_pages import SAVE, TOKEN, fresh, kept, press
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
def test_nothing_revives_and_nothing_changes_but_by_its_own_button(
    standing: SubscriberStatus, steps: list[tuple[str, str, str]]
) -> None:
    """A row that left comes back by undo within a week alone; the record only grows, but by erasing."""
    since = None if standing is SubscriberStatus.CONFIRMED else Visit().clock.now()
    visit = Visit(people=[subscriber(1, status=standing, status_since=since)])
    for number, (page, method, body) in enumerate(steps):
        if page == "wait":
            visit.clock.sleep(timedelta(hours=int(body)).total_seconds())
            continue
        before, letters, row = kept(visit), len(visit.letters.sent), visit.rows.rows[READER.id]
        now, entries = visit.clock.now(), visit.consents.entries
        token = TOKEN if page in ("leave", "preferences") else fresh(page, nonce=number, at=now)
        answer = visit.ask(page, token, method, headers=FORM, body=body)
        assert answer.status < 500
        after = visit.rows.rows[READER.id]
        if method != "POST" or body not in OWN[page]:
            assert (kept(visit), len(visit.letters.sent)) == (before, letters)
        if after.status is not row.status:
            assert (row.status, after.status, page, body) in {
                *(
                    (one, SubscriberStatus.LEFT, "leave", ONE_CLICK)
                    for one in (SubscriberStatus.CONFIRMED, SubscriberStatus.BOUNCED)
                ),
                *(
                    (one, SubscriberStatus.ERASED, "erase", "action=erase")
                    for one in SubscriberStatus
                    if one is not SubscriberStatus.MOVED
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
            assert [one.what for one in visit.consents.entries].count(ConsentEvent.SAID_WHY) <= len(entries) + 1


@given(
    st.sampled_from(PAGES),
    st.sampled_from(["GET", "HEAD"]),
    st.sampled_from(EVERY),
    st.sampled_from([*SubscriberStatus]),
    st.booleans(),
)
def test_looking_changes_nothing_for_any_standing(
    page: str, method: str, body: str, standing: SubscriberStatus, moved: bool
) -> None:
    """Whatever stands in the body of a GET."""
    row = subscriber(1, status=standing, moved_to=subscriber(2).id if moved else "")
    visit = Visit(people=[row, subscriber(2)])
    before = kept(visit)
    visit.ask(page, TOKEN if page in ("leave", "preferences") else fresh(page), method, headers=FORM, body=body)
    assert (kept(visit), visit.letters.sent) == (before, [])


@given(st.sampled_from(PAGES[:2]), st.sampled_from(EVERY))
def test_a_forwarded_mail_shows_no_address_and_no_record(page: str, body: str) -> None:
    """Its link may leave, undo, choose; what is held of her stays with her mailbox."""
    visit = Visit()
    answer = press(visit, page, body)
    assert READER.address not in answer.body
    assert READER.id not in answer.body
    for other in PAGES[2:]:
        assert "This link is not complete" in words(press(visit, other, min(OWN[other]), TOKEN))
