"""The bundle as `local/build.sh` makes it, in a small checkout with a command `sam` of the test's own."""

from __future__ import annotations

import marshal
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from local.series_folder import main as copy_chosen
from tests.support.bundle import HERE, functions, not_compiled
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
        (self.folder / "functions" / "series").symlink_to("../series/example")
        self.bundle = self.folder / ".aws-sam" / "build"

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
    assert not (checkout.folder / "build" / "series").exists()
    assert f"The bundle is for Conversation for Kindness: {checkout.own}" in done.stdout
    assert "Don't deploy it" not in done.stdout
    for function in ("Tick", "Public"):
        assert checkout.files(function) == {"series.toml", "templates/invite/subject.txt"}
    assert (checkout.bundle / "Tick/series/series.toml").read_bytes() == (checkout.own / "series.toml").read_bytes()


def test_the_folder_mine_counts_without_a_variable(checkout: Checkout) -> None:
    """Whoever keeps their folder there can't forget to name it. The example is named as what it is."""
    example = checkout.build()
    assert example.returncode == 0
    assert "Don't deploy it for real readers" in example.stdout
    shutil.copytree(checkout.own, checkout.folder / "series" / "mine")
    done = checkout.build()
    assert f"{checkout.folder}/series/mine" in done.stdout
    assert "Don't deploy it" not in done.stdout


def test_a_folder_that_was_named_once_is_not_forgotten(checkout: Checkout) -> None:
    """Without the variable the next bundle would be the example's: the script asks, until somebody says which."""
    assert checkout.build(series=checkout.own).returncode == 0
    forgotten = checkout.build()
    assert forgotten.returncode == 2
    assert f"make build SERIES={checkout.own}\n" in forgotten.stderr
    assert (checkout.folder / "asked").read_text("utf-8").count("\n") == 1  # SAM was called once
    assert checkout.build(series="series/example").returncode == 0
    assert checkout.build().returncode == 0


def test_nothing_is_built_of_a_folder_that_is_not_there(checkout: Checkout) -> None:
    """SAM is not even asked."""
    done = checkout.build(series=checkout.own.parent / "elsewhere")
    assert done.returncode == 2
    assert "elsewhere (SERIES): there is no such folder. Copy series/example" in done.stderr
    assert not (checkout.folder / "asked").exists()
    assert not checkout.bundle.exists()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("no settings", "ours (SERIES): there is no series.toml in this folder. Copy series/example"),
        ("a file", "series.toml (SERIES): this is a file; name the folder"),
        ("bad settings", "series.toml: line 6: zone: 'Europe/Londn' is no time zone"),
        ("a template of no name", "Convener has no template templates/invit/body.txt"),
    ],
)
def test_a_folder_that_is_not_right_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], wrong: str, says: str
) -> None:
    """The message names the file and says what to do. What was copied before stays as it is."""
    series = tmp_path / "ours"
    series.mkdir()
    settings = (SERIES_FOLDER / "series.toml").read_text("utf-8")
    if wrong == "bad settings":
        settings = settings.replace('"Europe/London"', '"Europe/Londn"')
    if wrong != "no settings":
        (series / "series.toml").write_text(settings, "utf-8")
    if wrong == "a template of no name":
        (series / "templates" / "invit").mkdir(parents=True)
        (series / "templates" / "invit" / "body.txt").write_text("x", "utf-8")
    monkeypatch.setenv("SERIES", str(series / "series.toml" if wrong == "a file" else series))
    (tmp_path / "copy").mkdir()
    assert copy_chosen(tmp_path / "copy") == 2
    assert says in capsys.readouterr().err
    assert (tmp_path / "copy").exists()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A bundle that no test changes. The checkout has compiled files of its own, which no function would take."""
    checkout = Checkout(tmp_path_factory.mktemp("built"))
    subprocess.run([sys.executable, "-m", "compileall", "-q", "functions"], cwd=checkout.folder, check=True)
    assert checkout.build(series=checkout.own).returncode == 0
    return checkout


def test_every_file_of_the_bundle_is_compiled(built: Checkout) -> None:
    """For each function, and the sources stay."""
    for folder in functions(built.bundle):
        assert list(not_compiled(folder, HERE)) == []
        assert (folder / "tick.py").exists()


def test_what_is_not_compiled_is_found(built: Checkout, tmp_path: Path) -> None:
    """The check of the real bundle reads each compiled file: time stamps, another Python and older sources fail it."""
    tick = tmp_path / "Tick"
    shutil.copytree(built.bundle / "Tick", tick)
    (compiled,) = tick.glob("__pycache__/tick.*.pyc")
    whole = compiled.read_bytes()
    for header, says in (
        (b"\x00" * 4 + whole[4:8], "is compiled for another Python"),
        (whole[:4] + b"\x00" * 4, "its compiled file is checked against the source's time or hash"),
        (whole[:4] + b"\x03\x00\x00\x00", "its compiled file is checked against the source's time or hash"),
    ):
        compiled.write_bytes(header + whole[8:])
        assert list(not_compiled(tick, HERE)) == [f"tick.py: {says}"]
    compiled.write_bytes(whole)
    (tick / "tick.py").write_text("changed = True\n", "utf-8")
    assert list(not_compiled(tick, HERE)) == ["tick.py: its compiled file is that of another source"]
    compiled.unlink()
    assert list(not_compiled(tick, HERE)) == ["tick.py: is not compiled"]


def test_tracebacks_name_files_as_they_lie_in_lambda(built: Checkout) -> None:
    """And not the folder of the person who built the bundle."""
    for function in ("Tick", "Public"):
        (compiled,) = (built.bundle / function / "convener" / "__pycache__").glob("clock.*.pyc")
        assert marshal.loads(compiled.read_bytes()[16:]).co_filename == "/var/task/convener/clock.py"  # noqa: S302


def test_the_same_sources_give_the_same_bytes(built: Checkout) -> None:
    """A deployment uploads a bundle only if something in it has changed."""
    seen = {path: path.read_bytes() for path in built.bundle.rglob("*") if path.is_file()}
    assert built.build(series=built.own).returncode == 0
    assert {path: path.read_bytes() for path in built.bundle.rglob("*") if path.is_file()} == seen
