"""One speaker or two in a cell: what may be two people gives a warning, and a text without a name is refused."""

from __future__ import annotations

import pytest

from tests.support.ending import ends
from tests.support.uploads import faults, only, uploaded


def read(cell: str) -> tuple[list[str], list[str]]:
    """Return the speakers as “name|role|organisation”, and the warnings."""
    upload = uploaded(f'[{{"month": "2024-04", "speakers": "{cell}"}}]', "a.json")
    assert upload.faults == ()
    people = [
        f"{speaker.name}|{speaker.role}|{speaker.organisation}" for speaker in upload.sessions[0].values["speakers"]
    ]
    return people, [note.text for note in upload.warnings]


@pytest.mark.parametrize(
    "between", ["; ", ", ", " and ", ", and ", " & ", "\\n"], ids=["semicolon", "comma", "and", "both", "&", "line"]
)
def test_brackets_belong_to_the_name_before(between: str) -> None:
    """This holds for every way to join the next person."""
    people, warnings = read(f"Ana Silva (nurse){between}Ben Okoro (doctor, City Hospital)")
    assert people == ["Ana Silva|nurse|", "Ben Okoro|doctor|City Hospital"]
    assert warnings == []


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("Ana Silva, Ben Okoro", "“Ben Okoro” was read as what Ana Silva does. If they are two people, put a semi"),
        ("Ana Silva, Ben Okoro, Cy Lum", "“Ben Okoro” was read as what Ana Silva does."),
        ("Ana Silva, nurse, City Hospital, Ben Okoro, doctor, Mercy", "“Ben Okoro” was read as what Ana Silva does."),
        ("Dr Ana Silva, Professor Ben Okoro", "“Professor Ben Okoro” was read as what Dr Ana Silva does."),
        ("Ana Silva (nurse), Ben Okoro", "“Ben Okoro” was read as what Ana Silva (nurse) does."),
        ("Ana Silva and Ben Okoro", "“Ana Silva and Ben Okoro” was read as one person."),
        ("Ana Silva / Ben Okoro, nurses", "“Ana Silva / Ben Okoro” was read as one person."),
        ("Silva, Ana", "“Ana” was read as what Silva does. If it is one person, write the first name first;"),
    ],
)
def test_a_text_that_may_be_two_people_gives_a_warning(cell: str, message: str) -> None:
    """The warning is in the report under “To look at”, since it may be wrong."""
    [warning] = read(cell)[1]
    assert message in warning


@pytest.mark.parametrize(
    "cell",
    [
        "Ana Silva, nurse",
        "Ana Silva, Chief Nurse, Great Ormond Street",
        "Robert (Bob) Smith, nurse, City Hospital",
        "Ana Silva, Patient Safety",
        "Ana Silva RN, PhD",
        "Ana, Nurse",
        "Lisa Hollins, Executive Director, UK services",
    ],
)
def test_a_clear_text_gives_no_warning(cell: str) -> None:
    """A warning that is mostly wrong is not read."""
    assert read(cell)[1] == []


def test_posts_where_names_are_wanted_are_refused() -> None:
    """A list in brackets is cut at every comma."""
    [first, second] = faults("month: 2024-04\nspeakers: [Ana Silva, nurse, Ben Okoro, doctor]")
    assert first.startswith("Line 2: “nurse” is what somebody does; here a name is wanted.")
    assert second.startswith("Line 2: “doctor” is what somebody does")


def test_brackets_that_do_not_match_are_refused() -> None:
    """Half of a pair of brackets would be in a mail."""
    [fault] = faults("month: 2024-04\nspeakers: Ana Silva (nurse, Ben Okoro")
    assert "Who does what is not clear in “Ana Silva (nurse, Ben Okoro”." in fault


@pytest.mark.parametrize("typed", ["TBC", "tba", "(to be confirmed)", "n/a", "-", "???"])
@pytest.mark.parametrize("field", ["title", "speakers", "summary", "join_url", "recording", "slides"])
def test_placeholders_are_refused(field: str, typed: str) -> None:
    """Readers would see the placeholder. Only a dash in a list of people counts as empty."""
    if (field, typed) in (("speakers", "-"), ("slides", "-")):
        assert only(f'month: 2024-04\n{field}: "{typed}"').values[{"slides": "presentations"}.get(field, field)] == ()
        return
    [fault] = faults(f'month: 2024-04\n{field}: "{typed}"')
    assert "would stand in the mails as it is. Leave the place empty until it is known" in fault


def test_endless_lists_are_refused_quickly() -> None:
    """The entries are counted, and not read one by one."""
    keys = ",".join(f'"titl{number}": 1' for number in range(20_000))
    with ends():
        for field in ("speakers", "slides"):
            for text in ("Ana Silva;" * 60_000, "(a),a" * 100_000, "a" * 500_000):
                assert faults(f'[{{"month": "2024-04", "{field}": "{text}"}}]', "a.json")
        assert faults(f'[{{"month": "2024-04", {keys}}}]', "a.json")
