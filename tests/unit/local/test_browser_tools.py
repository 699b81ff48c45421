"""What `make browser` prepares: Chromium where it may install it, and a demo in a folder of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support import browser_demo
from tests.support.browser_demo import FOLDER, ROOT, make_demo

APT = """#!/bin/sh
echo "apt-get $*" >>"$(dirname "$0")/asked"
[ -z "$OFFLINE" ] || { echo 'no network' >&2; exit 1; }
"""


@pytest.fixture
def commands(tmp_path: Path) -> Path:
    """A folder with the commands that the script knows. `id -u` gives USER_ID."""
    for name in ("dirname", "mktemp", "rm", "tail"):
        (tmp_path / name).symlink_to(str(shutil.which(name)))
    for name, text in (("apt-get", APT), ("id", '#!/bin/sh\necho "${USER_ID:-1000}"\n')):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    return tmp_path


def chromium(commands: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run local/chromium.sh where these are all the commands there are."""
    return subprocess.run(  # noqa: S603 - our own script
        [str(shutil.which("sh")), str(ROOT / "local" / "chromium.sh")],
        env={"PATH": str(commands), "TMPDIR": str(commands), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("name", ["chromium", "chromium-browser"])
def test_a_chromium_that_is_there_is_enough(commands: Path, name: str) -> None:
    """Nothing is installed, nothing is said."""
    (commands / name).symlink_to("/bin/sh")
    done = chromium(commands, USER_ID="0")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert not (commands / "asked").exists()


def test_root_on_debian_installs_it(commands: Path) -> None:
    """By the package's name."""
    assert chromium(commands, USER_ID="0").returncode == 0
    assert "install -y -qq --no-install-recommends chromium" in (commands / "asked").read_text()


@pytest.mark.parametrize(
    ("environment", "words"),
    [({"USER_ID": "1000"}, "install the package chromium"), ({"USER_ID": "0", "OFFLINE": "1"}, "no network")],
    ids=["not root", "no network"],
)
def test_what_is_missing_is_said_in_one_line(commands: Path, environment: dict[str, str], words: str) -> None:
    """And the target fails, rather than to leave every test out."""
    done = chromium(commands, **environment)
    assert done.returncode == 1
    (line,) = [line for line in done.stderr.splitlines() if "needs Chromium" in line]
    assert words in line


def test_the_demo_has_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another rehearsal in build/demo stays as it is; mails go nowhere else; a demo newer than its sources is kept."""
    assert FOLDER == ROOT / "build" / "browser" / "demo"
    scripts = list[Any]()

    def rehearsed(script: Any, **_: Any) -> None:
        assert "AWS_ENDPOINT_URL_SESV2" not in os.environ
        scripts.append(script)
        (script.folder / "index.html").write_text("made")

    monkeypatch.setattr(browser_demo, "run", rehearsed)
    monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", "http://127.0.0.1:9")
    assert make_demo(tmp_path)
    assert [(script.folder, script.cast) for script in scripts] == [(tmp_path, True)]
    assert not make_demo(tmp_path)
    os.utime(tmp_path / "index.html", (0, 0))
    assert make_demo(tmp_path)
    assert len(scripts) == 2
