"""A no in a list is remembered: no later list brings the person in, and the person may still join by the form."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convener.errors import BadInput
from convener.intake.subscribers.consent_survey import ConsentQuestion, yes_means
from convener.intake.subscribers.import_records import ImportPart
from convener.intake.subscribers.lines import LineOutcome
from convener.intake.subscribers.reading import read_people
from convener.subscribers.confirmation_request import ConfirmationRequest, RequestType
from convener.subscribers.consent import ConsentEvent
from convener.subscribers.identity import subscriber_id
from convener.subscribers.joining import plan_join
from convener.subscribers.models import Subscriber, SubscriberStatus
from convener.subscribers.unit_of_work import Transaction
from convener.subscribers.unsuppress import check_unsuppressible
from tests.support.fake_unit_of_work import FakeUnitOfWork
from tests.support.lists import KEY, NOW, load, undo_import

ANNA, BEN = (subscriber_id(f"{name}@example.org", key=KEY) for name in ("anna", "ben"))
BARE = "email\nanna@example.org\nben@example.org\n"
NOES = "email,first_name,zone,Unsubscribed,UNSUB_TIME\nanna@example.org,Anna,Europe/London,Yes,2023-09-01 08:00:00\n"
STATUSES = {
    "unsubscribed": SubscriberStatus.LEFT,
    "cleaned": SubscriberStatus.BOUNCED,
    "spam complaint": SubscriberStatus.COMPLAINED,
}


def listed(**changes: object) -> Subscriber:
    row = Subscriber(
        id=ANNA,
        address="anna@example.org",
        status=SubscriberStatus.CONFIRMED,
        confirmed_at=NOW,
        version=2,
        source="page",
    )
    return replace(row, **changes)  # type: ignore[arg-type]


def test_a_mark_has_date_and_source_and_nothing_else_about_the_person() -> None:
    """Also in the consent record: the file, the column and the value."""
    store = FakeUnitOfWork()
    report = load(NOES, store, source="the old list", file="old.csv")
    assert report.counts[LineOutcome.LEFT] == report.marked == 1
    assert store.rows[ANNA] == Subscriber(
        id=ANNA,
        address="anna@example.org",
        status=SubscriberStatus.LEFT,
        status_since=datetime(2023, 9, 1, 8, tzinfo=UTC),
        source="the old list",
        batch="first",
        imported_at=NOW,
        version=1,
    )
    (entry,) = store.consents.of(ANNA)
    assert entry.what is ConsentEvent.MARKED
    assert entry.note == "the old list (old.csv); left, the list says: “Unsubscribed” is “Yes”: a no stays a no."
    assert store.imports.records["first"].marked == 1


@pytest.mark.parametrize(("words", "status"), STATUSES.items())
def test_no_later_list_brings_the_person_in(words: str, status: SubscriberStatus) -> None:
    """Neither a bare list nor one that says yes, whatever its source; the reason names the source of the no."""
    store = FakeUnitOfWork()
    load(f"email,Status\nanna@example.org,{words}\n", store, source="Mailchimp")
    for text in (BARE, "email,Opt-in\nanna@example.org,Yes\nben@example.org,Yes\n"):
        report = load(text, store, batch="later")
        assert report.counts[LineOutcome(status)] == 1
        assert store.rows[ANNA].status is status
        assert any("“Mailchimp”" in problem.reason for problem in report.problems)
    assert store.rows[BEN].status is SubscriberStatus.CONFIRMED


@pytest.mark.parametrize("status", [*STATUSES.values(), None])
def test_an_import_can_be_undone_and_its_noes_stay(status: SubscriberStatus | None) -> None:
    """Undoing takes off who came in. A no is forgotten only if the operator asks for it."""
    word = next((word for word, each in STATUSES.items() if each is status), "active")
    store = FakeUnitOfWork()
    load(f"email,Status\nanna@example.org,{word}\nben@example.org,active\n", store)
    done = undo_import(store)
    assert (done.taken_off, done.remembered, done.forgotten) == ((1, 1, 0) if status else (2, 0, 0))
    assert set(store.rows) == ({ANNA} if status else set())
    again = undo_import(store, marks=True)
    assert (again.remembered, again.forgotten) == ((0, 1) if status else (0, 0))
    assert store.rows == {}


@pytest.mark.parametrize(
    ("changes", "no", "stays"),
    [
        ({"batch": "an import"}, "Yes,", False),
        ({"batch": "an import"}, "Yes,2019-01-01", False),
        ({}, "Yes,", True),
        ({}, "Yes,2019-01-01", True),
        ({"confirmed_at": NOW - timedelta(days=99)}, f"Yes,{NOW - timedelta(days=3):%Y-%m-%d}", False),
    ],
    ids=["imported, no date", "imported, earlier", "said yes here, no date", "said yes here later", "said no later"],
)
def test_a_no_ends_what_lists_said_but_not_a_later_yes_given_here(
    changes: dict[str, object], no: str, stays: bool
) -> None:
    """Who confirmed here themselves is known, with a remark that names the command for a wish to stop."""
    store = FakeUnitOfWork([listed(first_name="Anna", **changes)])
    report = load(f"email,Unsubscribed,UNSUB_TIME\nanna@example.org,{no}\n", store)
    row = store.rows[ANNA]
    if stays:
        assert row == listed(first_name="Anna", **changes)
        assert report.counts == {LineOutcome.KNOWN: 1, LineOutcome.NOTE: 1}
        assert "convener subscriber leave" in report.problems[0].reason
    else:
        assert (row.status, row.first_name, row.confirmed_at) == (SubscriberStatus.LEFT, "", None)
        assert report.counts == {LineOutcome.LEFT: 1}


def test_a_no_counts_wherever_it_stands_in_the_file() -> None:
    """A yes on another line of the same person is a duplicate; each line counts once."""
    store = FakeUnitOfWork()
    report = load(
        "email,Status\nanna@example.org,active\nANNA@example.org,unsubscribed\nanna@example.org,active\n", store
    )
    assert report.counts == {LineOutcome.LEFT: 1, LineOutcome.DUPLICATE: 2}
    assert store.rows[ANNA].status is SubscriberStatus.LEFT


def test_whoever_only_did_not_say_yes_may_come_in_by_another_list() -> None:
    """A blank, a confirmation that is pending, and a cancelled order are no noes."""
    store = FakeUnitOfWork()
    load("email,Opt-in\nanna@example.org,\nben@example.org,0\n", store)
    load("email,Status\nanna@example.org,pending\n", store, batch="second")
    assert store.rows == {}
    assert load(BARE, store, batch="third").counts == {LineOutcome.NEW: 2}


@pytest.mark.parametrize("status", STATUSES.values())
def test_the_person_may_join_by_the_form(status: SubscriberStatus) -> None:
    """The button in their own mailbox is a yes, also where another tool's mails came back or were reported."""
    mark = listed(status=status, confirmed_at=None, batch="an import", status_since=NOW - timedelta(days=99))
    request = ConfirmationRequest(
        id="r", wish=RequestType.JOIN, subscriber=ANNA, address="anna@example.org", asked_at=NOW, by="page"
    )
    plan = plan_join(request, {ANNA: mark}, now=NOW)
    assert isinstance(plan, Transaction)
    assert (plan.changes[0].row.status, plan.changes[0].row.batch) == (SubscriberStatus.CONFIRMED, "")
    with pytest.raises(BadInput, match="never said yes here"):
        check_unsuppressible(mark)


def test_an_import_that_breaks_off_names_its_marks_first() -> None:
    """The part is written before the rows, so that the operator can undo whatever was written."""
    store = FakeUnitOfWork()
    load("email,Status\nanna@example.org,unsubscribed\nben@example.org,active\n", store)
    assert list(store.imports.parts("first")) == [ImportPart(added=(BEN,), marked=(ANNA,))]


def zipped(**files: str) -> bytes:
    """Return a zip of lists; “__” in a name stands for a full stop, and “9” for a slash."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", ".").replace("9", "/"), text)
    return data.getvalue()


def test_the_lists_of_one_zip_are_one_import() -> None:
    """A no in one list counts against a yes in another. People who never said yes, and reports, are left out."""
    store = FakeUnitOfWork()
    report = load(
        zipped(
            subscribed_members_1__csv=BARE,
            unsubscribed_members_1__csv=NOES,
            nonsubscribed_members_1__csv="email\ncarl@example.org\n",
            opens__csv="email\ndora@example.org\n",
            readme__pdf="x",
        ),
        store,
    )
    assert (
        report.counts[LineOutcome.NEW] == report.counts[LineOutcome.LEFT] == report.counts[LineOutcome.DUPLICATE] == 1
    )
    assert {row.status for row in store.rows.values()} == {SubscriberStatus.CONFIRMED, SubscriberStatus.LEFT}
    assert len(store.rows) == 2
    left_out = {problem.file for problem in report.problems if "was not read" in problem.reason}
    assert left_out == {"nonsubscribed_members_1.csv", "opens.csv", "readme.pdf"}
    assert "no on line 2 of unsubscribed_members_1.csv" in next(p.reason for p in report.problems if p.line == 2)


def test_a_question_about_one_list_of_a_zip_names_the_list() -> None:
    """The answer is about a column of any list."""
    data = zipped(a__csv="email,status\na@x.org,enabled\n", b__csv="email\nb@x.org\n")
    with pytest.raises(ConsentQuestion, match=r"^a\.csv: "):
        read_people(data)
    assert len([*read_people(data, answers=[yes_means("status=enabled")])]) == 2
    with pytest.raises(BadInput, match="no list in the zip has a column"):
        read_people(data, answers=[yes_means("status=enabled"), yes_means("state=enabled")])


def test_files_of_one_name_in_two_folders_are_two_lists() -> None:
    """A no counts although the yes stands on the same line of a file of the same name, and nobody is new twice."""
    store = FakeUnitOfWork()
    report = load(
        zipped(
            spring9people__csv="email,Status\nanna@example.org,active\nben@example.org,active\n",
            autumn9people__csv="email,Status\nanna@example.org,unsubscribed\nben@example.org,active\n",
        ),
        store,
    )
    assert store.rows[ANNA].status is SubscriberStatus.LEFT
    assert report.counts == {LineOutcome.LEFT: 1, LineOutcome.NEW: 1, LineOutcome.DUPLICATE: 2}


def test_a_list_of_noes_that_cannot_be_read_stops_the_whole_zip() -> None:
    """Else its people would come in by the next list. Where nobody left, its file is empty, which is no fault."""
    with pytest.raises(BadInput, match=r"^unsubscribed_members\.csv: .*noes would be lost"):
        read_people(zipped(subscribed_members__csv=BARE, unsubscribed_members__csv="First Name\nAnna\n"))
    people = read_people(zipped(subscribed_members__csv=BARE, unsubscribed_members__csv="email,UNSUB_TIME\n"))
    assert people.lines == 3


@pytest.mark.parametrize("damage", ["cut", "nothing", "lzma"])
def test_a_zip_that_holds_no_list_is_refused_in_words(damage: str) -> None:
    """Nothing of it is imported."""
    data = zipped(a__csv="email\na@x.org\n")
    if damage == "cut":
        data = data[:30] + bytes(20) + data[50:]
    if damage == "nothing":
        data = zipped(a__csv="name\nAnna\n")
    if damage == "lzma":
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w", zipfile.ZIP_LZMA) as archive:
            archive.writestr("a.csv", "email\na@x.org\n")
        data = held.getvalue()
    with pytest.raises(BadInput):
        read_people(data)


LINES = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(["active", "unsubscribed", "cleaned", "pending", ""])), min_size=1
)


@given(st.lists(LINES, min_size=1, max_size=4))
def test_nobody_is_listed_who_said_no_anywhere(files: list[list[tuple[int, str]]]) -> None:
    """Whatever lists are imported in whatever order, nobody on the list said no in any of them."""
    store, said_no = FakeUnitOfWork(), set()
    for number, lines in enumerate(files):
        text = "".join(f"p{person}@example.org,{status}\n" for person, status in lines)
        report = load(f"email,Status\n{text}", store, batch=f"b{number}")
        assert report.lines == len(lines)
        said_no |= {person for person, status in lines if status in ("unsubscribed", "cleaned")}
    for person in range(4):
        row = store.rows.get(subscriber_id(f"p{person}@example.org", key=KEY))
        assert (row is not None and row.status is not SubscriberStatus.CONFIRMED) == (person in said_no)
