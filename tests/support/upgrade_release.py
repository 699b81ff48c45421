"""The tree of an earlier commit, out of this clone's history."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tests.support.e2e_emulator import ROOT

FIRST = "16a802e0d56f799fa842f578b91453aedb48d390"
"""The first commit whose stored data the current code must read."""
PREVIOUS = "1a3cadaec3a5ca1ea64a8222df315babf7475e62"
"""The last commit of the release before. Its functions run beside the present ones while a deployment lasts."""
FOLDER = ROOT / "build" / "upgrade"


def tree_of(commit: str, *, clone: Path = ROOT, into: Path = FOLDER) -> Path:
    """Write the files of that commit of a clone into a folder of its own, and return that folder.

    Raises RuntimeError, which says how to mend it, where this clone does not have the commit.
    """
    asked = _git(clone, "cat-file", "-e", f"{commit}^{{commit}}")
    if asked.returncode:
        shallow = _git(clone, "rev-parse", "--is-shallow-repository").stdout.strip() == b"true"
        how = (
            "This clone is shallow: run `git fetch --unshallow` and try again."
            if shallow
            else "This folder is no clone with the project's history: `git clone` the project and try there."
        )
        said = asked.stderr.decode("utf-8", "replace").strip()
        raise RuntimeError(
            f"make upgrade deploys commit {commit[:7]} first, and git does not find it here. {how} Git said: {said}"
        )
    folder = into / commit[:7]
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    archive = _git(clone, "archive", commit).stdout
    subprocess.run(["tar", "-x", "-C", folder], input=archive, check=True)  # noqa: S603, S607 - our own files
    return folder


def _git(clone: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["git", *words], cwd=clone, capture_output=True, check=False)  # noqa: S603, S607 - fixed words
