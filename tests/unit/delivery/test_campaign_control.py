"""An operator's commands for campaigns and for the series."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from convener.campaigns import Stage, WaitReason
from convener.errors import BadInput
from tests.support.campaign_context import HOUR, ID, FakePlace
from tests.support.people import OPENED

NOW = OPENED + HOUR
ENDED: dict[str, dict[str, Any]] = {
    "done": {"stage": Stage.DONE, "totals": {"audience": 7}},
    "stopped": {"stage": Stage.STOPPED, "why": WaitReason.COMPLAINTS},
    "stopped and closed": {"stage": Stage.STOPPED, "why": WaitReason.OPERATOR, "totals": {"audience": 7}},
}
GOING: dict[str, dict[str, Any]] = {
    "open": {"stage": Stage.OPEN},
    "sending": {"stage": Stage.SENDING},
    "quota": {"stage": Stage.WAITING, "why": WaitReason.QUOTA, "until": NOW + HOUR},
    "lost": {"stage": Stage.WAITING, "why": WaitReason.LOST_ANSWERS, "until": NOW, "lost": 5},
}


@pytest.mark.parametrize("changes", GOING.values(), ids=GOING)
def test_a_pause_holds_in_every_stage(changes: dict[str, Any]) -> None:
    """The campaign waits for the operator alone, and a second pause writes nothing."""
    place = FakePlace(**changes)
    paused = place.steering.pause(ID)
    assert (paused.stage, paused.why, paused.until, paused.version) == (Stage.WAITING, WaitReason.PAUSED, None, 1)
    assert place.steering.pause(ID) == place.campaign == paused


@pytest.mark.parametrize("changes", ENDED.values(), ids=ENDED)
def test_an_ended_campaign_is_neither_paused_nor_resumed(changes: dict[str, Any]) -> None:
    """The refusal is in words, and nothing is written."""
    place = FakePlace(**changes)
    for act in (place.steering.pause, place.steering.resume):
        with pytest.raises(BadInput, match=r"is (done|stopped for good)"):
            act(ID)
    assert place.campaign.version == 0


@pytest.mark.parametrize("why", [why for why in WaitReason if why not in (WaitReason.RESUMED, WaitReason.SERIES)])
def test_resuming_ends_any_wait(why: WaitReason) -> None:
    """The next tick finds the wait over, and a second command writes nothing."""
    place = FakePlace(stage=Stage.WAITING, why=why, until=NOW + HOUR)
    resumed = place.steering.resume(ID)
    assert (resumed.stage, resumed.why, resumed.until) == (Stage.WAITING, WaitReason.RESUMED, NOW)
    assert place.steering.resume(ID).version == resumed.version == 1


@pytest.mark.parametrize("changes", [GOING["open"], GOING["sending"]], ids=["open", "sending"])
def test_a_campaign_that_does_not_wait_is_not_resumed(changes: dict[str, Any]) -> None:
    """The refusal is in words; the command must not make the campaign wait."""
    place = FakePlace(**changes)
    with pytest.raises(BadInput, match="does not wait"):
        place.steering.resume(ID)


def test_a_paused_series_is_resumed_as_a_whole() -> None:
    """One campaign can't be resumed while the series is paused, but can be once the pause is over."""
    place = FakePlace(stage=Stage.WAITING, why=WaitReason.SERIES)
    place.steering.pause_series()
    with pytest.raises(BadInput, match="the whole series is paused"):
        place.steering.resume(ID)
    place.steering.resume_series()
    assert place.steering.resume(ID).why is WaitReason.RESUMED


@pytest.mark.parametrize("changes", GOING.values(), ids=GOING)
def test_a_stop_is_for_good(changes: dict[str, Any]) -> None:
    """It holds in every stage. A second stop, and a stop after the campaign stopped itself, change nothing."""
    place = FakePlace(**changes)
    stopped = place.steering.stop(ID)
    assert (stopped.stage, stopped.why, stopped.ended) == (Stage.STOPPED, WaitReason.OPERATOR, False)
    assert place.steering.stop(ID) == stopped
    by_itself = FakePlace(**ENDED["stopped"])
    assert by_itself.steering.stop(ID).why is WaitReason.COMPLAINTS


def test_a_done_campaign_is_not_stopped() -> None:
    """No mail is left to stop."""
    with pytest.raises(BadInput, match="nothing is left to stop"):
        FakePlace(**ENDED["done"]).steering.stop(ID)


@pytest.mark.parametrize("act", ["pause", "resume", "stop", "resend_unknown"])
def test_a_missing_campaign_is_refused(act: str) -> None:
    """This holds for every command."""
    with pytest.raises(BadInput, match="There is no campaign 2031-01/invite"):
        getattr(FakePlace().steering, act)("2031-01/invite")


def test_the_series_keeps_the_moment_of_its_first_pause() -> None:
    """A second pause changes nothing, and a resume without a pause returns None."""
    place = FakePlace()
    assert place.steering.pause_series() == NOW
    place.time.sleep(3600)
    assert place.steering.pause_series() == place.kept.paused_since() == NOW
    assert place.steering.resume_series() == NOW
    assert place.steering.resume_series() is place.kept.paused_since() is None


def test_a_command_is_not_lost_to_a_faster_writer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where delivery changed the campaign in between, the pause is decided again on the stored campaign."""
    place = FakePlace()
    read = place.kept.campaign

    def after_another(name: str) -> Any:
        known = read(name)
        if known and known.version == 0:
            until = datetime(2024, 4, 5, tzinfo=UTC) + timedelta(hours=1)
            place.kept.turn(known.turned(Stage.WAITING, why=WaitReason.QUOTA, until=until))
        return known

    monkeypatch.setattr(place.kept, "campaign", after_another)
    assert place.steering.pause(ID).why is WaitReason.PAUSED
    assert (place.campaign.why, place.campaign.version) == (WaitReason.PAUSED, 2)
