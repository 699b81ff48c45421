"""A month after importing the exports of other tools: nobody who said no anywhere gets a mail."""

from __future__ import annotations

import email
import email.policy
import re
import zipfile
from datetime import date
from email.utils import parseaddr
from pathlib import Path

import pytest

from local.rehearsal.run import QUIET, Script, run
from tests.support.people import SERIES_FOLDER
from tests.unit.intake.subscribers.test_exports_of_other_tools import EXPORTS

pytestmark = pytest.mark.moto
ADDRESS = re.compile(r"\b([a-z])@x\.org\b")
MAY_BE_WRITTEN = {
    "audience, subscribed": "ab",
    "audience, unsubscribed": "",
    "audience, cleaned": "",
    "posts by mail": "ac",
    "posts by mail, dashboard": "a",
    "members of a blog": "a",
    "contacts with a status": "a",
    "flags": "a",
    "tickets": "a",
    "answers of a form": "a",
    "a form with a tick box": "a",
}
"""For each export the first letters of the addresses that say yes."""


def lists() -> tuple[dict[str, str], set[str], set[str]]:
    """Return the exports, each with people of its own; who said yes; and who said no or nothing."""
    files: dict[str, str] = {}
    yes: set[str] = set()
    everybody: set[str] = set()
    for number, (name, letters) in enumerate(MAY_BE_WRITTEN.items()):
        domain = f"tool{number}.example"
        text = EXPORTS[name][0]
        files[f"export-{number}.csv"] = ADDRESS.sub(rf"\1@{domain}", text)
        everybody |= {f"{letter}@{domain}" for letter in ADDRESS.findall(text)}
        yes |= {f"{letter}@{domain}" for letter in letters}
    return files, yes, everybody - yes


def test_nobody_who_said_no_is_mailed_in_the_month_after(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All exports are one import. Who came in gets the month's mails, and who said no, or never said yes, gets none."""
    for name, value in QUIET.items():
        monkeypatch.setenv(name, value)
    files, yes, no = lists()
    with zipfile.ZipFile(tmp_path / "exports.zip", "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    script = Script(
        sessions=None,
        subscribers=tmp_path / "exports.zip",
        folder=tmp_path / "demo",
        series_folder=SERIES_FOLDER,
        today=date(2026, 12, 1),
        cast=False,
    )
    outcome = run(script, progress=lambda _part, _words: None)
    mailed = {
        parseaddr(str(email.message_from_bytes(path.read_bytes(), policy=email.policy.default)["To"]))[1]
        for path in (tmp_path / "demo" / "outbox").glob("*.eml")
    }
    assert len(outcome.report["campaigns"]) == 3
    assert mailed & no == set()
    assert mailed == yes
