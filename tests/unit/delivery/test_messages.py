"""Messages of the work queues: valid messages are read, and all others are refused in words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convener.campaigns import campaign_id
from convener.delivery.chunks import chunk_ref
from convener.delivery.messages import ChunkMessage, read_chunk, read_shard
from convener.errors import BadInput
from convener.mailing_types import MailingType, mailing_types
from convener.subscribers.models import SHARDS

ID = "2024-04/invite"
NESTED = "[" * 100_000


@given(st.sampled_from(mailing_types()), st.integers(1, 99), st.sampled_from(SHARDS), st.integers(1, 10**9 - 1))
def test_every_campaign_shard_and_chunk_can_be_read(kind: MailingType, number: int, shard: str, place: int) -> None:
    """This holds for every id that the code derives."""
    campaign = campaign_id("2024-04b", kind, number)
    assert read_shard(json.dumps({"campaign": campaign, "shard": shard})) == (campaign, shard)
    ref = chunk_ref(shard, place)
    plain, probe = {"campaign": campaign, "chunk": ref}, {"campaign": campaign, "chunk": ref, "probe": True}
    assert read_chunk(json.dumps(plain)) == ChunkMessage(campaign=campaign, chunk=ref)
    assert read_chunk(json.dumps(probe)) == ChunkMessage(campaign=campaign, chunk=ref, probe=True)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "no JSON"),
        ("someone@example.org", "no JSON"),
        (NESTED, "no JSON"),
        ("[]", "no JSON object"),
        ("{}", "no 'campaign'"),
        (json.dumps({"campaign": 5}), "no 'campaign'"),
        (json.dumps({"campaign": ID}), "no '(chunk|shard)'"),
        (json.dumps({"campaign": ID, "chunk": "a-1", "shard": "g"}), "no '(chunk|shard)'"),
        (json.dumps({"campaign": f"{ID}\n", "chunk": "a-00001", "shard": "a"}), "no 'campaign'"),
    ],
)
def test_any_other_message_is_bad_input(body: str, words: str) -> None:
    """There is no KeyError, and the error repeats nothing of the message."""
    read: Any
    for read in (read_shard, read_chunk):
        with pytest.raises(BadInput, match=words) as caught:
            read(body)
        assert "@" not in str(caught.value)


def test_a_probe_is_true_or_false() -> None:
    """No other value is taken for true or false."""
    with pytest.raises(BadInput, match="neither true nor false"):
        read_chunk(json.dumps({"campaign": ID, "chunk": "a-00001", "probe": "no"}))


@given(st.text() | st.recursive(st.none() | st.text(), lambda inner: st.dictionaries(st.text(), inner)).map(json.dumps))
def test_nothing_but_bad_input_is_raised(body: str) -> None:
    """This holds for any text."""
    for read in (read_shard, read_chunk):
        with pytest.raises(BadInput):
            read(body)
