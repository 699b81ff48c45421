"""`convener campaign pause|resume|stop|resend-unknown` and `convener series pause|resume`."""

from __future__ import annotations

from typing import Any

import pytest
from click.testing import CliRunner

from convener.campaigns import Stage, WaitReason
from local.commands import asking
from local.commands.campaign import campaign
from local.commands.series import series
from tests.support.campaign_context import ID, FakePlace, run
from tests.support.people import OPENED


def test_pause_and_resume_say_what_happens_next() -> None:
    """One waits for a person, the other for the next tick."""
    place = FakePlace()
    paused = run(campaign, place, "pause", ID)
    assert paused.stdout == (f"{ID}: waits: an operator paused it; continues after `convener campaign resume`.\n")
    resumed = run(campaign, place, "resume", ID)
    assert "the first tick from Thursday 4 April 2024, 10:00 UK time on continues it" in resumed.stdout
    assert (place.campaign.why, paused.exit_code, resumed.exit_code) == (WaitReason.RESUMED, 0, 0)


def test_what_can_not_be_done_is_said() -> None:
    """Status 2, in words."""
    result = run(campaign, FakePlace(), "resume", ID)
    assert (result.exit_code, result.stderr) == (2, f"Error: {ID} does not wait: there is nothing to resume.\n")


@pytest.mark.parametrize("command", ["stop", "resend-unknown"])
def test_what_can_not_be_undone_wants_a_yes(command: str) -> None:
    """Where nobody is at a terminal, --yes; nothing is changed without."""
    place = FakePlace()
    result = run(campaign, place, command, ID)
    assert (result.exit_code, place.campaign.version) == (2, 0)
    assert "give --yes. Nothing was changed." in result.stderr
    assert run(campaign, place, command, ID, "--yes").exit_code == 0
    assert place.campaign.version == 1


@pytest.mark.parametrize(("answer", "status", "stage"), [("y", 0, Stage.STOPPED), ("n", 1, Stage.SENDING)])
def test_at_a_terminal_it_is_asked(answer: str, status: int, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the number of mails that will not leave."""
    monkeypatch.setattr(asking, "at_a_terminal", lambda: True)
    place = FakePlace()
    result = CliRunner().invoke(campaign, ["stop", ID], obj=place, input=f"{answer}\n")
    assert "Stop 2024-04/invite for good? 1 of its mails is still to be sent, and never will be." in result.stderr
    assert (result.exit_code, place.campaign.stage) == (status, stage)


@pytest.mark.parametrize(
    ("command", "changes", "words"),
    [
        ("stop", {"stage": Stage.DONE}, "is done: nothing is left to stop."),
        ("resend-unknown", {"stage": Stage.STOPPED, "why": WaitReason.OPERATOR}, "is stopped for good"),
        ("resend-unknown", {"too_late_at": OPENED}, "its time ended on 2024-04-04 at 09:00 (BST)."),
    ],
)
def test_nobody_is_asked_what_is_refused_anyway(command: str, changes: dict[str, Any], words: str) -> None:
    """The refusal comes instead of the question, with times in the series' zone."""
    result = run(campaign, FakePlace(**changes), command, ID)
    assert (result.exit_code, words in result.stderr, "--yes" in result.stderr) == (2, True, False)


def test_nobody_is_asked_where_nothing_is_unknown_or_all_is_stopped() -> None:
    """There is nothing to be sure about."""
    place = FakePlace()
    place.kept.chunk_items.clear()
    result = run(campaign, place, "resend-unknown", ID)
    assert (result.exit_code, result.stdout) == (0, "No mail is unknown: nothing is sent again.\n")
    stopped = run(campaign, FakePlace(stage=Stage.STOPPED, why=WaitReason.OPERATOR, totals={"audience": 7}), "stop", ID)
    assert (stopped.exit_code, stopped.stdout) == (0, f"{ID}: stopped by an operator.\n")


def test_a_stop_says_what_the_tick_will_do() -> None:
    """What had not left is skipped by the tick, not by the command."""
    result = run(campaign, FakePlace(), "stop", ID, "--yes")
    assert f"{ID}: stopped by an operator; the tick is skipping the mails that had not left." in result.stdout
    assert "Within 15 minutes" in result.stdout


def test_a_resend_says_how_many() -> None:
    """Those that will be sent, those that are too young, those asked for before; and nothing where nothing is lost."""
    place = FakePlace(stage=Stage.DONE, totals={"audience": 7})
    place.kept.unreadable = {f"{ID} 3-00001": "a newer version wrote it"}
    first = run(campaign, place, "resend-unknown", ID, "--yes")
    assert "1 mail will be sent again." in first.stdout
    assert "1 mail left: events may still settle them. Run the command again in 30 minutes." in first.stdout
    assert "continues it" in first.stdout
    assert "3-00001 was left out" in first.stderr
    assert "1 mail had been requested before." in run(campaign, place, "resend-unknown", ID, "--yes").stdout
    place.kept.chunk_items.clear()
    assert "No mail is unknown" in run(campaign, place, "resend-unknown", ID, "--yes").stdout


def test_the_series_is_paused_and_goes_on() -> None:
    """Both say since when; a resume without a pause changes nothing."""
    place = FakePlace()
    assert "paused since Thursday 4 April 2024, 10:00 UK time" in run(series, place, "pause").stdout
    assert place.kept.paused_since() is not None
    assert (
        "The series continues; it was paused since Thursday 4 April 2024, 10:00" in run(series, place, "resume").stdout
    )
    assert place.kept.paused_since() is None
    assert "nothing was changed" in run(series, place, "resume").stdout
