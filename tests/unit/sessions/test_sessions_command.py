"""`convener sessions` on the command line."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from convener.intake.sessions.loading import load_sessions
from convener.intake.sessions.reading import read_upload
from convener.sessions.models import Presentation
from local.commands.sessions import sessions
from local.commands.sessions.export import as_yaml
from tests.support.fakes import FakeSessions
from tests.support.pages import page
from tests.support.people import material, series, session
from tests.support.session_updates import update, upload

EXAMPLES = Path(__file__).parents[3] / "local" / "examples"
ARCHIVE = EXAMPLES / "archive.txt"
PAGE = "May 2031 – Hope [bold]\n\nBo Lind led us.\n\nDownload the insights\n\nSmarch 2031 – X\n"


class OnePlace:
    """A stack with nothing but sessions."""

    def __init__(self, store: FakeSessions | None = None) -> None:
        """Begin empty."""
        self.store = store or FakeSessions()

    def sessions(self) -> FakeSessions:
        """Its records."""
        return self.store

    def by(self) -> str:
        """Who works on it."""
        return "anna"


def _run(*arguments: str, given: str | bytes = "", place: OnePlace | None = None) -> Result:
    return CliRunner().invoke(sessions, arguments, input=given, obj=place or OnePlace())


def test_json_has_the_promised_shape() -> None:
    """`--json` prints exactly the promised keys, in their order."""
    result = _run("read", "-", "--json", given=PAGE)
    assert result.exit_code == 0
    printed = json.loads(result.stdout)
    assert list(printed) == ["sessions", "warnings"]
    assert printed["sessions"] == [
        {
            "id": "2031-05",
            "month": "2031-05",
            "date": "2031-05-15",
            "date_source": "rule",
            "title": "Hope [bold]",
            "speakers": [{"name": "Bo Lind", "role": "", "organisation": ""}],
            "summary": "Bo Lind led us.",
            "insights": {"announced": True, "url": None},
            "recording": {"announced": False, "url": None},
            "warnings": [],
        }
    ]
    assert list(printed["sessions"][0])[:5] == ["id", "month", "date", "date_source", "title"]
    assert printed["warnings"][0].startswith("line 7: ")


def test_every_format_is_read() -> None:
    """The same record from YAML as from a page: its name says what it is."""
    text = "- month: 2031-05\n  title: Hope\n  date: 2031-05-22\n"
    (record,) = json.loads(_run("read", "-", "--name", "x.yaml", "--json", given=text).stdout)["sessions"]
    assert (record["id"], record["date"], record["date_source"]) == ("2031-05", "2031-05-22", "given")
    assert "Hope" in _run("read", "-", "--name", "x.yaml", given=text).stdout


def test_the_table_fits_and_names_lines() -> None:
    """Without `--json` there is a table of at most 80 columns, and each warning with file and line."""
    result = _run("read", "-", given=PAGE)
    assert "Hope [bold]" in result.stdout
    assert "-:7: " in result.stdout
    assert max(len(line) for line in result.stdout.split("\n-:")[0].splitlines()) <= 80


@pytest.mark.parametrize("arguments", [("read", "-"), ("read", "-", "--json")])
def test_nothing_to_read_is_status_2(arguments: tuple[str, ...]) -> None:
    """Where nothing could be read the status is 2, with the reason on standard error only."""
    result = _run(*arguments, given=b"\x00\x01\x02PK")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "not a text file" in result.stderr


def test_missing_files_and_folders(tmp_path: Path) -> None:
    """A missing file, a folder or a missing series is said in words."""
    for command in ("read", "load"):
        for rest in ((str(tmp_path / "x"),), (str(tmp_path),), ("-", "--series", "/no/such")):
            result = _run(command, *rest, given=PAGE)
            assert result.exit_code == 2
            assert "there is no such file" in result.stderr or "folder" in result.stderr


def test_load_twice() -> None:
    """Loading prints the report that editors get, and tells new from unchanged."""
    place = OnePlace()
    first, second = _run("load", str(ARCHIVE), place=place), _run("load", str(ARCHIVE), place=place)
    assert first.stdout.startswith("Done: 6 new.\n")
    assert second.stdout.startswith("Done: 6 unchanged.\n")
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "uploaded by anna on" in first.stdout


def test_a_file_that_is_refused_is_status_1() -> None:
    """Nothing of it is written, and the report says what to mend."""
    place = OnePlace()
    result = _run("load", "-", "--name", "x.yaml", given="- month: 2031-05\n- month: maybe\n", place=place)
    assert result.exit_code == 1
    assert result.stdout.startswith("Nothing was written: 1 thing to mend.")
    assert place.store.rows == {}


def test_history_is_shown_newest_first() -> None:
    """Who, when, by which file, from what to what; of all sessions or of one."""
    store = FakeSessions()
    for days, title in ((0, "Hope"), (1, "Joy")):
        at = datetime(2031, 5, 1, 11, tzinfo=UTC) + timedelta(days=days)
        file = upload(update(title=title), update("2031-06", summary=title))
        load_sessions(file, store=store, series=series(), now=at, by="anna")
    shown = _run("history", "2031-05", place=OnePlace(store)).stdout
    assert shown == (
        "2 May 2031, 12:00 UK time: anna, by may.yaml\n"
        "  2031-05  changed, version 2\n"
        "    title: Hope → Joy\n"
        "\n"
        "1 May 2031, 12:00 UK time: anna, by may.yaml\n"
        "  2031-05  new, version 1\n"
        "    date: 15 May 2031\n"
        "    start: 18:00\n"
        "    length in minutes: 90\n"
        "    title: Hope\n"
        "\n"
    )
    assert _run("history", place=OnePlace(store)).stdout.count("2031-06") == 2
    assert "There is no history of this session" in _run("history", "2031-07", place=OnePlace(store)).stdout


def test_what_is_exported_can_be_uploaded_again() -> None:
    """Taken back as it is, it changes nothing; changed, it is written over the version that it names."""
    store = FakeSessions()
    load_sessions(
        read_upload(ARCHIVE.read_bytes(), name="a.txt", series=series()),
        store=store, series=series(), now=datetime(2024, 3, 1, tzinfo=UTC), by="ben",
    )  # fmt: skip
    rich = session(
        id="2031-05",
        month="2031-06",
        date="2031-06-03",
        date_source="given",
        title="“Hope”: {{ a }} # & more",
        summary="Two paragraphs.\n\n- with a list\n- and *more*",
        presentations=(Presentation(title="One: two", url="https://a.example/1"),),
        insights={"announced": True},
        recording=material("r"),
        status="cancelled",
    )
    store.rows[rich.id] = rich
    text = _run("export", place=OnePlace(store)).stdout
    again = _run("load", "-", "--name", "x.yaml", given=text, place=OnePlace(store))
    assert again.stdout.startswith("Done: 7 unchanged.\n")
    changed = _run("load", "-", "--name", "x.yaml", given=text.replace("# & more", "or so"), place=OnePlace(store))
    assert changed.stdout.startswith("Done: 1 changed, 6 unchanged.\n")
    assert "version: 1" in as_yaml([rich])


def test_the_example_reads_well() -> None:
    """The shipped example: six months without a warning, all with speakers, insights and recording."""
    read = page(ARCHIVE.read_text(encoding="utf-8"))
    assert [one.id for one in read.sessions] == ["2024-04", "2024-03", "2024-02", "2024-01", "2023-12", "2023-11"]
    assert not read.warnings
    assert not any(one.warnings for one in read.sessions)
    assert all(one.speakers and one.insights.url and one.recording.url for one in read.sessions)
    assert [bool(one.join_url) for one in read.sessions] == [True] + [False] * 5
