"""Addresses with the name of their person, as mail programs copy them."""

from __future__ import annotations

import pytest

from convener.intake.subscribers.lines import LineOutcome, Problem, Row
from convener.intake.subscribers.reading import read_people


def quoted(cell: str) -> bytes:
    """Return a file with one cell, which may hold any text."""
    doubled = cell.replace('"', '""')
    return f'email\n"{doubled}"\n'.encode()


@pytest.mark.parametrize(
    "cell",
    [
        "Anna Lee <anna@example.org>",
        '"Lee, Anna" <anna@example.org>',
        "Zoë <anna@example.org>",
        "<anna@example.org>",
        "Anna (home) <anna@example.org>",
    ],
)
def test_the_address_is_taken_out_of_its_brackets(cell: str) -> None:
    """The name is left out: it is not clear which word is the first name."""
    *notes, row = list(read_people(quoted(cell)))
    assert isinstance(row, Row)
    assert [note.outcome for note in notes if isinstance(note, Problem)] == [LineOutcome.NOTE] * (
        not cell.startswith("<")
    )
    assert (row.address.typed, row.address.normalised, row.first_name) == ("anna@example.org", "anna@example.org", "")


@pytest.mark.parametrize(
    "cell",
    [
        "Anna <anna@example.org>, Ben <ben@example.org>",
        "ben@example.org <anna@example.org>",
        "Anna <anna@example.org",
        "Anna <anna@example.org> and Ben",
        "Anna <anna@example.org>, Ben",
        "Anna <>",
        "Anna <anna example.org>",
        "anna@example.org <Anna>",
        "Anna <an na@example.org>",
        "Lee, Anna <anna@example.org>",
    ],
)
def test_an_unclear_cell_is_refused(cell: str) -> None:
    """Two addresses, half of an address, or a name in its place: nobody is imported by a guess."""
    [problem] = list(read_people(quoted(cell)))
    assert isinstance(problem, Problem)
    assert problem.outcome is LineOutcome.MALFORMED
    assert problem.address == cell
