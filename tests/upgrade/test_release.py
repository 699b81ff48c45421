from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.support.e2e_emulator import ROOT
from tests.support.upgrade_release import FIRST, tree_of


def test_a_shallow_clone_is_told_to_fetch_the_rest(tmp_path: Path) -> None:
    """CI often clones one commit only."""
    clone = tmp_path / "clone"
    command = ["git", "clone", "--quiet", "--depth", "1", f"file://{ROOT}", str(clone)]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - fixed words
    with pytest.raises(RuntimeError, match=r"deploys commit 16a802e first.*shallow: run `git fetch --unshallow`"):
        tree_of(FIRST, clone=clone, into=tmp_path)


def test_a_folder_without_history_is_told_as_such(tmp_path: Path) -> None:
    """An archive of the project has no earlier release in it."""
    with pytest.raises(RuntimeError, match="no clone with the project's history"):
        tree_of(FIRST, clone=tmp_path, into=tmp_path)
