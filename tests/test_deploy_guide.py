"""What an operator reads in docs/deploy.md is what the template asks and the commands say."""

from __future__ import annotations

import math
import re

import pytest

from convener.campaigns import WaitReason
from convener.delivery.campaign_updates import MAX_LOST_IN_A_ROW
from convener.delivery.pacing import RESERVE
from convener.delivery.stopping import MIN_BOUNCES, MIN_COMPLAINTS
from local.commands.campaign.words import STOPPED, WAITS
from tests.support.sam_template import SAM

GUIDE = " ".join((SAM.path.parent / "docs" / "deploy.md").read_text(encoding="utf-8").split())
WORDS = ("none", "one", "two", "three", "four", "five")
PASSING = {WaitReason.RESUMED, WaitReason.OPERATOR}  # nobody has to do anything about these


@pytest.mark.parametrize("parameter", SAM.parameters)
def test_every_parameter_is_in_the_guide(parameter: str) -> None:
    """Who is asked for it finds what to answer."""
    assert parameter in GUIDE


@pytest.mark.parametrize("why", [*WAITS, *STOPPED])
def test_every_reason_to_wait_or_stop_is_in_the_guide(why: WaitReason) -> None:
    """In the words that `campaign list` begins with."""
    if why not in PASSING:
        words = WAITS[why].partition(",")[0].partition(";")[0] if why in WAITS else f"stopped {STOPPED[why]}"
        assert words.partition(" at present")[0].partition(":")[0] in GUIDE, why


def test_the_numbers_in_the_guide_are_the_codes() -> None:
    """Lost answers, complaints and bounces that are too many."""
    assert f"{WORDS[MAX_LOST_IN_A_ROW]} in a row" in GUIDE
    assert f"{WORDS[MIN_COMPLAINTS]} complaints" in GUIDE
    assert f"{WORDS[MIN_BOUNCES]} permanent bounces" in GUIDE


def test_the_rates_in_the_guide_are_what_pacing_makes_of_them() -> None:
    """By default: in the sandbox, at SES's usual first rate, and what DeliverConcurrency should be for more."""
    part = SAM.parameters["SendRateShare"]["Default"] * (1 - RESERVE)
    assert f"{100 * part:.0f} %" in GUIDE
    assert f"{200 * part:.0f} mails a day" in GUIDE
    assert f"of the usual 14 a second it makes {'ten' if int(14 * part) == 10 else 14 * part}" in GUIDE
    told = re.search(r"let it be ([\d.]+) × that rate, rounded up: (\d+) for 50 a second, (\d+) for 100", GUIDE)
    assert told
    factor, *examples = (float(number) for number in told.groups())
    assert part / 10 <= factor < 1.2 * part / 10, "each hands over about ten a second"
    assert examples == [math.ceil(50 * factor), math.ceil(100 * factor)]
    assert 25 * part <= 10 * SAM.parameters["DeliverConcurrency"]["Default"] < 30 * part
