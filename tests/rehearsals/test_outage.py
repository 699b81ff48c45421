"""A rehearsal of bad days: SES takes nothing, takes little, or loses its answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from local.rehearsal.run import QUIET, Outcome, Script, run
from local.ses import Fault, SesServer
from tests.support.people import SERIES_FOLDER

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.moto


@pytest.fixture
def rehearsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Outcome]:
    """The example archive's month with some readers, where SES has been told something. A recap is too late soon."""
    for name, value in QUIET.items():
        monkeypatch.setenv(name, value)

    series_folder = tmp_path / "series"
    series_folder.mkdir()
    rules = (SERIES_FOLDER / "series.toml").read_text("utf-8")
    (series_folder / "series.toml").write_text(rules.replace("give_up_days = 60", "give_up_days = 8"), "utf-8")

    def rehearse(
        ses: Callable[[SesServer], None], *, readers: int = 1, begins: date | None = None, cast: bool = False
    ) -> Outcome:
        people = tmp_path / "people.csv"
        people.write_text("email\n" + "".join(f"r{n}@example.org\n" for n in range(readers)), "utf-8")
        script = Script(
            sessions=ROOT / "local" / "examples" / "archive.txt",
            subscribers=people,
            folder=tmp_path / "demo",
            series_folder=series_folder,
            begins=begins,
            ses=ses,
            cast=cast,
        )
        outcome = run(script, progress=lambda _part, _words: None)
        for campaign in outcome.report["campaigns"]:
            sums = (campaign[name] for name in ("accepted", "skipped", "failed", "unknown"))
            assert sum(sums) == campaign["audience"] == readers
            assert {"unfinished", "stage"} & campaign.keys() == set()
        assert len(outcome.report["campaigns"]) == (2 if begins else 3)
        return outcome

    return rehearse


def column(outcome: Outcome, name: str) -> list[int]:
    """One number of each campaign."""
    return [campaign[name] for campaign in outcome.report["campaigns"]]


def test_what_ses_never_takes_is_tried_until_it_is_too_late(rehearsed: Callable[..., Outcome]) -> None:
    """Then it is skipped, and the rehearsal, which begins on the session's day, comes to an end."""

    def throttled(ses: SesServer) -> None:
        ses.faults.share(Fault.THROTTLED, 1.0)

    outcome = rehearsed(throttled, begins=date(2024, 4, 18))
    assert column(outcome, "skipped") == [1, 1]
    assert (outcome.report["mails"], outcome.notes) == (0, [])


def test_readers_whose_mails_do_not_come_give_up(rehearsed: Callable[..., Outcome]) -> None:
    """Nobody is on the list without the mail to confirm; the timeline says who could not go on, and the month ends."""
    outcome = rehearsed(lambda ses: ses.faults.share(Fault.THROTTLED, 1.0), cast=True)
    page = outcome.page.read_text("utf-8")
    assert column(outcome, "skipped") == [1, 1, 1]
    assert "Ngaio can’t join: no confirm has come." in page
    assert "Rhian can’t press the button: no confirm has come." in page
    assert outcome.report["mails"] == 0


def test_lost_answers_are_settled_by_events(rehearsed: Callable[..., Outcome]) -> None:
    """Nobody is unknown in the end, and the report tells how many were."""

    def lossy(ses: SesServer) -> None:
        ses.faults.share(Fault.ERROR_AFTER, 1.0)

    outcome = rehearsed(lossy)
    assert column(outcome, "accepted") == [1, 1, 1]
    assert outcome.report["lost"] == {"answers": 3, "settled_by_events": 3, "events": 0}
    assert (outcome.report["mails"], outcome.notes) == (3, [])


def test_where_events_are_lost_too_nobody_knows_and_it_is_shown(rehearsed: Callable[..., Outcome]) -> None:
    """Nothing goes out again by itself; a note, the timeline and the report say so."""

    def silent(ses: SesServer) -> None:
        ses.faults.share(Fault.DROPPED_AFTER, 1.0)
        ses.post.lose(1.0)

    outcome = rehearsed(silent)
    assert column(outcome, "unknown") == [1, 1, 1]
    assert outcome.report["lost"] == {"answers": 3, "settled_by_events": 0, "events": 6}
    assert outcome.report["mails"] == 3
    assert next(note[:33] for note in outcome.notes) == "2024-04/invite: the answer to 1 m"
    assert "no event has told whether SES took it" in outcome.page.read_text("utf-8")


def test_a_small_daily_quota_is_waited_for(rehearsed: Callable[..., Outcome]) -> None:
    """A mail or two a day: the campaigns wait, say until when, and nobody's hand is needed."""

    def small(ses: SesServer) -> None:
        ses.limits.daily = 3

    outcome = rehearsed(small, readers=4)
    assert column(outcome, "accepted")[0] == 4
    assert "daily quota is used up, until" in outcome.page.read_text("utf-8")
