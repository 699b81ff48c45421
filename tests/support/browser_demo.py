"""The demo that the browser tests look at: the example month, rehearsed into a folder of the tests' own.

`make browser` runs this file. `build/demo` may hold another rehearsal, which somebody wants to keep.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from local.commands.demo import ARCHIVE, PEOPLE
from local.rehearsal.run import Script, run
from local.stack.session import SES_ENDPOINT
from tests.support.people import SERIES_FOLDER

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "build" / "browser" / "demo"
SOURCES = ("functions", "local", "templates", "tests/series", "template.yaml")


def make_demo(folder: Path = FOLDER) -> bool:
    """Rehearse the example month into the folder. Returns False where it holds one that is newer than the sources."""
    page = folder / "index.html"
    if page.exists() and page.stat().st_mtime > _changed():
        return False
    os.environ.pop(SES_ENDPOINT, None)  # the mails of this month go nowhere else
    run(
        Script(sessions=ARCHIVE, subscribers=PEOPLE, folder=folder, series_folder=SERIES_FOLDER, cast=True),
        progress=lambda _part, _words: None,
    )
    return True


def _changed() -> float:
    """When a source was last changed, in seconds since 1970."""
    files = [file for name in SOURCES for file in [ROOT / name, *(ROOT / name).rglob("*")]]
    return max(file.stat().st_mtime for file in files if file.is_file() and file.suffix != ".pyc")


if __name__ == "__main__":
    sys.stdout.write(f"The demo of the browser tests is {'made' if make_demo() else 'up to date'}: {FOLDER}\n")
