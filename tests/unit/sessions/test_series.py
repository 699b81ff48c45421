"""What the series' file may say."""

from __future__ import annotations

from pathlib import Path

import pytest

from convener.consent_coverage import read_coverage
from convener.errors import Misconfigured
from convener.mailing_types import COVERED_BY_DEFAULT
from convener.sessions.series import read_series
from tests.support.people import SERIES_FOLDER

EXAMPLE = Path(__file__).parents[3] / "series" / "example" / "series.toml"
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
        (
            'version = "1"',
            'version = "1"\ncovers = ["invites"]',
            r"consent.0.covers.*'invites' is no mailing type",
        ),
        ('version = "1"', 'version = "1"\ncovers = ["invite", "recap", "invite"]', "covers.*'invite' is there twice"),
        ('version = "1"', 'version = "1"\ncovers = []', "covers.*no mailing type that readers can choose"),
        ("[[skipped]]", '[[consent]]\nversion = "1"\ntext = "Yes."\n[[skipped]]', "same version, '1'"),
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


@pytest.mark.parametrize(
    ("own", "changed", "says"),
    [
        ('zone = "Europe/London"', 'zone = "Europe/Londn"', "line {}: zone: 'Europe/Londn' is no time zone"),
        ('accent = "#7fd1c7"', 'accent = "teal"', "line {}: brand.dark.accent: String should match .* .it is teal"),
        ("length_minutes = 90", "lenght_minutes = 90", "line {}: lenght_minutes: .* did you mean length_minutes"),
        ('privacy_url = "https', 'privacy = "https', r"line {}: organisation.privacy: .* mean privacy_url\?"),
        ("days_before = 14", "days_before = 99", "line {}: departures.invite.days_before: .* .it is 99"),
        ('month = "2023-04"', 'month = "April"', r"line {}: skipped.0.month: "),
        ("mail_from = 2024-04-01", "mail_from = 1 April 2024", r"TOML: .*at line {}, .*written 2027-01-21"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, own: str, changed: str, says: str) -> None:
    """The line is the one that a person must change, also where two sections have the same key."""
    line = OWN[: OWN.index(own)].count("\n") + 1
    file = tmp_path / "series.toml"
    file.write_text(OWN.replace(own, changed, 1), "utf-8")
    with pytest.raises(Misconfigured, match=says.format(line)):
        read_series(file)


def test_a_missing_key_is_told_with_its_section(tmp_path: Path) -> None:
    """A key that is not there has no line of its own. The message says where a whole file is to be seen."""
    file = tmp_path / "series.toml"
    file.write_text(OWN.replace('list_id = "conversation.mail.kindness.example"\n', "", 1), "utf-8")
    line = OWN[: OWN.index("[sender]")].count("\n") + 1
    with pytest.raises(
        Misconfigured, match=rf"line {line}: sender.list_id: is missing. series/example/series.toml has"
    ):
        read_series(file)


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    """So is one that is not there."""
    file = tmp_path / "series.toml"
    with pytest.raises(Misconfigured, match="there is no such file"):
        read_series(file)
    file.write_bytes(b'name = "Caf\xe9"')
    with pytest.raises(Misconfigured, match="UTF-8"):
        read_series(file)


def test_the_shipped_example_is_right() -> None:
    """It is what a community copies."""
    assert read_series(EXAMPLE).wording.text


SECOND = '[[consent]]\nversion = "2"\ntext = "Please send me the invitation."\ncovers = ["invite"]\n\n[[skipped]]'


@pytest.mark.parametrize("text", [OWN, OWN.replace("[[skipped]]", SECOND, 1)])
def test_both_readers_of_the_file_agree_on_what_a_wording_covers(tmp_path: Path, text: str) -> None:
    """`deliver` and `fanout` read this part of the file without pydantic."""
    file = tmp_path / "series.toml"
    file.write_text(text, "utf-8")
    coverage = read_series(file).coverage
    assert read_coverage(file) == coverage
    assert coverage.of("1") == coverage.of("") == coverage.of("unknown") == COVERED_BY_DEFAULT
    assert (coverage.of("2") == {"invite"}) == (text != OWN)


@pytest.mark.parametrize("text", ["[[consent]", "name = 1", "consent = 3", "[[consent]]\ntext = 'x'"])
def test_a_file_without_readable_wordings_is_named(tmp_path: Path, text: str) -> None:
    """No function guesses what people agreed to."""
    file = tmp_path / "series.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(Misconfigured, match=r"series\.toml: the consent wordings can't be read"):
        read_coverage(file)
