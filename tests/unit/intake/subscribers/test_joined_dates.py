"""Dates of joining."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convener.errors import BadInput
from convener.intake.subscribers.joined_dates import (
    DateOrder,
    looks_like_date,
    not_in_future,
    read_joined,
    shown_order,
)
from convener.intake.subscribers.lines import LineOutcome
from convener.intake.subscribers.reading import read_people
from tests.support.fake_unit_of_work import FakeUnitOfWork
from tests.support.lists import NOW, load

APRIL_3 = datetime(2023, 4, 3, tzinfo=UTC)
AT_TEN = APRIL_3 + timedelta(hours=10)


@pytest.mark.parametrize(
    ("typed", "joined"),
    [
        ("2023-04-03", APRIL_3),
        ("2024-02-29", datetime(2024, 2, 29, tzinfo=UTC)),
        ("2023/4/3", APRIL_3),
        ("20230403", APRIL_3),
        ("2023-04-03T11:00:00+01:00", AT_TEN),
        ("2023-04-03T10:00Z", AT_TEN),
        ("2023-04-03 10:00:00", AT_TEN),
        ("2023-04-03 10:00:00.123 +0000 UTC", AT_TEN),  # Go
        ("2023-04-03 11:00:00.123 +0100 BST", AT_TEN),
        ("2023/04/03 11:00:00 AM GMT+1", AT_TEN),  # Google Forms, downloaded
        ("Mon Apr 03 2023 11:00:00 GMT+0100 (British Summer Time)", AT_TEN),  # JavaScript
        ("Mon, 3 Apr 2023 12:00:00 +0200", AT_TEN),  # RFC 5322
        ("2023-04-03 23:00:00 CST", APRIL_3),  # CST has three meanings: only the day is certain
        ("1680516000", AT_TEN),  # Unix time
        ("1680516000000", AT_TEN),
        ("Apr 3, 2023", APRIL_3),
        ("Apr 3,2023", APRIL_3),
        ("April 3rd, 2023", APRIL_3),
        ("Apr 3, 2023, 10:00 AM", AT_TEN),
        ("3 April 2023", APRIL_3),
        ("3rd of April 2023", APRIL_3),
        ("Monday, 3 April 2023", APRIL_3),
        ("03-APR-2023", APRIL_3),
        ("3. April 2023", APRIL_3),
        ("3. April 2023 um 10:00 Uhr", AT_TEN),
        ("le 3 avril 2023 à 10:00", AT_TEN),
        ("3 de abril de 2023", APRIL_3),
        ("3 aprile 2023", APRIL_3),
        ("3 april 2023", APRIL_3),
        ("1er août 2023", datetime(2023, 8, 1, tzinfo=UTC)),
        ("1 mrt 2023", datetime(2023, 3, 1, tzinfo=UTC)),
        ("1. März 2023", datetime(2023, 3, 1, tzinfo=UTC)),
        ("25/03/2024", datetime(2024, 3, 25, tzinfo=UTC)),  # no calendar has 25 months
        ("3/25/2024", datetime(2024, 3, 25, tzinfo=UTC)),
        ("31.12.2023", datetime(2023, 12, 31, tzinfo=UTC)),
        ("05/05/2023", datetime(2023, 5, 5, tzinfo=UTC)),
        ("03/21/2024 05:58:01 PM", datetime(2024, 3, 21, 17, 58, 1, tzinfo=UTC)),
        ("4/18/2023 0:05:10", datetime(2023, 4, 18, 0, 5, 10, tzinfo=UTC)),
    ],
)
def test_dates_with_one_meaning_and_moments_are_read(typed: str, joined: datetime) -> None:
    """A date is its midnight in UTC, in whatever words and by whatever program it is written."""
    assert read_joined(typed) == joined
    assert looks_like_date(typed)


@pytest.mark.parametrize("typed", ["", " ", "-", "N/A", "null", "never", "0000-00-00 00:00:00", "1970-01-01", "0"])
def test_no_date_is_no_date(typed: str) -> None:
    """Databases and spreadsheets have many ways to say that there is none; no remark is needed."""
    assert read_joined(typed) is None
    assert not looks_like_date(typed)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("04/05/2024", "Write 2024-05-04 or 2024-04-05."),
        ("4.5.2024", "Write 2024-05-04 or 2024-04-05."),
        ("4/5/2024 7:15:22", "Write 2024-05-04 or 2024-04-05."),
        ("31/02/2024", "“31/02/2024” is no day of the calendar"),
        ("45019", "may be 2023-04-03, as a spreadsheet counts days"),
        ("2024", "not a date"),
        ("April 2024", "not a date"),
        ("3 Apr 24", "not a date"),
        ("2024-W14-4", "not a date"),
        ("yesterday", "not a date"),
        ("99/99/2024", "not a date"),
        ("2024-04-03 25:00", "not a date"),
        ("4/18/2024 13:00 PM", "not a date"),
        ("2024-02-30", "no day of the calendar"),
        ("2024-13-01", "no day of the calendar"),
        ("1969-12-31", "before 1970"),
        ("9999-12-31T23:59:59-12:00", "not a date"),
        ("x" * 200, "long text"),
    ],
)
def test_uncertain_dates_are_refused(typed: str, reason: str) -> None:
    """The message says how to write the date, with both meanings where there are two."""
    with pytest.raises(BadInput) as refusal:
        read_joined(typed)
    assert reason in str(refusal.value)


def test_the_future_is_no_date_of_joining() -> None:
    """“Today” in Auckland is now; a later day is refused."""
    assert not_in_future(APRIL_3, now=NOW) == APRIL_3
    assert not_in_future(datetime(2024, 4, 19, tzinfo=UTC), now=NOW) == NOW
    with pytest.raises(BadInput, match="2024-04-20, lies in the future"):
        not_in_future(datetime(2024, 4, 20, tzinfo=UTC), now=NOW)


@given(
    st.text(max_size=30)
    | st.from_regex(r"\A\d{4}-\d\d-\d\d([T ]\d\d(:\d\d)?([+-]\d\d:\d\d|Z)?)?\Z")
    | st.from_regex(r"\A\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}( \d{1,2}:\d\d(:\d\d)?( [AP]M)?)?( [a-z]{3}[+-]\d{1,4})?\Z")
)
def test_any_text_is_a_moment_or_none_or_is_refused(typed: str) -> None:
    """No text raises another error."""
    looks_like_date(typed)
    shown_order(typed)
    for order in (None, *DateOrder):
        try:
            joined = read_joined(typed, order=order)
            assert joined is None or not_in_future(joined, now=NOW) <= NOW
        except BadInput:
            continue


@given(
    st.dates(min_value=APRIL_3.date(), max_value=NOW.date()),
    st.sampled_from(["%Y-%m-%d", "%d %B %Y", "%B %d, %Y", "%d-%b-%Y", "%Y%m%d", "%A, %d %B %Y", "%Y/%m/%d"]),
)
def test_a_day_is_the_same_in_every_form(day: datetime, form: str) -> None:
    """Whatever way of writing a program has, the day is that day."""
    assert read_joined(day.strftime(form)) == datetime(day.year, day.month, day.day, tzinfo=UTC)


DATES = st.sampled_from(
    ["", "2023-04-03", "03/04/2023", "18/04/2023", "4/18/2023", "2099-01-01", "45019", "soon", "x" * 99]
)
NAMES = st.sampled_from(
    ["", "Zoë", "null", "=1+1", "{{ name }}", "<b>Bob</b>", "\u202eevil", "www.evil.example", "7", "x" * 99]
)


@given(st.lists(st.tuples(NAMES, NAMES, DATES), min_size=1, max_size=6))
def test_no_person_is_lost_for_a_date_or_a_name(people: list[tuple[str, str, str]]) -> None:
    """Whatever stands in these cells, the person is imported, and a date that is not read is never made up."""
    lines = [f"p{number}@example.org,{name},{whole},{joined}" for number, (name, whole, joined) in enumerate(people)]
    store = FakeUnitOfWork()
    report = load("\n".join(["email,first_name,name,joined", *lines]), store)
    assert report.counts[LineOutcome.NEW] == report.lines == len(people)
    assert {row.confirmed_at for row in store.rows.values()} <= {
        NOW, APRIL_3, datetime(2023, 3, 4, tzinfo=UTC), datetime(2023, 4, 18, tzinfo=UTC)
    }  # fmt: skip


def test_the_typed_date_is_kept_beside_what_it_means() -> None:
    """The consent record quotes the list, also where the date was left out."""
    store = FakeUnitOfWork()
    report = load(
        "email,joined\nanna@example.org,soon\nben@example.org,3 April 2023\ncarl@example.org,2099-01-01\n", store
    )
    assert [(problem.line, problem.outcome) for problem in report.problems] == [
        (2, LineOutcome.NOTE),
        (4, LineOutcome.NOTE),
    ]
    assert all(problem.reason.endswith("It was left out.") for problem in report.problems)
    assert [entry.note.partition("; ")[2] for entry in store.consents.entries] == [
        "joined soon", "joined 3 April 2023", "joined 2099-01-01"
    ]  # fmt: skip
    assert len(list(read_people(b"email,joined\nanna@example.org,\n"))) == 1
