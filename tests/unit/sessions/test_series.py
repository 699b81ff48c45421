"""What the series' file may say."""

from __future__ import annotations

from pathlib import Path

import pytest

from convener.errors import Misconfigured
from convener.sessions.series import read_series
from tests.support.people import SERIES_FOLDER

OWN = (SERIES_FOLDER / "series.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("own", "changed", "says"),
    [
        ('zone = "Europe/London"', 'zone = "Europe/Londn"', "zone.*Europe/London"),
        ("BYDAY=3TH", "BYDAY=3XX", "rule"),
        ("FREQ=MONTHLY", "FREQ=WEEKLY", "FREQ=MONTHLY"),
        ("night_from = 21:00:00", "night_from = 08:00:00", "invite.hour 09:00 is not before night_from 08:00"),
        ("https://kindness.example/privacy", "http://kindness.example/privacy", "privacy_url"),
        ('accent = "#0f5c57"', 'accent = "teal"', "brand.light.accent"),
        ("length_minutes = 90", "lenght_minutes = 90", "lenght_minutes"),
        ('name = "Conversation', "name = Conversation", "TOML"),
    ],
)
def test_a_mistake_is_told_with_its_file_and_key(tmp_path: Path, own: str, changed: str, says: str) -> None:
    """An operator who mistypes hears where, before anything is deployed."""
    assert own in OWN
    file = tmp_path / "series.toml"
    file.write_text(OWN.replace(own, changed, 1), "utf-8")
    with pytest.raises(Misconfigured, match=says) as raised:
        read_series(file)
    assert str(file) in str(raised.value)
