"""Reading lists of people in CSV of many programs."""

from __future__ import annotations

import io
import zipfile

import pytest

from convener.errors import BadInput
from convener.intake.files.csv_dialect import MAX_RECORD_LINES
from convener.intake.subscribers.lines import LineOutcome, Problem, Row
from convener.intake.subscribers.reading import MAX_FILE_BYTES
from convener.intake.subscribers.reading import read_people as read_csv


def people(data: bytes | str) -> list[tuple[int, str, str, str, str]]:
    raw = data if isinstance(data, bytes) else data.encode()
    return [
        (row.line, row.address.typed, row.first_name, row.zone, row.joined_typed)
        for row in read_csv(raw)
        if isinstance(row, Row)
    ]


def problems(data: bytes | str) -> list[Problem]:
    raw = data if isinstance(data, bytes) else data.encode()
    return [problem for problem in read_csv(raw) if isinstance(problem, Problem)]


TABLE = "email,first_name,zone,joined\nanna@example.org,Zoë,Europe/London,2024-03-01\n"
ANNA = [(2, "anna@example.org", "Zoë", "Europe/London", "2024-03-01")]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(TABLE.encode(), id="UTF-8"),
        pytest.param(TABLE.encode("utf-8-sig"), id="UTF-8 with BOM"),
        pytest.param(TABLE.encode("utf-16"), id="UTF-16 with BOM"),
        pytest.param(b"\xfe\xff" + TABLE.encode("utf-16-be"), id="UTF-16 big-endian"),
        pytest.param(TABLE.replace("\n", "\r\n").encode(), id="Windows line ends"),
        pytest.param(TABLE.replace("\n", "\r").encode(), id="old Mac line ends"),
        pytest.param(TABLE.replace(",", ";").encode(), id="semicolons"),
        pytest.param(TABLE.replace(",", "\t").encode(), id="tabs"),
        pytest.param(TABLE.replace(",", ", ").encode(), id="spaces after commas"),
        pytest.param(TABLE.rstrip().encode(), id="no line end at the end"),
        pytest.param(('"' + TABLE.strip().replace(",", '","').replace("\n", '"\n"') + '"').encode(), id="all quoted"),
    ],
)
def test_the_same_list_is_read_from_every_program(data: bytes) -> None:
    """Encoding, delimiter, quoting and line ends make no difference."""
    assert people(data) == ANNA
    assert problems(data) == []


def test_windows_1252_is_read_with_a_note() -> None:
    """An old Windows list is read, and the operator is asked to check the accents."""
    data = TABLE.encode("cp1252")
    assert people(data) == ANNA
    [note] = problems(data)
    assert note.outcome is LineOutcome.NOTE
    assert "Windows-1252" in note.reason


@pytest.mark.parametrize(
    "header",
    [
        "Email Address,First name,Time zone,Joined on",
        "E-MAIL,Given Name,TIMEZONE,confirmed",
        "mail,forename,Zone,Confirmed At",
        "address,first_name,zone,subscribed_on",
    ],
)
def test_columns_have_many_names(header: str) -> None:
    """People and programs have many names for the same column."""
    assert people(f"{header}\nanna@example.org,Zoë,Europe/London,2024-03-01") == ANNA


def test_a_bare_list_of_addresses_is_read() -> None:
    """Without a header, a single column has addresses; blank lines and blank cells do not count."""
    assert [row[:2] for row in people("\nanna@example.org\n\n  \nben@example.org,,\n")] == [
        (2, "anna@example.org"),
        (5, "ben@example.org"),
    ]


def test_unknown_columns_are_named_once() -> None:
    """Unused columns are named once, at the line of the header, in a list of any length."""
    [note] = problems("\nemail,Ward,Town\n" + "anna@example.org,Seven,Leeds\n" * 3)
    assert (note.line, note.outcome, note.reason) == (2, LineOutcome.NOTE, "Not used: “Ward”, “Town”.")


def test_email_counts_where_there_is_a_postal_address_too() -> None:
    """The preferred name wins, and the other column is named as unused."""
    data = "address,email\n1 Example Street,anna@example.org\n"
    assert people(data)[0][1] == "anna@example.org"
    assert problems(data)[0].reason == "Not used: “address”."


def test_line_numbers_hold_after_line_breaks_in_quotes() -> None:
    """Every line number is the one that an editor shows."""
    data = (
        'email,note\r\n"anna@example.org","two\r\nlines"\r\n\r\nben@example.org,x\r\nwrong,"a\nb"\ncarl@example.org,\n'
    )
    assert [row[:2] for row in people(data)] == [
        (2, "anna@example.org"),
        (5, "ben@example.org"),
        (8, "carl@example.org"),
    ]
    wrong = problems(data)[-1]
    assert (wrong.line, wrong.address, wrong.outcome) == (6, "wrong", LineOutcome.MALFORMED)
    assert "Lines 6 to 7 were read as one." in wrong.reason


def test_a_quote_that_never_closes_costs_one_line() -> None:
    """The lines after it are read."""
    data = 'email,first_name\n"anna@example.org,Anna\n' + "".join(f"p{n}@example.org,P\n" for n in range(60))
    assert len(people(data)) == 60
    [problem] = problems(data)
    assert (problem.line, problem.outcome) == (2, LineOutcome.MALFORMED)
    assert "quotation marks" in problem.reason


def test_a_quote_that_closes_far_below_loses_no_line() -> None:
    """Two stray quotation marks that happen to match are two broken lines, not one endless field."""
    between = "".join(f"p{n}@example.org,P\n" for n in range(MAX_RECORD_LINES * 3))
    data = f'email,first_name\n"anna@example.org,Anna\n{between}zed@example.org,"\n'
    assert len(people(data)) == MAX_RECORD_LINES * 3
    assert [problem.line for problem in problems(data)] == [2, MAX_RECORD_LINES * 3 + 3]


def test_a_field_longer_than_csv_allows_costs_one_line() -> None:
    """The endless field is reported, and reading goes on."""
    data = f"email\n{'x' * 140_000}\nanna@example.org\n"
    assert [row[:2] for row in people(data)] == [(3, "anna@example.org")]
    assert problems(data)[0].line == 2


def test_an_unquoted_comma_is_reported_not_shifted() -> None:
    """A line with more fields than columns is not used, since a name might become the zone."""
    data = "email,first_name,zone\nanna@example.org,Smith, Anna,Europe/London\n"
    assert people(data) == []
    assert "more fields than columns (3)" in problems(data)[0].reason


def test_unusable_cells_are_left_out_with_a_note() -> None:
    """An unknown zone or an endless name does not lose a reader."""
    data = f"email,first_name,zone\nanna@example.org,{'x' * 61},Mars/Base\nben@example.org,Ben,europe/london\n"
    assert [row[1:4] for row in people(data)] == [
        ("anna@example.org", "", ""),
        ("ben@example.org", "Ben", "Europe/London"),
    ]
    assert [(problem.line, problem.outcome) for problem in problems(data)] == [(2, LineOutcome.NOTE)] * 2
    assert "“Mars/Base” is no time zone" in problems(data)[1].reason


@pytest.mark.parametrize("name", ["anna@example.org", "https://evil.example", "www.evil", "Win at evil.example"])
def test_an_address_is_no_first_name(name: str) -> None:
    """Mails would show it as a link; the person is imported without it, and a note says so."""
    data = f"email,first_name\nanna@example.org,{name}\nben@example.org,J. R.\n"
    assert [row[2] for row in people(data)] == ["", "J. R."]
    assert [problem.reason for problem in problems(data)] == [
        "The first name holds a mail or web address. It was left out."
    ]


def _zipped() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("xl/workbook.xml", "<workbook/>")
    return archive.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b"", "empty", id="empty"),
        pytest.param(b"\xef\xbb\xbf \r\n\r\n", "empty", id="blank"),
        pytest.param(_zipped(), "damaged.*save it as a new .xlsx", id="xlsx"),
        pytest.param(b"\xd0\xcf\x11\xe0" + b"x" * 100, "an old spreadsheet.*with a password", id="xls"),
        pytest.param(b"%PDF-1.7\nx", "a PDF", id="PDF"),
        pytest.param(b"BEGIN:VCARD\r\nEMAIL:a@example.org", "an address book", id="vCard"),
        pytest.param(b"<html><body>a@example.org", "a web page", id="web page"),
        pytest.param(b"\x1f\x8b\x08\x00", "gzip", id="gzip"),
        pytest.param(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not a text file", id="PNG"),
        pytest.param(b"\x81\x8d\x90 anna@example.org", "neither UTF-8 nor Windows-1252", id="unknown encoding"),
        pytest.param("email\na@b.org".encode("utf-16-le"), "not a text file", id="UTF-16 without BOM"),
        pytest.param(b"\x01\x02\x03\x04\x05email", "not a text file", id="control characters"),
        pytest.param(b"x" * (MAX_FILE_BYTES + 1), "20 MB is the most", id="large"),
        pytest.param(b"email,zone\n\n", "holds no addresses", id="header alone"),
        pytest.param(
            b"name,town\nAnna,Leeds\n",
            "no column called “email”, and none that holds addresses",
            id="no address column",
        ),
        pytest.param(
            b"anna@example.org,Anna\n", "Line 1 holds an address, and no line above", id="columns without names"
        ),
        pytest.param(b"email,zone,Zone\na@example.org,,", "Two columns are called “zone”", id="twice"),
        pytest.param(b'"email\n' * (MAX_RECORD_LINES + 1), "quotation marks of the first line", id="broken header"),
    ],
)
def test_a_file_that_is_no_list_is_refused_at_once(data: bytes, reason: str) -> None:
    """Before any line is read, the message says what the file is and how to mend it."""
    with pytest.raises(BadInput, match=f"(?s){reason}"):
        read_csv(data)
