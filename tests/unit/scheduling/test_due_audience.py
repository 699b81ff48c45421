"""A mailing for the readers of an earlier campaign: the registry's audience REACHED, under any departure rule."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from convener.campaigns import Stage
from convener.mailing_types import Audience, MailingType
from convener.scheduling.due import DueMailing, WaitingMailing, plan
from tests.support.made_up_types import made_up, registered
from tests.support.people import campaign, session
from tests.support.planning import SERIES


@pytest.fixture
def kind() -> Iterator[MailingType]:
    row = made_up(departure="reminder", audience=Audience.REACHED, follows="invite")
    with registered(row):
        yield row


def planned(kind: MailingType, *stages: Stage) -> DueMailing | WaitingMailing | None:
    campaigns = [campaign(stage=stage) for stage in stages]
    return next((item for item in plan([session()], campaigns, SERIES) if item.kind == kind), None)


def test_it_goes_to_those_whom_the_earlier_campaign_reached(kind: MailingType) -> None:
    """The plan names the earlier campaign, so that fan-out asks its chunks and not the whole list."""
    item = planned(kind, Stage.DONE)
    assert isinstance(item, DueMailing)
    assert item.reached_by == "2024-04/invite"


def test_it_waits_until_the_earlier_campaign_has_ended(kind: MailingType) -> None:
    """Before that nobody knows yet whom the earlier campaign reaches."""
    assert isinstance(planned(kind, Stage.SENDING), WaitingMailing)


def test_without_an_earlier_campaign_nobody_gets_it(kind: MailingType) -> None:
    """A missing or stopped campaign must not turn the audience into everybody."""
    assert planned(kind) is None
    assert planned(kind, Stage.STOPPED) is None
