"""Lines that announce material, and the assignment of their addresses."""

from __future__ import annotations

import pytest

from convener.intake.sessions.archive.announcements import announced
from tests.support.ending import ends
from tests.support.pages import under_heading


@pytest.mark.parametrize(
    ("line", "insights", "recording"),
    [
        ("Download the insights and summary of the evening", True, False),
        ("Download insights from and a summary of the evening", True, False),
        ("Watch the conversation below.", False, True),
        ("WATCH THE CONVERSATION AND PRESENTATIONS BELOW", False, True),
        ("Watch below", False, True),
        ("You can now watch the recording here.", False, True),
        ("The recording is now available online.", False, True),
        ("View the summary of the session here", True, False),
        ("Insights and recording below", True, True),
        ("Download the insights and watch the recording below", True, True),
        ("– Watch the talk hosted by Ana Silva, below", False, True),
        ("Watch the presentation from Ana Silva on the concept of rest, a new way.", False, True),
    ],
)
def test_announcing_lines_are_no_summary(line: str, insights: bool, recording: bool) -> None:
    """A line that announces sets the material, and is not part of the summary."""
    session = under_heading(f"Text.\n\n{line}")
    assert (session.insights.announced, session.recording.announced) == (insights, recording)
    assert (session.summary, session.warnings) == ("Text.", ())


@pytest.mark.parametrize(
    "line",
    [
        "Watching the recording together, we wept.",
        "Insights came quickly that evening.",
        "We watched the recording of a ward round.",
        "See how insights grow.",
        "Summary: we spoke about rest and about play.",
        "The video shows a nurse.",
    ],
)
def test_other_lines_stay_summary(line: str) -> None:
    """Words of announcements also occur in prose, which stays in the summary."""
    session = under_heading(line)
    assert (session.summary, session.insights.announced, session.recording.announced) == (line, False, False)


@pytest.mark.parametrize(
    "text",
    [
        "Download the insights: https://a.example/i\nWatch the recording: https://a.example/r",
        "Download the insights\nhttps://a.example/i\nWatch the recording\n\nhttps://a.example/r.",
        "[Download the insights](https://a.example/i)\n[Watch the recording](https://a.example/r)",
        "Insights: https://a.example/i | Recording: <https://a.example/r>",
        "Download the insights (https://a.example/i) and watch the recording (https://a.example/r)",
    ],
)
def test_addresses_belong_to_their_announcement(text: str) -> None:
    """An https address on the line of an announcement, or right after it, belongs to the announcement."""
    session = under_heading(text)
    assert (session.insights.url, session.recording.url) == ("https://a.example/i", "https://a.example/r")
    assert (session.summary, session.warnings) == ("", ())


@pytest.mark.parametrize("address", ["http://a.example/i", "ftp://a.example/i", "javascript:alert(1)", "www.a.example"])
def test_only_https_is_taken(address: str) -> None:
    """Any other address gives a warning with its line, and the material counts as announced."""
    session = under_heading(f"Download the insights: {address}")
    assert (session.insights.announced, session.insights.url) == (True, None)
    assert session.warnings[0].line == 3


def test_unclear_addresses_are_not_guessed() -> None:
    """One address for two things belongs to neither."""
    session = under_heading("Insights and recording: https://a.example/x")
    assert (session.insights.url, session.recording.url) == (None, None)
    assert session.warnings


@pytest.mark.parametrize("line", ["Recording: not available", "The recording will follow.", "Recording coming soon"])
def test_missing_and_promised_material_is_not_announced(line: str) -> None:
    """A recording that is missing or promised gives a warning, and is not announced."""
    session = under_heading(line)
    assert (session.recording.announced, session.summary, len(session.warnings)) == (False, "", 1)


def test_joining_and_slides() -> None:
    """A link to join and slides are read where the text gives https addresses."""
    session = under_heading("Join: https://a.example/j\nPresentation – Follow on: https://a.example/s")
    assert session.join_url == "https://a.example/j"
    assert [(presentation.title, presentation.url) for presentation in session.presentations] == [
        ("Follow on", "https://a.example/s")
    ]


def test_an_announcement_over_two_lines() -> None:
    """A wrapped announcement is left out of the summary to its end, and no further."""
    session = under_heading("Watch the conversation hosted by Ana Silva and\nBo Lind, below.\nThen we split.")
    assert (session.summary, len(session.speakers)) == ("Then we split.", 2)
    wrapped = under_heading("Watch the talk hosted by Ana\nSilva and Bo\nLind, below.\nThen we split.")
    assert (wrapped.summary, wrapped.speakers) == (session.summary, session.speakers)


def test_an_announcement_at_the_end_of_a_line() -> None:
    """Only the sentence that announces is left out of the summary, with a warning."""
    session = under_heading("We spoke of rest. Watch the recording below.")
    assert (session.summary, session.recording.announced) == ("We spoke of rest.", True)
    assert session.warnings[0].line == 3


def test_summary_is_as_typed() -> None:
    """Markdown, braces and emoji stay; lines of dashes between sessions are left out."""
    text = "*One* {{ two }} 👩‍⚕️ [three](https://a.example).\n\nFour."
    assert under_heading(f"{text}\n\n-----\n").summary == text


@pytest.mark.parametrize("begins", ["Watch it: ", "Download ", "Read the ", "Join "])
@pytest.mark.parametrize("row", ["- ", "-", "' ", "a- ", "& "])
def test_a_row_of_dashes_is_read_quickly(begins: str, row: str) -> None:
    """People draw lines with dashes, and each dash could be part of a word or stand between words."""
    with ends():
        announced(begins + row * 600)
