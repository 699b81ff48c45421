"""In any order of ticks, deaths, claims, events and commands, states only rise, and every campaign ends."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convener.campaigns import Campaign, Stage, WaitReason
from convener.delivery.campaign_updates import turn
from convener.delivery.chunks import Chunk, Cursor
from convener.delivery.expiry import moment_of
from convener.delivery.states import RESEND, DeliveryState, RecipientState
from convener.errors import ConvenerError
from tests.support.fakes import FakeLedger
from tests.support.people import OPENED
from tests.support.shaky import Shaky
from tests.support.sweeping import ID, LEASE, World, world

entries = st.one_of(
    st.sampled_from(
        [
            RecipientState(),
            RecipientState(DeliveryState.RETRY, 1, 50, "throttled"),
            RecipientState(DeliveryState.UNKNOWN, 1, 50, RESEND),
        ]
    ),
    st.builds(RecipientState, st.sampled_from(DeliveryState), st.integers(1, 3), st.integers(0, 3000)),
)
chunks = st.lists(st.lists(entries, min_size=1, max_size=4), max_size=4)
fates = st.lists(st.sampled_from([0] * 6 + [1, 2, 3, 4, 5]), max_size=60)
steps = st.lists(
    st.sampled_from(["tick", "tick", "tick", "claim", "event", "pause", "resume", "stop", "series", "wait", "lost"]),
    max_size=14,
)
WAIT = {"wait": WaitReason.QUOTA, "lost": WaitReason.LOST_ANSWERS, "pause": WaitReason.PAUSED}


def step(what: str, swept: World, now: datetime) -> None:
    """Change the ledger as others do between two ticks."""
    ledger: FakeLedger = swept.ledger
    going = swept.campaign.stage in (Stage.OPEN, Stage.SENDING)
    if what in WAIT and going:
        turn(ledger, ID, lambda known: known.turned(Stage.WAITING, why=WAIT[what], until=now))
    elif what == "resume" and swept.campaign.stage is Stage.WAITING:
        turn(ledger, ID, lambda known: known.turned(Stage.WAITING, why=WaitReason.RESUMED, until=now))
    elif what == "stop" and swept.campaign.stage is not Stage.DONE:
        turn(ledger, ID, lambda known: None if known.stage is Stage.STOPPED else known.turned(Stage.STOPPED))
    elif what == "series":
        ledger.series_paused_since = None if ledger.series_paused_since else now
    elif what in ("claim", "event") and ledger.chunk_items:
        chunk = next(iter(ledger.chunk_items.values()))
        at = int((now - OPENED).total_seconds())
        if what == "claim" and going and chunk.claimable():
            place = chunk.claimable()[0]
            ledger.save(chunk.with_entries({place: chunk.entries[place].claimed("mine", at)}), messages={})
        elif what == "event":
            ledger.save(chunk.with_entries({0: chunk.entries[0].merged(_delivered(chunk, at))}), messages={})


def _delivered(chunk: Chunk, at: int) -> RecipientState:
    return RecipientState(DeliveryState.DELIVERED, max(1, chunk.entries[0].attempt), at)


def check(before: dict[tuple[str, str], Chunk], was: Campaign, swept: World, now: datetime) -> None:
    """Assert what no tick may do."""
    for key, chunk in before.items():
        for earlier, later in zip(chunk.entries, swept.ledger.chunk_items[key].entries, strict=True):
            assert (later.attempt, later.state.rank) >= (earlier.attempt, earlier.state.rank)
            changed = later != earlier
            over = earlier.state is DeliveryState.SENDING and moment_of(was, earlier) + LEASE <= now
            assert not changed or (over and later.state is DeliveryState.UNKNOWN and later.attempt == earlier.attempt)
    is_now = swept.campaign
    assert is_now.version >= was.version
    assert was.stage is not Stage.STOPPED or is_now.stage is Stage.STOPPED
    assert is_now.stage is not Stage.WAITING or is_now.why
    assert was.why is not WaitReason.PAUSED or is_now.stage is not Stage.SENDING
    assert not is_now.ended or not any(chunk.unfinished for chunk in swept.ledger.chunk_items.values())


def work(swept: World, now: datetime) -> None:
    """Work without faults: fan-out ends, delivery sends or skips every queued mail, and probes are answered."""
    ledger, queues = swept.ledger, swept.queues
    for name, shard in queues.shards:
        ledger.cursor_items[name, shard] = Cursor(shard=shard, finished=True)
    at = int((now - OPENED).total_seconds())
    for name, ref, _ in queues.chunks:
        chunk = ledger.chunk_items[name, ref]
        stage = swept.campaign.stage
        if stage is Stage.STOPPED or (stage is Stage.SENDING and ledger.series_paused_since is None):
            done = {
                n: RecipientState(DeliveryState.ACCEPTED, chunk.entries[n].attempt + 1, at) for n in chunk.claimable()
            }
            ledger.save(chunk.with_entries(done), messages={})
    if queues.probes and swept.campaign.why is WaitReason.LOST_ANSWERS:
        turn(ledger, ID, lambda known: known.turned(Stage.WAITING, why=WaitReason.RESUMED, until=now))
    queues.shards, queues.chunks, queues.probes = [], [], []


@given(chunks, steps, fates, st.sampled_from([Stage.OPEN, Stage.SENDING]), st.booleans())
def test_states_only_rise_and_everything_ends(
    parts: list[list[RecipientState]], story: list[str], drawn: list[int], stage: Stage, fanned_out: bool
) -> None:
    """Failing ticks change no claim within its lease, and after ticks without faults no work is left."""
    swept = world(*parts, stage=stage, finished=fanned_out)
    fate = iter(drawn)
    shaky = World(ledger=Shaky(swept.ledger, lambda: next(fate, 0)), queues=Shaky(swept.queues, lambda: next(fate, 0)))
    now = OPENED + timedelta(minutes=20)
    for what in story:
        if what != "tick":
            step(what, swept, now)
            continue
        before, was = dict(swept.ledger.chunk_items), swept.campaign
        with suppress(ConvenerError):  # a tick that can't even begin is repeated
            shaky.sweep(now)
        check(before, was, swept, now)
        now += timedelta(minutes=7)
    for _ in range(40):
        before, was = dict(swept.ledger.chunk_items), swept.campaign
        swept.sweep(now)
        check(before, was, swept, now)
        work(swept, now)
        now += timedelta(minutes=15)
    is_now = swept.campaign
    held = swept.ledger.series_paused_since or is_now.why is WaitReason.PAUSED
    assert is_now.ended or (is_now.stage is Stage.WAITING and held)


def test_the_check_itself_can_fail() -> None:
    """It reports a changed claim within its lease, and a state that falls."""
    swept = world([RecipientState(DeliveryState.SENDING, 1, 60)])
    before, now = dict(swept.ledger.chunk_items), OPENED + timedelta(minutes=2)
    for wrong in (RecipientState(DeliveryState.UNKNOWN, 1, 120), RecipientState(DeliveryState.PENDING)):
        chunk = before[ID, "0-00001"]
        swept.ledger.chunk_items[ID, "0-00001"] = chunk.with_entries({0: wrong})
        with pytest.raises(AssertionError):
            check(before, swept.campaign, swept, now)
