"""`convener upload`: into the inbox, and the report back."""

from __future__ import annotations

import getpass
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from local.commands import upload as module
from local.stack_context import StackContext
from tests.support.fake_uploads import FakeUploads


class Answering(FakeUploads):
    """Leaves a report when it is looked for the second time; the first time an older version's lies there."""

    wrong: tuple[str, ...] = ()
    looks = 0

    def read(self, key: str, *, version_id: str = "") -> bytes | None:
        assert not version_id
        if key.endswith(".txt"):
            return b"Done: 1 new.\n"
        self.looks += 1
        return json.dumps({"version_id": f"v{self.looks - 1}", "wrong": self.wrong}).encode()


class OnePlace:
    """A stack with nothing but an uploads bucket."""

    def __init__(self, bucket: FakeUploads) -> None:
        self.bucket = bucket

    def uploads(self) -> FakeUploads:
        return self.bucket


def run(bucket: FakeUploads, file: Path, *more: str) -> Result:
    return CliRunner().invoke(module.upload, [str(file), *more], obj=OnePlace(bucket))


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(module, "PAUSE", 0.01)
    path = tmp_path / "may.yaml"
    path.write_text("- month: 2031-05\n")
    return path


def test_the_report_of_this_version_is_printed(file: Path) -> None:
    """Not that of the version before; what is written where is said first."""
    bucket = Answering()
    result = run(bucket, file)
    assert (result.exit_code, result.stdout) == (0, "Done: 1 new.\n")
    assert result.stderr == "Putting may.yaml into inbox/ of uploads.\n"
    assert bucket.versions == {"inbox/may.yaml": {"v1": b"- month: 2031-05\n"}}


def test_a_refusal_is_status_1(file: Path) -> None:
    """As with `sessions load`."""
    bucket = Answering()
    bucket.wrong = ("a date",)
    assert run(bucket, file).exit_code == 1


def test_a_report_that_does_not_come_is_status_2(file: Path) -> None:
    """It says where it will be."""
    result = run(FakeUploads(), file, "--wait", "1")
    assert result.exit_code == 2
    assert "reports/may.yaml.txt" in result.stderr
    assert run(FakeUploads(), file.parent / "none.yaml").exit_code == 2


def test_who_works_here_is_the_user_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A container's user without a name is somebody too."""
    monkeypatch.setattr(getpass, "getuser", lambda: "anna")
    assert StackContext(local=True).by() == "anna"

    def nameless() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr(getpass, "getuser", nameless)
    assert StackContext(local=True).by() == "somebody"
