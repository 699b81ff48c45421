"""The people whom a text makes speakers. All names and organisations here are made up."""

from __future__ import annotations

import pytest

from tests.support.pages import names, page, speakers, under_heading


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "We were joined by: Zo Ablett, Chief Nurse, UK wards, Ravi van der "
            "Berg, Director of Learning and "
            "Organisational Development, and  Siân O’Neill-Rees, Head of Play.",
            [
                ("Zo Ablett", "Chief Nurse, UK wards", ""),
                ("Ravi van der Berg", "Director of Learning and Organisational Development", ""),
                ("Siân O’Neill-Rees", "Head of Play", ""),
            ],
        ),
        (
            "Our evening was led Dr Tom Okoye, Professor of Family Medicine and "
            "Head of Harbour School of Nursing. He likes it.",
            [("Dr Tom Okoye", "Professor of Family Medicine and Head of Harbour School of Nursing", "")],
        ),
        (
            "Our session was led by Eva Lund, Acme Professor of Listening and "
            "Design at North Bay University, who knows Al Gray.",
            [("Eva Lund", "Acme Professor of Listening and Design", "North Bay University")],
        ),
        (
            "In this session, poet and carer Jo Bell led us, and also spoke of clouds.",
            [("Jo Bell", "poet and carer", "")],
        ),
        (
            "Hal Jay, founder of the Northern Play School, coordinated this evening.",
            [("Hal Jay", "founder", "Northern Play School")],
        ),
        (
            "Physiotherapists from St Mary’s Hospital – Al Fox Jones and Bea McGray – reflected on strength.",
            [
                ("Al Fox Jones", "physiotherapist", "St Mary’s Hospital"),
                ("Bea McGray", "physiotherapist", "St Mary’s Hospital"),
            ],
        ),
        (
            "We heard from: Uma O'Shea, a porter on loan to the Harbour "
            "Commission: Ada Finch, who is  finishing a "
            "degree with the Harbour Council in Wales; and Noel Ash, Lead for Rest.",
            [
                ("Uma O'Shea", "porter on loan to the Harbour Commission", ""),
                ("Ada Finch", "", ""),
                ("Noel Ash", "Lead for Rest", ""),
            ],
        ),
        (
            "They heard from Jan Bell, author of Gentle Hands: Remaking the Ward, "
            "and consultant surgeon Dr Kit Moss, before tea. "
            "Pia Holm, Emeritus Professor at The Dale Institute, also spoke.",
            [
                ("Jan Bell", "author of Gentle Hands: Remaking the Ward", ""),
                ("Dr Kit Moss", "consultant surgeon", ""),
                ("Pia Holm", "Emeritus Professor", "The Dale Institute"),
            ],
        ),
        (
            "May Bird, President Emerita and Senior Fellow, HBI, and Gil Nye, "
            "Youth Expert Adviser, NHS Harbour, share ideas.",
            [
                ("May Bird", "President Emerita and Senior Fellow", "HBI"),
                ("Gil Nye", "Youth Expert Adviser", "NHS Harbour"),
            ],
        ),
        (
            "Speakers: Leah Okafor (Head of Nursing, Harbour Trust) and Dan Moss (a porter)",
            [("Leah Okafor", "Head of Nursing", "Harbour Trust"), ("Dan Moss", "porter", "")],
        ),
        (
            "Speakers:\n- Ivy Moss, midwife\n- Sir Oscar Reed, President, Royal Society of Walkers\n- Dr. J. R. Patel",
            [
                ("Ivy Moss", "midwife", ""),
                ("Sir Oscar Reed", "President", "Royal Society of Walkers"),
                ("Dr. J. R. Patel", "", ""),
            ],
        ),
        (
            "Professor Dame Una Grey, Chair of the Rest Forum, spoke about courage.",
            [("Professor Dame Una Grey", "Chair", "Rest Forum")],
        ),
    ],
)
def test_roles_and_organisations(text: str, expected: list[tuple[str, str, str]]) -> None:
    """The grammar decides to whom a role and an organisation belong."""
    assert speakers(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "We were joined by the team behind the Soft Answer movement, Dr Abe Cole, Fay Doe, and Gus McEel.",
            "Dr Abe Cole|Fay Doe|Gus McEel",
        ),
        (
            "Cath Ray, Lou Robb and Nic Mack discuss their work through Festival of Hope events.",
            "Cath Ray|Lou Robb|Nic Mack",
        ),
        ("Dr Ray Bane and Dr Gil Sand share their work.", "Dr Ray Bane|Dr Gil Sand"),
        ("Bob Kay and Mia D’Angelo led the discussion.", "Bob Kay|Mia D’Angelo"),
        ("We heard from two speakers, Ida Kay and Lou May, who both spoke to it.", "Ida Kay|Lou May"),
        ("This month, we spoke of rest. We were guided through it by Kofi Asante-Boateng.", "Kofi Asante-Boateng"),
        ("Our speakers were Ana\nSilva and José  María Núñez from The Dale Fund.", "Ana Silva|José María Núñez"),
        ("Nora El-Amin and Luís de Souza will lead an evening about rest.", "Nora El-Amin|Luís de Souza"),
        ("Watch the conversation, hosted by Ray Sun and Una Vale, below.", "Ray Sun|Una Vale"),
        (
            "Watch the conversation hosted by Una Vale with guest speakers Dr Vic "
            "Monte and co-speaker Dr Dom Wood, who shared it.",
            "Una Vale|Dr Vic Monte|Dr Dom Wood",
        ),
        (
            "Watch the presentation from Dee Ives, Senior Lecturer, Centre for "
            "Wise Ageing, on the concept of Ikigai, an old way.",
            "Dee Ives",
        ),
    ],
)
def test_names_in_sentences_of_many_shapes(text: str, expected: str) -> None:
    """Names are found by the shape of the sentence, in announcements too."""
    assert "|".join(names(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "This month we heard from the Danish Green Circle about the role of rest in their work.",
        "We heard from the Royal College of Walking and Harbour Cancer Support.",
        "Inspired by the work of Brenda Brown, we drank tea.",
        "Eight groups shared a short talk. Participants discussed Quiet Hands.",
        "Rest in Healthcare community members came together to discuss it.",
        "Watch the recording from the Dale Institute below.",
        "Her son was born with Up Syndrome, and The Soft Answer movement shared its thanks.",
        "We heard about their ambition. Download insights from and a summary of the evening",
        "Our purpose was to explore the Clear Speech method. Clear Speech methods shared the day.",
    ],
)
def test_organisations_books_and_passing_names_are_no_speakers(text: str) -> None:
    """Organisations, movements, topics and names in passing are no speakers."""
    assert names(text) == []


def test_single_names_give_a_warning() -> None:
    """First names count where the text calls them people, each with a warning."""
    session = under_heading("Our speakers were Ana Silva, along with Mia, Leo and Tess, nurses who took part.")
    assert [speaker.name for speaker in session.speakers] == ["Ana Silva", "Mia", "Leo", "Tess"]
    assert len(session.warnings) == 3


def test_single_words_that_may_be_organisations_are_not_taken() -> None:
    """A single capitalised word may be a charity: it gives a warning, and no speaker."""
    session = under_heading("We heard from Ana Silva, Mencer and Shelt.")
    assert [speaker.name for speaker in session.speakers] == ["Ana Silva"]
    assert {note.line for note in session.warnings} == {3}


def test_a_titled_name_that_does_not_speak_gives_a_warning() -> None:
    """A doctor who is only mentioned gives a warning at most."""
    session = under_heading("Bob Kay led the evening.\n\nWe remembered Dr Jane Foe.")
    assert [speaker.name for speaker in session.speakers] == ["Bob Kay"]
    assert (session.warnings[0].line, "Dr Jane Foe" in session.warnings[0].text) == (5, True)


def test_each_person_once() -> None:
    """A person who is named twice in a session is one speaker."""
    read = page("May 2031\n\nDr Kit Moss led us. Kit Moss reflected on rest.")
    assert len(read.sessions[0].speakers) == 1
