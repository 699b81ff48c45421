"""CSV files, their headers, and the lists in one cell."""

from __future__ import annotations

from datetime import date, time

import pytest

from convener.intake.sessions.field_names import KNOWN, NAMES
from convener.sessions.models import Presentation, Speaker
from tests.support.uploads import faults, only, uploaded

TABLE = "Month,Topic,Who\n2024-04,Café “talk” 🙂,Ana Lund\n"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(TABLE.encode(), id="UTF-8"),
        pytest.param(TABLE.encode("utf-8-sig"), id="with BOM"),
        pytest.param(TABLE.encode("utf-16"), id="UTF-16"),
        pytest.param(TABLE.replace("\n", "\r\n").encode(), id="CR LF"),
        pytest.param(TABLE.replace("\n", "\r").encode(), id="CR"),
        pytest.param(TABLE.replace(",", ";").encode(), id="semicolons"),
        pytest.param(TABLE.replace(",", "\t").encode(), id="tabs"),
        pytest.param(b"\n\n" + TABLE.encode() + b",,,,\n\n", id="blank rows and cells"),
    ],
)
@pytest.mark.parametrize("name", ["a.csv", "a.TSV"])
def test_csv_of_any_program_is_read(data: bytes, name: str) -> None:
    """Encoding, delimiter and line ends make no difference."""
    assert only(data, name).values == {"title": "Café “talk” 🙂", "speakers": (Speaker(name="Ana Lund"),)}


@pytest.mark.parametrize(
    ("heading", "meaning"),
    [
        ("Topic", "title"),
        ("Session title", "title"),
        ("Speaker(s)", "speakers"),
        ("WHO", "speakers"),
        ("Guest", "speakers"),
        ("Zoom link", "join_url"),
        ("Join-link", "join_url"),
        ("Meeting link", "join_url"),
        ("Slides", "presentations"),
        ("Video", "recording"),
        ("Recording link", "recording"),
        ("When", "date"),
        ("Day", "date"),
        ("Résumé", "summary"),
        ("start_time", "start"),
        ("Length (minutes)", "length_minutes"),
        ("  I D ", "id"),
        ("Wetter", ""),
        ("", ""),
    ],
)
def test_names_of_columns(heading: str, meaning: str) -> None:
    """Case, spaces, signs and accents make no difference, and many words mean the same."""
    assert NAMES.field_of(heading) == meaning


def test_no_heading_means_two_things() -> None:
    """No name has two meanings."""
    names = [name for synonyms in NAMES.synonyms.values() for name in synonyms]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Month,Tpoic\n2024-04,x\n", "Row 1: “Tpoic” is no known column. Did you mean “title”? Take it out, or"),
        (
            "Month,Weather\n2024-04,x\n",
            "Row 1: “Weather” is no known column. Take it out, or give it one of these names: id, month,",
        ),
        ("Month,Title,Topic\n2024-04,x,y\n", "Row 1: “Title” and “Topic” both mean title."),
        ("Month,Month\n2024-04,x\n", "Row 1: “Month” is there twice."),
        ("Title,Who\nx,y\n", "Row 1: No column says which session a row is about."),
        ("2024-04,Kindness\n", "Row 1 has no heading that is known, only “2024-04”, “Kindness”. Name the columns"),
        ("Month,Title\n", "There are only headings, and no session below them."),
        ("Month,Title\n2024-04,Rest, and more\n", "Row 2: “and more” stands in column C, which has no heading."),
        ("Month,Title,\n2024-04,x,y\n", "Row 2: “y” stands in column C, which has no heading."),
        ('Month,Title\n2024-04,"x\n', "Line 2: The quotation marks of “2024-04,\"x” don't match"),
        ("Month,Title\n2024-04,=1+1\n", "Row 2, column “Title”: “=1+1” begins like a formula."),
        ("Month,Title\n2024-04,@SUM(A1)\n", "Row 2, column “Title”: “@SUM(A1)” begins like a formula."),
        ("Month,Title\n2024-04,+44 20\n", "Row 2, column “Title”: “+44 20” begins like a formula."),
        ("Month,Title\n,x\n", "Row 2: Nothing says which session this is."),
        (
            "Month,Zoom link\n2024-04,http://a.example\n",
            "Row 2, column “Zoom link”: “http://a.example” begins with http://",
        ),
        ("\n\n", "The file is empty."),
    ],
)
def test_what_is_wrong_in_a_table(text: str, message: str) -> None:
    """The fault has its row and column."""
    assert faults(text, "a.csv")[0].startswith(message)


def test_known_columns_are_listed() -> None:
    """The fault of a mistyped name lists all known names."""
    assert ", ".join(KNOWN) in faults("Month,Weather\n2024-04,x\n", "a.csv")[0]


def test_rows_are_counted_as_a_spreadsheet_does() -> None:
    """A cell of several lines is one row, and a blank line is a row too."""
    text = 'Month,About,Start\r\n2024-04,"a\r\n\r\nb",6pm\r\n\r\n2024-05,x,soon\r\n'
    assert faults(text, "a.csv") == [
        "Row 4, column “Start”: “soon” is not a time of day. Write it as 18:00 or 6pm, in UK time."
    ]
    read = uploaded(text.replace("soon", "18.00"), "a.csv").sessions
    assert (read[0].values["summary"], read[1].values["start"], read[1].where.row) == ("a\n\nb", time(18), 4)


def test_windows_letters_are_refused_with_their_line() -> None:
    """Wrongly guessed letters would be in every mail."""
    [fault] = faults("Month,Title\n2024-04,x\n2024-05,Café\n".encode("cp1252"), "a.csv")
    assert fault.startswith("Line 3: The file is not UTF-8 text")
    assert "CSV UTF-8" in fault


def test_a_date_with_the_day_first_is_read() -> None:
    """In CSV, 18/04/2024 has one meaning."""
    assert only("Date\n18/04/2024\n", "a.csv").values == {"date": date(2024, 4, 18), "date_source": "given"}


@pytest.mark.parametrize(
    ("cell", "speakers"),
    [
        ("Ana Lund", [("Ana Lund", "", "")]),
        ("Ana Lund, nurse", [("Ana Lund", "nurse", "")]),
        ("Ana Lund, nurse, City Hospital", [("Ana Lund", "nurse", "City Hospital")]),
        ("Ana Lund, Head, Nursing, City Hospital", [("Ana Lund", "Head, Nursing", "City Hospital")]),
        ("Ana Lund (nurse, City Hospital); Bo Reyes", [("Ana Lund", "nurse", "City Hospital"), ("Bo Reyes", "", "")]),
        ("• Ana Lund\n• Bo Reyes, cook;", [("Ana Lund", "", ""), ("Bo Reyes", "cook", "")]),
    ],
)  # fmt: skip
def test_speakers_in_a_cell(cell: str, speakers: list[tuple[str, str, str]]) -> None:
    """Speakers are separated by semicolons or line breaks, each with role and organisation."""
    found = only(f'Month,Speakers\n2024-04,"{cell}"\n', "a.csv").values["speakers"]
    assert [(speaker.name, speaker.role, speaker.organisation) for speaker in found] == speakers


def test_two_names_with_a_comma_give_a_warning() -> None:
    """The second name may be a person: it is read as a role, with a warning."""
    [warning] = uploaded('Month,Who\n2024-04,"Ana Lund, Bo Reyes"\n', "a.csv").warnings
    assert str(warning).startswith("Row 2, column “Who”: “Bo Reyes” was read as what Ana Lund does.")
    assert not uploaded('Month,Who\n2024-04,"Ana Lund, Executive Director"\n', "a.csv").warnings


def test_presentations_in_a_cell() -> None:
    """A title and an address with a bar between them, or the address alone."""
    cell = "One | https://a.example/1; https://a.example/2\nThree: https://a.example/3"
    found = only(f'Month,Slides\n2024-04,"{cell}"\n', "a.csv").values["presentations"]
    assert found == (
        Presentation(title="One", url="https://a.example/1"),
        Presentation(title="Presentation", url="https://a.example/2"),
        Presentation(title="Three", url="https://a.example/3"),
    )


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ("speakers: [{role: nurse}]", "Line 2: There is a speaker without a name."),
        ("speakers: ['1, 2']", "There is a speaker without a name."),
        ("speakers: [{name: A, age: 3}]", "Line 2: A speaker has no field “age”."),
        ("speakers: [{name: [A]}]", "Line 2: The speaker’s name should be one text."),
        (f"speakers: [{', '.join(f'P{chr(65 + n)}' for n in range(21))}]", "There are 21 speakers; 20 is the most."),
        (f"speakers: {'x' * 201}", "The text has 201 characters; 200 is the most."),
        ("presentations: [Slides]", "“Slides” is not a complete web address."),
        ("presentations: [{title: Slides}]", "The presentation “Slides” has no address."),
        ("presentations: ['https://a.example', 'https://a.example']", "The address https://a.example/ is there twice."),
        ("presentations: [{title: x, url: 'http://a.example'}]", "begins with http://"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_list(record: str, message: str) -> None:
    """Each entry is checked, and each fault quotes its entry."""
    assert message in faults(f"month: 2024-04\n{record}\n")[0]
