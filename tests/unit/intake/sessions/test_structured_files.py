"""YAML, JSON and Markdown with front matter."""

from __future__ import annotations

from datetime import date, time

import pytest

from convener.sessions.models import Material, Presentation, Speaker
from tests.support.uploads import faults, only, uploaded

RECORD = """\
month: April 2024
start: 18:00
length_minutes: 75
title: No
speakers:
  - Ana Lund, nurse, City Hospital
  - {name: Bo Reyes}
summary: |
  One.

  Two.
insights: https://a.example/i
recording: announced
presentations:
  - {title: Slides, url: https://a.example/s}
status: cancelled
version: 3
"""


def test_every_field_is_read() -> None:
    """Each field has its checked value; a month alone gives no date."""
    update = only(RECORD)
    assert (update.id, update.month, update.expected_version, update.adds, str(update.where)) == (
        "2024-04",
        "2024-04",
        3,
        False,
        "line 1",
    )
    assert update.values == {
        "start": time(18),
        "length_minutes": 75,
        "title": "No",
        "speakers": (Speaker(name="Ana Lund", role="nurse", organisation="City Hospital"), Speaker(name="Bo Reyes")),
        "summary": "One.\n\nTwo.",
        "insights": Material(announced=True, url="https://a.example/i"),
        "recording": Material(announced=True),
        "presentations": (Presentation(title="Slides", url="https://a.example/s"),),
        "status": "cancelled",
    }


@pytest.mark.parametrize("shape", ["[{}]", '{{"sessions": [{}]}}', "{}"])
def test_one_session_or_a_list_or_under_sessions(shape: str) -> None:
    """A file may have three shapes, in JSON and in YAML."""
    text = shape.format('{"date": "2024-04-18", "title": "Rest"}')
    for name in ("a.json", "a.yaml", "inbox/April.YML"):
        assert only(text, name).values == {"date": date(2024, 4, 18), "date_source": "given", "title": "Rest"}


def test_empty_values_are_left_out() -> None:
    """A missing, null or blank value keeps the stored value; the word remove deletes it."""
    update = only(
        "id: 2024-04\ntitle: ~\nsummary: ''\nspeakers: []\ninsights: null\nrecording: Remove\njoin_url: remove\n"
    )
    assert update.values == {"recording": Material(), "join_url": None}


def test_numbers_of_lines() -> None:
    """Every session and every fault has the line that an editor shows."""
    text = "sessions:\n\n- month: 2024-04\n  title: One\n\n- month: 2024-05\n  title: <b>\n  start: 18\n"
    assert faults(text)[0].startswith("Line 7, “title”: “<b>” is HTML")
    assert faults(text)[1].startswith("Line 8, “start”: “18” is not a time of day.")
    assert [update.where.line for update in uploaded(text.replace("<b>", "x").replace("18", "6pm")).sessions] == [3, 6]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title: A: b", "Line 1, character 9: There is a colon inside a text"),
        ("month: 2024-04\n\ttitle: x", "Line 2, character 1: The line is indented with a tab"),
        ("title: 'x", "Line 1, character 8: A quotation mark that opens here never closes"),
        ("month: 2024-04\ntitle: 'It's kind'", "Line 2, character 12: A text in quotation marks ends too early"),
        ("month: 2024-04\n title: x", "Line 2, character 7: This line begins further in than the one above it."),
        ("month: 2024-04\ntitle x\n", "Line 2, character 1: There is no colon after a field's name."),
        ('title: "C:\\x"', "Line 1, character 13: A backslash inside double quotation marks"),
        ('title: "\\U99999999"', "This can't be read as YAML."),
        ("title: “Kindness: a talk”", "Line 1, character 17: The quotation marks around this text are curly"),
        ("title: [Draft] Kindness", "Line 1, character 16: A text that begins with [ or { is a list"),
        ("title: @home", "Line 1, character 8: A text can't begin with this character"),
        ("title: {% x %}", "Line 1, character"),
        ("title: {{ x }}", "Line 1: There is a bracket where a field's name is wanted"),
        ("title: &x y", "Line 1: Text that begins with & or * means something else"),
        ("a: [*x]", "Line 1: Text that begins with & or * means something else"),
        ("!!python/object/apply:os.system [x]", "Line 1: “tag:yaml.org,2002:python/object/apply:os.system” is a tag"),
        ("month: 2024-04\n---\nmonth: 2024-05", "Line 2: A second document begins here"),
        ("month: 2024-04\nmonth: 2024-05", "Line 2: “month” is there twice."),
        ("month: 2024-04\ntitle: x\n\nmonth: 2024-05", "Line 4: “month” is there twice. Take one of the two out. If"),
        ("title: x\ntopic: y\nmonth: 2024-04", "Line 2: “title” and “topic” both mean title."),
        ("month: 2024-04\ntilte: x", "Line 2: “tilte” is no known field. Did you mean “title”?"),
        ("[" * 40_000, "Line 1: Lists and fields lie too deep"),
        ("a: " + "[x, " * 4 + "]" * 4, "Line 1: “a” is no known field"),
        ("just words", "Line 1: The file is one text, without fields."),
        ("- month: 2024-04\n- words", "Line 2: Here is a text or a list where a session is wanted."),
        ("sessions: []", "There is no session in the file."),
        ("# only a comment", "There is no session in the file."),
        ("sessions: [{month: 2024-04}]\ntitle: x", "Line 2: “title” stands outside the sessions."),
        ("month: 2024-04\ntitle: [a, b]", "Line 2, “title”: There is a list"),
        ("month: 2024-04\ntitle: {a: b}", "Line 2, “title”: There is a list or a group of fields"),
        ("month: 2024-04\nlength_minutes: 3", "Line 2, “length_minutes”: “3” is not a length in minutes."),
        ("month: 2024-04\nstatus: maybe", "Line 2, “status”: “maybe” is no status. Write planned or cancelled."),
        ("month: 2024-04\nversion: three", "Line 2, “version”: “three” is not a version."),
        ("- x\n" * 40_000, "The file has more in it than ninety sessions could."),
    ],
)  # fmt: skip
def test_what_is_wrong_in_yaml(text: str, message: str) -> None:
    """The fault has its line, and is in an editor's words."""
    assert faults(text)[0].startswith(message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"month": "2024-04"', "Line 1, character 20: The file ends before its last }."),
        ('[{"month": "2024-04"},\n]', "Line 2, character 1: There is a comma before ] with nothing after it."),
        ('{"month": "2024-04"\n "title": "x"}', "Line 2, character 2: Before this there should be a comma"),
        ("{'month': 1}", "Line 1, character 2: A field’s name in straight double quotation marks is wanted here."),
        ('{"title": “x”}', "Line 1, character 11: A value is wanted here, not “x”}. Put texts between straight"),
        ('{"title": "x\ny"}', "Line 1, character 11: This text has no end on its line."),
        ('{"title": "\\x"}', "Line 1, character 11: A backslash in this text means nothing."),
        ('{"title" "x"}', "Line 1, character 10: There is no colon after “title”."),
        ('{"a": 01}', "Line 1, character 7: A value is wanted here"),
        ('{"month": "2024-04"} x', "Line 1, character 22: The file goes on after its last bracket."),
        ('{"month": "2024-04",\n"month": "2024-05"}', "Line 2: “month” is there twice."),
        ("[" * 40_000, "Line 1, character 7: Lists and fields lie too deep"),
        ("// May\n[]", "Line 1, character 1: A comment begins here, which JSON doesn't have."),
        ('[{"month": "2024-04" /* May */}]', "Line 1, character 22: A comment begins here"),
        ("[" + "1," * 40_000 + "1]", "Line 1, character 60000: The file has more in it than ninety sessions could."),
        ("NaN", "Line 1, character 1: A value is wanted here, not NaN."),
        ('{"month": "2024-04", "title": {"a": 1}}', "Line 1, “title”: There is a list"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_json(text: str, message: str) -> None:
    """The fault has its line and character."""
    assert faults(text, "a.json")[0].startswith(message)


def test_a_comment_that_cuts_a_text_gives_a_warning() -> None:
    """“Kindness #2” loses its end in YAML."""
    [warning] = uploaded("month: 2024-04\ntitle: Kindness #2 for all\n").warnings
    assert str(warning).startswith("line 2: “#2 for all” was taken for a comment.")


def test_an_hour_that_may_mean_the_evening_gives_a_warning() -> None:
    """6:00 is read as written."""
    read = uploaded("month: 2024-04\nstart: 6:00")
    assert read.sessions[0].values["start"] == time(6)
    assert "6:00 is in the morning" in str(read.warnings[0])


MARKDOWN = "---\nmonth: 2024-04\ntitle: Rest\n---\n\n# Why rest\n\nBecause *we* need it.\n"


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_markdown_has_one_session(ends: str) -> None:
    """The body is the summary, with any line ends."""
    update = only(MARKDOWN.replace("\n", ends), "a.md")
    assert update.values == {"title": "Rest", "summary": "# Why rest\n\nBecause *we* need it."}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# April\n\nWords", "Line 1: The facts about the session are missing."),
        ("---\nmonth: 2024-04\n", "Line 1: The line --- that ends the facts is missing."),
        ("---\n---\nWords", "Line 1: A Markdown file tells of one session."),
        ("---\nsessions: [{month: 2024-04}]\n---\n", "Line 1: A Markdown file tells of one session."),
        ("---\nmonth: 2024-04\nabout: x\n---\n\nWords", "Line 6, “summary”: The summary is told twice"),
        ("---\nmonth: 2024-04\ntitle: a: b\n---\n", "Line 3, character 9: There is a colon inside a text"),
        ("---\nmonth: 2024-04\n---\n\nx <script>y</script>", "Line 5, “summary”: “<script>” is HTML"),
    ],
)
def test_what_is_wrong_in_markdown(text: str, message: str) -> None:
    """The fault has its line in the whole file."""
    assert faults(text, "a.md")[0].startswith(message)
