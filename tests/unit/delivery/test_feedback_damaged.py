"""Damaged events, and events of a newer SES: each gets a reason, and none stops a batch."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convener.delivery.events import read_event
from convener.errors import BadInput
from tests.support import ses_events
from tests.support.people import subscriber
from tests.support.ses_events import SET, WHO, tags_for

OURS = tags_for(subscriber(0x1A).id, chunk="a-00001")


def changed(path: str, value: Any, what: str = "bounced") -> dict[str, Any]:
    """Return a valid event with one value changed."""
    return ses_events.changed(path, value, what, tags=OURS)


@pytest.mark.parametrize(
    "event",
    [
        "",
        "this is no JSON",
        "[]",
        "null",
        '"text"',
        "[" * 100_000,
        changed("source", "aws.s3"),
        changed("detail", None),
        changed("detail", [1]),
        changed("detail/mail", None),
        changed("detail/mail/tags", ["campaign"]),
        changed("detail/mail/tags/ses:configuration-set", SET),
        changed("detail/mail/tags/campaign", "2024-04_invite"),
        changed("detail/mail/tags/campaign", ["2024-04/invite"]),
        changed("detail/mail/tags/chunk", None),
        changed("detail/mail/tags/chunk", ["a-1"]),
        changed("detail/mail/tags/chunk", ["a-00001-2"]),
        changed("detail/mail/tags/recipient", []),
        changed("detail/mail/tags/recipient", [WHO]),
        changed("detail/mail/tags/attempt", ["0"]),
        changed("detail/mail/tags/attempt", ["٣"]),
        changed("detail/mail/tags/attempt", ["1", "2"]),
        changed("detail/mail/messageId", None),
        changed("detail/mail/messageId", 7),
        changed("detail/eventType", None),
        changed("detail/eventType", "Foretelling"),
        changed("detail/eventType", ["Bounce"]),
        changed("detail/bounce", None),
        changed("detail/bounce/bounceType", None),
        changed("detail/bounce/bounceType", "Perhaps"),
        changed("detail/bounce/timestamp", "yesterday"),
        changed("detail/bounce/timestamp", 1712217600),
        changed("detail/complaint", None, "complaint"),
        changed("detail/delivery", None, "delivered"),
        changed("detail/mail/timestamp", None, "sent"),
    ],
)
def test_the_reason_of_a_bad_event_repeats_nothing_of_it(event: Any) -> None:
    """The reason goes to the log, which must hold no address."""
    with pytest.raises(BadInput) as raised:
        read_event(event if isinstance(event, str) else json.dumps(event), configuration_set=SET)
    assert len(str(raised.value)) > 20
    for secret in (WHO, "Foretelling", "yesterday", "Perhaps", "@"):
        assert secret not in str(raised.value)


scraps = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just(["Send"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
PLACES = [
    "source",
    "detail",
    "detail/eventType",
    "detail/mail",
    "detail/mail/tags",
    "detail/mail/tags/chunk",
    "detail/mail/tags/attempt",
    "detail/mail/timestamp",
    "detail/bounce",
    "detail/bounce/bounceType",
    "detail/bounce/bounceSubType",
    "detail/bounce/timestamp",
]


@given(st.sampled_from(PLACES), scraps)
def test_any_event_is_read_or_refused(path: str, scrap: Any) -> None:
    """Reading raises nothing but BadInput, so no value stops the batch."""
    try:
        read_event(json.dumps(changed(path, scrap)), configuration_set=SET)
    except BadInput as reason:
        assert str(reason)  # noqa: PT017 - either is fine
