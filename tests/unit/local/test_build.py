"""The bundle as `local/build.sh` makes it, in a small checkout with a command `sam` of the test's own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.people import SERIES_FOLDER

ROOT = Path(__file__).parents[3]
SAM = """#!/bin/sh
# Copies functions/ for two functions, as `sam build` does for all that share one folder.
[ "$1 $2" = "build --build-dir" ] || exit 9
echo "$*" >>asked
for name in Tick Public; do mkdir -p "$3/$name" && cp -RL functions/. "$3/$name/" || exit 1; done
"""


class Checkout:
    """A checkout with two handlers, and a community's folder beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.own = folder / "checkout", folder / "ours"
        shutil.copytree(SERIES_FOLDER, self.own)
        shutil.copytree(ROOT / "series" / "example", self.folder / "series" / "example")
        for name in ("local/build.sh", "local/__init__.py", "local/series_folder.py"):
            (self.folder / name).parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / name, self.folder / name)
        (self.folder / "templates").symlink_to(ROOT / "templates")
        self.write("local/runtime-python.sh", 'echo "$PATH"\n')
        self.write(".python-version", f"{sys.version_info.major}.{sys.version_info.minor}\n")
        self.write(".venv-sam/bin/sam", SAM).chmod(0o755)
        self.write(".venv/bin/python", f'#!/bin/sh\nexec {sys.executable} "$@"\n').chmod(0o755)
        self.write("functions/tick.py", "def handler() -> None:\n    raise ValueError\n")
        self.write("functions/convener/clock.py", "HOURS = {'nine', 'ten', 'eleven', 'noon'}\n")
        (self.folder / "functions" / "series").symlink_to("../build/series")
        self.bundle = self.folder / "bundle"

    def write(self, name: str, text: str) -> Path:
        """Write a file of the checkout."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def build(self, *, series: Path | str | None = None) -> subprocess.CompletedProcess[str]:
        """Run the script, with SERIES where one is named."""
        own = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "SERIES": str(series or "")}
        words = ["sh", str(self.folder / "local" / "build.sh"), str(self.bundle), "--cached"]
        return subprocess.run(  # noqa: S603 - our own script
            words, env=own, capture_output=True, text=True, check=False, timeout=60
        )

    def files(self, function: str = "Tick") -> set[str]:
        """Return what a function of the bundle has of the community."""
        place = self.bundle / function / "series"
        return {path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file()}


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_the_bundle_has_the_communitys_folder_and_nothing_else_that_lies_there(checkout: Checkout) -> None:
    """Settings and templates go into the bundle of each function; lists, notes and a repository's history don't."""
    own = checkout.own / "templates" / "invite" / "subject.txt"
    own.parent.mkdir(parents=True)
    own.write_text("Come along: {{ title }}\n", "utf-8")
    for name in ("people.csv", "README.md", ".git/config", "templates/.DS_Store"):
        (checkout.own / name).parent.mkdir(exist_ok=True)
        (checkout.own / name).write_text("x", "utf-8")
    done = checkout.build(series=checkout.own)
    assert done.returncode == 0, done.stderr
    assert f"The bundle is for Conversation for Kindness: {checkout.own}" in done.stdout
    assert "Don't deploy it" not in done.stdout
    for function in ("Tick", "Public"):
        assert checkout.files(function) == {"series.toml", "templates/invite/subject.txt"}
    assert (checkout.bundle / "Tick/series/series.toml").read_bytes() == (checkout.own / "series.toml").read_bytes()


def test_sam_alone_finds_no_folder_before_and_after(checkout: Checkout) -> None:
    """A plain `sam build` fails then, instead of shipping the example or an older copy."""
    assert not (checkout.folder / "functions" / "series").exists()
    assert checkout.build(series=checkout.own).returncode == 0
    assert not (checkout.folder / "functions" / "series").exists()


def test_the_folder_mine_counts_without_a_variable(checkout: Checkout) -> None:
    """Whoever keeps their folder there can't forget to name it. The example is named as what it is."""
    example = checkout.build()
    assert example.returncode == 0
    assert "Don't deploy it for real readers" in example.stdout
    shutil.copytree(checkout.own, checkout.folder / "series" / "mine")
    done = checkout.build()
    assert f"{checkout.folder}/series/mine" in done.stdout
    assert "Don't deploy it" not in done.stdout


@pytest.mark.parametrize("wrong", ["no folder", "no settings", "a file", "bad settings", "a template of no name"])
def test_nothing_is_built_of_a_folder_that_is_not_right(checkout: Checkout, wrong: str) -> None:
    """The message names the file and says what to do. SAM is not even asked."""
    series, settings = checkout.own, checkout.own / "series.toml"
    match wrong:
        case "no folder":
            series, says = checkout.own.parent / "elsewhere", "elsewhere (SERIES): there is no such folder. Copy series"
        case "no settings":
            settings.unlink()
            says = "ours (SERIES): there is no series.toml in this folder. Copy series/example"
        case "a file":
            series, says = settings, "series.toml (SERIES): this is a file; name the folder"
        case "bad settings":
            settings.write_text(settings.read_text("utf-8").replace('"Europe/London"', '"Europe/Londn"'), "utf-8")
            says = "series.toml: line 6: zone: 'Europe/Londn' is no time zone"
        case _:
            (checkout.own / "templates" / "invit").mkdir(parents=True)
            (checkout.own / "templates" / "invit" / "body.txt").write_text("x", "utf-8")
            says = "Convener has no template templates/invit/body.txt"
    done = checkout.build(series=series)
    assert done.returncode == 2
    assert says in done.stderr
    assert not (checkout.folder / "asked").exists()
    assert not checkout.bundle.exists()
