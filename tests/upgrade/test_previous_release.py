from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping

from tests.formats.samples import HERE, OPEN
from tests.support.e2e_build import run
from tests.support.e2e_emulator import ROOT
from tests.support.upgrade_release import PREVIOUS, tree_of

NOT_READ: Mapping[str, str] = {}
"""Samples of the newest folder that the release before can't read, each with the reason why that does no harm."""


def test_functions_of_the_release_before_read_what_the_present_ones_write() -> None:
    """Both run at once while a deployment lasts: its own readers, with the newest folder of samples."""
    tree = tree_of(PREVIOUS)
    path = os.pathsep.join(map(str, (tree, tree / "functions")))
    reader = ROOT / "tests" / "support" / "upgrade_reader.py"
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": path, "HOME": str(tree)}
    told = json.loads(run(sys.executable, "-P", reader, HERE / OPEN, environment=environment).splitlines()[-1])
    assert told["seen"] >= len(NOT_READ)
    assert {name: why for name, why in told["wrong"].items() if name not in NOT_READ} == {}
