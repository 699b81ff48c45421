"""Which image `make sam-local` is given: `local/lambda-image.sh` among commands that answer as a machine would."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
MADE, SAMS = "localhost/convener-lambda:3.13", "registry.example/lambda/python:3.13-x86_64"
DOCKER = """#!/bin/sh
echo "docker $*" >>"$(dirname "$0")/../asked"
case "$1" in
  info) [ -z "$NO_ENGINE" ] ;;
  image) case " $IMAGES " in *" $3 "*) ;; *) exit 1 ;; esac ;;
  pull) [ -n "$REACHABLE" ] ;;
  *) exit 1 ;;
esac
"""


class Machine:
    """A checkout with the script in it, and a PATH on which `docker`, `id` and `apt-get` are the test's own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "local").mkdir()
        shutil.copy(ROOT / "local" / "lambda-image.sh", folder / "local")
        # Whoever tests on another Python may have removed their own.
        (folder / ".python-version").write_text("3.13\n")
        self.command("commands/docker", DOCKER)
        self.command("commands/id", '#!/bin/sh\necho "${USER_ID:-1000}"\n')
        self.command("commands/apt-get", "#!/bin/sh\necho 'no network' >&2\nexit 1\n")
        self.command("local/runtime-python.sh", "echo 'no Python 3.13' >&2\nexit 1\n")
        self.command(".venv-sam/bin/python", f"#!/bin/sh\necho {SAMS}\n")
        for name in ("sh", "dirname", "cat", "timeout", "uname", "mktemp", "rm", "tail"):
            (folder / "commands" / name).symlink_to(str(shutil.which(name)))

    def command(self, name: str, text: str) -> None:
        """Put an executable file there."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)

    def run(self, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the script. What it prints is the image's name."""
        own = {"PATH": str(self.folder / "commands"), "TMPDIR": str(self.folder), **environment}
        words = ["sh", str(self.folder / "local" / "lambda-image.sh")]
        return subprocess.run(  # noqa: S603 - our own script
            words, env=own, capture_output=True, text=True, check=False, timeout=60
        )

    def asked(self) -> str:
        """Every call of `docker`, a line each."""
        log = self.folder / "asked"
        return log.read_text() if log.exists() else ""


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    if os.name != "posix":  # pragma: no cover - shell
        pytest.skip("a shell script")
    return Machine(tmp_path)


def test_an_image_that_is_named_is_taken_unseen(machine: Machine) -> None:
    """No engine is asked, so none is started."""
    done = machine.run(CONVENER_LAMBDA_IMAGE="mine:1", NO_ENGINE="1", USER_ID="0")
    assert (done.returncode, done.stdout, machine.asked()) == (0, "mine:1\n", "")


def test_where_no_engine_can_be_had_the_tests_are_left_to_say_so(machine: Machine) -> None:
    """Nothing is printed and nothing fails; the reason is on standard error."""
    done = machine.run(NO_ENGINE="1")
    assert (done.returncode, done.stdout) == (0, "")
    assert "only root on Debian can install one" in done.stderr
    done = machine.run(NO_ENGINE="1", USER_ID="0")
    assert (done.returncode, done.stdout) == (0, "")
    assert "no network" in done.stderr
    assert "docker.io can't be installed" in done.stderr


def test_an_image_that_was_made_is_taken_again(machine: Machine) -> None:
    """A second call makes nothing and fetches nothing."""
    done = machine.run(IMAGES=f"{MADE} {SAMS}")
    assert (done.returncode, done.stdout) == (0, f"{MADE}\n")
    assert "pull" not in machine.asked()


@pytest.mark.parametrize("where", [{"IMAGES": SAMS}, {"REACHABLE": "1"}], ids=["there", "fetched"])
def test_sams_own_image_is_left_to_sam(machine: Machine, where: dict[str, str]) -> None:
    """Where the engine has it or can fetch it, no other image is named."""
    done = machine.run(**where)
    assert (done.returncode, done.stdout) == (0, "")
    assert ("docker pull" in machine.asked()) == ("REACHABLE" in where)


def test_with_an_engine_but_no_way_to_an_image_it_fails(machine: Machine) -> None:
    """Every test would fail for the same reason, so the reason is told at once."""
    done = machine.run()
    assert (done.returncode != 0, done.stdout) == (True, "")
    assert "no Python 3.13" in done.stderr
