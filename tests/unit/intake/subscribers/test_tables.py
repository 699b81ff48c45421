"""Files with more than one table, and titles between them: the people are found, and the rest is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convener.intake.files.csv_dialect import Record
from convener.intake.subscribers.lines import LineOutcome, Problem, Row
from convener.intake.subscribers.reading import open_list
from convener.intake.subscribers.tables import TableFinder

ZOOM = """\
Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants,
123 4567 8901,Kindness,03/21/2024 05:50:01 PM,03/21/2024 07:31:00 PM,host@example.org,101,2,

Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest
Wyn Judd,,03/21/2024 06:01:01 PM,03/21/2024 07:20:00 PM,79,Yes
Sam Ford (Sam's iPad),sam@example.org,03/21/2024 05:58:01 PM,03/21/2024 07:30:00 PM,92,Yes
"""
WEBINAR = """\
Attendee Report
Topic,Webinar ID
Kindness,123
Host Details
Attended,User Name (Original Name),Email,Join Time
Yes,Host,host@example.org,x
Panelist Details
Attended,User Name (Original Name),Email,Join Time
Yes,Pan,pan@example.org,x
Attendee Details
Attended,User Name (Original Name),First Name,Last Name,Email,Registration Time
Yes,Ada Moss,Ada,Moss,ada@example.org,2024-03-02
Yes,Ben Ott,Ben,Ott,ben@example.org,2024-03-02
"""
TEAMS = """\
1. Summary
Meeting title\tKindness
Attended participants\t2

2. Participants
Name\tFirst Join\tEmail\tRole
Ada Moss\t3/21/24, 5:58:01 PM\tada@example.org\tPresenter
"""


def read(text: str) -> tuple[list[tuple[int, str, str]], str]:
    lines = list(open_list(text.encode()))
    people = [(line.line, line.address.typed, line.first_name) for line in lines if isinstance(line, Row)]
    notes = [line.reason for line in lines if isinstance(line, Problem) and line.outcome is LineOutcome.NOTE]
    return people, " ".join(notes)


def test_the_host_above_the_people_is_nobody() -> None:
    """Zoom's first table has the host; the second one counts, also where it has one address as well."""
    people, notes = read(ZOOM)
    assert people == [(6, "sam@example.org", "Sam")]
    assert "above (2 filled, 1 with an address) was passed over" in notes


def test_the_largest_of_many_tables_counts() -> None:
    """Zoom writes hosts and panelists of a webinar above its attendees."""
    people, notes = read(WEBINAR)
    assert people == [(12, "ada@example.org", "Ada"), (13, "ben@example.org", "Ben")]
    assert "above (10 filled, 2 with an address)" in notes


def test_a_summary_above_is_passed_over() -> None:
    """Teams writes one, separated by tabs."""
    people, notes = read(TEAMS)
    assert people == [(7, "ada@example.org", "Ada")]
    assert "above (4 filled)" in notes


def test_a_smaller_table_below_is_told() -> None:
    """Its people are not imported under the wrong columns, and nobody overlooks them."""
    below = "\nTown,Coordinator's email\nLeeds,carl@example.org\n"
    people, notes = read("email,first_name\nada@example.org,Ada\nben@example.org,Ben\n" + below)
    assert [row[1] for row in people] == ["ada@example.org", "ben@example.org"]
    assert "Another table begins on line 5. It (2 filled, 1 with an address) was not read" in notes


def test_files_put_together_are_one_list() -> None:
    """The header that stands there again is nobody, and is told."""
    people, notes = read(
        "email,name\nada@example.org,Ada\nemail,name\nben@example.org,Ben\n\nemail,name\nc@example.org,Cy\n"
    )
    assert [row[2] for row in people] == ["Ada", "Ben", "Cy"]
    assert "stand again on line 3, 6" in notes


def test_a_person_without_an_address_is_no_header() -> None:
    """Neither at the beginning, nor after a blank line, nor with a word that could name a column."""
    text = "Name,Email\nWyn,\nAda,ada@example.org\n\nName,\nEmail,\nCy,Email\nBen,ben@example.org\n"
    lines = list(open_list(text.encode()))
    assert [line.address.typed for line in lines if isinstance(line, Row)] == ["ada@example.org", "ben@example.org"]
    assert [line.line for line in lines if isinstance(line, Problem)] == [2, 5, 6, 7]


@pytest.mark.parametrize("header", ["email", "Work e-mail"])
def test_a_misplaced_address_does_not_end_the_list(header: str) -> None:
    """The header calls the other column one of addresses."""
    text = f"{header},first_name\n,anna@example.org\n\nZoë,Zoë\nben@example.org,Ben\n"
    lines = list(open_list(text.encode()))
    assert [line.line for line in lines if isinstance(line, Row)] == [5]
    assert [line.line for line in lines if isinstance(line, Problem) and line.outcome is LineOutcome.MALFORMED] == [
        2,
        4,
    ]


def test_a_line_with_too_many_fields_names_no_columns() -> None:
    """The header keeps its place, also where only a misplaced cell holds an address."""
    lines = list(open_list(b"email,first_name,zone\n,Wyn,Leeds,x,y\n,Ada,Leeds,1,ada@example.org\n"))
    assert [(line.line, line.outcome) for line in lines if isinstance(line, Problem)][-2:] == [
        (2, LineOutcome.MALFORMED),
        (3, LineOutcome.MALFORMED),
    ]
    assert not [line for line in lines if isinstance(line, Row)]


def test_a_mistyped_first_line_of_a_bare_list_is_told() -> None:
    """It holds an @, so it is no title."""
    lines = list(open_list(b"Lee, Anna <anna@example.org>\nBen <ben@example.org>\n"))
    assert [(line.line, line.outcome) for line in lines if isinstance(line, Problem)] == [
        (1, LineOutcome.MALFORMED),
        (2, LineOutcome.NOTE),
    ]


def test_what_stands_right_above_the_people_is_kept() -> None:
    """A title may say that these people left."""
    assert open_list(b"Unsubscribed\nemail\nanna@example.org\n").columns.titles == ("Unsubscribed",)
    assert open_list(ZOOM.encode()).columns.titles == ()


CELLS = st.sampled_from(["", "email", "Name", "Kontakt", "x", "anna@example.org", "ben@example.org", "Ada", "1"])


@given(st.lists(st.tuples(st.integers(1, 2), st.lists(CELLS, min_size=1, max_size=3)), max_size=30))
def test_every_row_is_in_the_table_or_is_counted(drawn: list[tuple[int, list[str]]]) -> None:
    """Whatever the rows, none with an address disappears without a word."""
    finder, line, rows = TableFinder(), 0, []
    for step, cells in drawn:
        line += step
        if any(cells):
            rows.append(Record(line, line, cells))
    for row in rows:
        finder.add(row)
    table = finder.finish()
    with_address = sum(1 for row in rows if any("@" in cell for cell in row.cells))
    if table is None:
        assert with_address == 0
    else:
        assert table.addresses_above + table.with_address + table.addresses_below == with_address
        assert table.above == sum(1 for row in rows if row.line < table.line)
        assert table.below == (0 if table.end is None else sum(1 for row in rows if row.line >= table.end))
