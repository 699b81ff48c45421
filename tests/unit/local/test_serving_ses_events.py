from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from convener.aws.mailer import request
from convener.delivery.events import read_event
from convener.delivery.mail import Mail
from convener.delivery.states import State
from local.serving.ses_events import ending

NOW = datetime(2024, 4, 4, 8, tzinfo=UTC)
TAGS = {"campaign": "2024-04_invite", "chunk": "a-00001", "recipient": "a" * 32, "attempt": "1"}


@pytest.mark.parametrize(
    ("address", "state"),
    [
        ("reader@example.org", State.DELIVERED),
        ("bounce@example.org", State.DELIVERED),
        ("success@simulator.amazonses.com", State.DELIVERED),
        ("bounce+one@simulator.amazonses.com", State.BOUNCED),
        ("complaint@simulator.amazonses.com", State.COMPLAINED),
    ],
)
def test_feedback_reads_what_is_played_here(address: str, state: State) -> None:
    """The reader of real events finds the mail, its end and its time in each that the local stack makes."""
    mail = Mail(sender="c@mail.kindness.example", recipient=address, raw=b"", tags=TAGS)
    event = read_event(json.dumps(ending(request(mail, "set"), "id-1", NOW)), configuration_set="set")
    assert event is not None
    assert (event.state, event.message_id, event.at) == (state, "id-1", NOW)
    assert (event.campaign, event.chunk, event.recipient) == ("2024-04/invite", "a-00001", "a" * 32)
