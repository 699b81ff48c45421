"""`convener sessions` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from local.commands.sessions import sessions
from tests.support.pages import MemoryStore, page

EXAMPLE = Path(__file__).parents[3] / "local" / "examples" / "archive.txt"
PAGE = "May 2031 – Hope [bold]\n\nBo Lind led us.\n\nDownload the insights\n\nSmarch 2031 – X\n"


class OnePlace:
    """A stack with nothing but sessions."""

    def __init__(self) -> None:
        """Begin empty."""
        self.store = MemoryStore()

    def sessions(self) -> MemoryStore:
        """Its records."""
        return self.store


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


def test_the_table_fits_and_names_lines() -> None:
    """Without `--json` there is a table of at most 80 columns, and each warning with file and line."""
    result = _run("read", "-", given=PAGE)
    assert "Hope [bold]" in result.stdout
    assert "-:7: " in result.stdout
    assert max(len(line) for line in result.stdout.split("\n-:")[0].splitlines()) <= 80


@pytest.mark.parametrize("arguments", [("read", "-"), ("read", "-", "--json"), ("load", "-")])
def test_nothing_to_read_is_status_2(arguments: tuple[str, ...]) -> None:
    """Where nothing could be read the status is 2, with the reason on standard error only."""
    result = _run(*arguments, given=b"\x00\x01\x02PK")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "binary" in result.stderr


def test_missing_files_and_folders(tmp_path: Path) -> None:
    """A missing file, a folder or a missing series is said in words."""
    for arguments in (("read", str(tmp_path / "x")), ("read", str(tmp_path)), ("read", "-", "--series", "/no/such")):
        result = _run(*arguments, given=PAGE)
        assert result.exit_code == 2
        assert "there is no such file" in result.stderr or "folder" in result.stderr


def test_load_twice() -> None:
    """Loading tells new from unchanged."""
    place = OnePlace()
    first, second = _run("load", str(EXAMPLE), place=place), _run("load", str(EXAMPLE), place=place)
    assert "6 new, 0 changed, 0 unchanged" in first.stdout
    assert "0 new, 0 changed, 6 unchanged" in second.stdout


def test_the_example_reads_well() -> None:
    """The shipped example: six months without a warning, all with speakers, insights and recording."""
    read = page(EXAMPLE.read_bytes())
    assert [one.id for one in read.sessions] == ["2024-04", "2024-03", "2024-02", "2024-01", "2023-12", "2023-11"]
    assert not read.warnings
    assert not any(one.warnings for one in read.sessions)
    assert all(one.speakers and one.insights.url and one.recording.url for one in read.sessions)
    assert [bool(one.join_url) for one in read.sessions] == [True] + [False] * 5
