"""Names, lists and sentences of many languages. All people and organisations are made up."""

from __future__ import annotations

import pytest

from tests.support.pages import speakers, under_heading


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "We were joined by Tadhg Mac an tSaoir and Íde Ní Laoire from Moss Trust, along with Dr Ravi Iyer.",
            [("Tadhg Mac an tSaoir", "", "Moss Trust"), ("Íde Ní Laoire", "", "Moss Trust"), ("Dr Ravi Iyer", "", "")],
        ),
        (
            "Our guests were Llŷr ap Gwyn and Mai ferch Dafydd.",
            [("Llŷr ap Gwyn", "", ""), ("Mai ferch Dafydd", "", "")],
        ),
        ("Led by Inés Ruiz y Núñez, designer.", [("Inés Ruiz y Núñez", "designer", "")]),
        (
            "We were joined by Juan Gil, hydrologist at the Universidad de Lago, and Ana de los Ríos, who paints.",
            [("Juan Gil", "hydrologist", "Universidad de Lago"), ("Ana de los Ríos", "", "")],
        ),
        (
            "Olu Adeyemi, Storyteller, and Fatima bint Yusuf, Poet, share stories.",
            [("Olu Adeyemi", "Storyteller", ""), ("Fatima bint Yusuf", "Poet", "")],
        ),
        (
            "We heard from Bron Hughes, Ward Sister, and Nkechi Obi.",
            [("Bron Hughes", "Ward Sister", ""), ("Nkechi Obi", "", "")],
        ),
        (
            "Ada Lim spoke about trust and Sanjay Rao spoke about doubt.",
            [("Ada Lim", "", ""), ("Sanjay Rao", "", "")],
        ),
        (
            "Xu Jing, Professor of Ethics at Lago University, and R. K. Nair, poet, in conversation with Clo Ryan.",
            [("Xu Jing", "Professor of Ethics", "Lago University"), ("R. K. Nair", "poet", ""), ("Clo Ryan", "", "")],
        ),
        (
            "Chief Nurse Ada Oko and Deputy Medical Director Dr Iwan Rhys from Lago Hospital reflected on it.",
            [
                ("Ada Oko", "Chief Nurse", "Lago Hospital"),
                ("Dr Iwan Rhys", "Deputy Medical Director", "Lago Hospital"),
            ],
        ),
        ("Our speaker this month was Father Igna Oke, chaplain.", [("Father Igna Oke", "chaplain", "")]),
        ("Our conversation was with Ms Okafor, headteacher.", [("Ms Okafor", "headteacher", "")]),
        ("In this session, Tunde and Yemi, nurses from Lagos, told us more.", [("Tunde", "", ""), ("Yemi", "", "")]),
        (
            "We welcomed Meera and Deepak Joshi, family carers.",
            [("Meera", "family carer", ""), ("Deepak Joshi", "family carer", "")],
        ),
        (
            "Our speakers were:\n• Nerys Lim, Chair, Age Well\n• Tunde Cole – Director, Reach Far\n• Lin Hui",
            [("Nerys Lim", "Chair, Age Well", ""), ("Tunde Cole", "Director, Reach Far", ""), ("Lin Hui", "", "")],
        ),
        (
            "Led by Teg Pryce & Suri Pillai (co-founders of the Quiet Room).",
            [
                ("Teg Pryce", "co-founder of the Quiet Room", ""),
                ("Suri Pillai", "co-founder of the Quiet Room", ""),
            ],
        ),
        (
            "April Jones and Dawn French, comedian, share stories.",
            [("April Jones", "", ""), ("Dawn French", "comedian", "")],
        ),
        (
            "Cao Lim and Oisín Roe of the Good Friends Project discussed it.",
            [("Cao Lim", "", "Good Friends Project"), ("Oisín Roe", "", "Good Friends Project")],
        ),
        (
            "Kavi Menon, Senior Lecturer at Lago University and founder of Nurses Talk, spoke.",
            [("Kavi Menon", "Senior Lecturer and founder of Nurses Talk", "Lago University")],
        ),
        ("He was joined by Mary Wat, Governor, and by Moss Trust volunteers.", [("Mary Wat", "Governor", "")]),
        ("We heard from Dr Padi Ó Roe, MD.", [("Dr Padi Ó Roe", "MD", "")]),
    ],
)
def test_people_are_read_with_role_and_organisation(text: str, expected: list[tuple[str, str, str]]) -> None:
    """Names of many languages, posts before and behind them, lists and second sentences are read in full."""
    assert speakers(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Street Doctors and the Great Issue Foundation joined us.",
        "The Far Network and Black Lives Matter led the discussion.",
        "Quiet Heroes, a book by Sam Lane, opened the discussion.",
        "A second meeting with Eli Morgan-Pugh, chair of the Moss Society.",
    ],
)
def test_bodies_books_and_mentions_are_no_speakers(text: str) -> None:
    """Organisations, movements, works, and names without a verb or a cue are no speakers."""
    assert speakers(text) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Young carer Ffion spoke about her week.", "Ffion"),
        ("Ada Lim led us. With thanks to Lucía Ortiz, who spoke too.", "Lucía Ortiz"),
    ],
)
def test_a_person_who_may_have_spoken_gives_a_warning(text: str, name: str) -> None:
    """A name near a verb of speaking is a speaker or gives a warning."""
    session = under_heading(text)
    assert any(name in note.text for note in session.warnings)


def test_an_endless_sentence_costs_no_time() -> None:
    """Ten thousand names between two full stops are a list of something else, and give a warning."""
    session = under_heading("Ada Lim, " * 10_000)
    assert any("not searched" in note.text for note in session.warnings)
