"""A month of a community's own series, from its folder to the mails in the outbox."""

from __future__ import annotations

import email
import email.policy
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from local.commands.demo import PEOPLE
from local.rehearsal.run import QUIET, Script, run
from tests.support.people import SERIES_FOLDER

pytestmark = pytest.mark.moto
CHANGES = {
    'name = "Conversation for Kindness"': 'name = "Harbour Listening Circle"',
    "Europe/London": "America/New_York",
    'zone_name = "UK time"': 'zone_name = "New York time"',
    'zone_short = "UK"': 'zone_short = "NY"',
    "start = 18:00:00": "start = 19:30:00",
    "BYDAY=3TH": "BYDAY=2TU",
    "mail_from = 2024-04-01": "mail_from = 2027-01-01",
}


def test_a_month_of_a_series_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule, zone, name and a template are theirs in every mail, and the month is the first in which mails leave."""
    for name, value in QUIET.items():
        monkeypatch.setenv(name, value)
    folder = tmp_path / "ours"
    (folder / "templates" / "invite").mkdir(parents=True)
    settings = (SERIES_FOLDER / "series.toml").read_text("utf-8")
    for old, new in CHANGES.items():
        assert old in settings
        settings = settings.replace(old, new)
    (folder / "series.toml").write_text(settings, "utf-8")
    (folder / "templates" / "invite" / "subject.txt").write_text("Come along, {{ short_when }}", "utf-8")
    script = Script(
        sessions=None,
        subscribers=PEOPLE,
        folder=tmp_path / "demo",
        series_folder=folder,
        today=date(2026, 12, 1),
        cast=True,
    )
    outcome = run(script, progress=lambda _part, _words: None)
    assert [one["id"] for one in outcome.report["campaigns"]] == ["2027-01/invite", "2027-01/reminder", "2027-01/recap"]
    assert "which lies ahead" in outcome.notes[0]
    assert "can’t" not in outcome.page.read_text("utf-8")  # every simulated reader could do what they wanted
    mails = [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in sorted((tmp_path / "demo" / "outbox").glob("*.eml"))
    ]
    subjects = Counter(str(mail["Subject"]) for mail in mails)
    assert subjects["Come along, Tue 12 January, 7.30pm NY"] == outcome.report["campaigns"][0]["audience"]
    for mail in mails:
        text = mail.get_body(("plain",))
        assert text is not None
        assert text.get_content().splitlines()[0] == "Harbour Listening Circle"
