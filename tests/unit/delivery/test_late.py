"""The late addition: one mail, whatever is repeated, and in the ledger like every other mail."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from convener.campaigns import Stage, WaitReason
from convener.delivery.chunks import Chunk, new_chunk
from convener.delivery.late import Claimed, Declined, LateAddition, LateVerdict
from convener.delivery.states import RESEND, DeliveryState, RecipientState
from convener.errors import LostAnswer, Refused, Throttled
from convener.mailing_types import RECAP
from convener.subscribers.models import SubscriberStatus
from local.virtual_clock import VirtualClock
from tests.support.fake_pacing import FakeRecipientLookup
from tests.support.fake_subscribers import FakeSubscribers
from tests.support.fakes import FakeEditions, FakeLedger, FakeLinks, FakeMailer
from tests.support.people import OPENED, campaign, edition, subscriber

ID = "2024-04/invite"
JOINED = OPENED + timedelta(hours=2)
SUBSCRIBER = subscriber(16, confirmed_at=JOINED)
BEGINS = edition().occasion.begins
LEASE = timedelta(minutes=15)


def world(row: Any = SUBSCRIBER, *, mailer: Any = None, ledger: Any = None, **changes: Any) -> Any:
    """Return a late addition to an invite that was opened before the subscriber joined."""
    ledger, editions, clock = ledger or FakeLedger(), FakeEditions(), VirtualClock(JOINED + timedelta(seconds=5))
    ledger.campaigns[ID] = campaign(edition=editions.put(edition()), **changes)
    return LateAddition(
        ledger=ledger,
        lookup=FakeRecipientLookup(ledger, FakeSubscribers([row])),
        editions=editions,
        mailer=mailer or FakeMailer(),
        links=FakeLinks(),
        clock=clock,
        lease=LEASE,
    )


def claimed(late: Any) -> Claimed:
    """Claim the subscriber's mail, and expect to get it."""
    found = late.claim(ID, SUBSCRIBER.id)
    assert isinstance(found, Claimed), found
    return found


def declined(late: Any) -> tuple[LateVerdict, str]:
    """Claim the subscriber's mail, and expect a refusal."""
    found = late.claim(ID, SUBSCRIBER.id)
    assert isinstance(found, Declined), found
    return found.verdict, found.reason


def entry(late: Any, ref: str = "") -> RecipientState:
    """Return the subscriber's entry in the ledger's only chunk, or in the named one."""
    chunks = late.ledger.chunk_items
    only: Chunk = chunks[ID, ref] if ref else next(iter(chunks.values()))
    return only.entries[0]


def holding(state: RecipientState, ref_number: int = 1) -> FakeLedger:
    """Return a ledger in which fan-out's chunk holds the subscriber."""
    ledger = FakeLedger()
    chunk = new_chunk(ID, "0", ref_number, [SUBSCRIBER.id])
    ledger.chunk_items[ID, chunk.ref] = replace(chunk, entries=(state,))
    return ledger


def test_the_mail_is_sent_once_and_recorded() -> None:
    """It is claimed in a chunk of its own, with tags by which events find it; a repeated message sends nothing."""
    late = world()
    claim = claimed(late)
    assert entry(late).state is DeliveryState.SENDING
    assert claim.chunk.late
    assert claim.mail.tags == {
        "campaign": "2024-04_invite",
        "chunk": claim.chunk.ref,
        "recipient": SUBSCRIBER.id,
        "attempt": "1",
    }
    assert declined(late)[0] is LateVerdict.BUSY
    assert late.send(claim).state is DeliveryState.ACCEPTED
    assert entry(late).state is DeliveryState.ACCEPTED
    assert declined(late) == (LateVerdict.WELCOMED, "accepted")
    assert len(late.mailer.sent) == 1


def test_an_expired_claim_is_unknown_and_not_repeated() -> None:
    """This holds although the campaign is done: the worker died, perhaps after the mail had left."""
    late = world(stage=Stage.DONE)
    claimed(late)
    late.clock.sleep(LEASE.total_seconds())
    assert declined(late) == (LateVerdict.WELCOMED, "unknown")
    assert (entry(late).state, entry(late).note) == (DeliveryState.UNKNOWN, "lease-over")


@pytest.mark.parametrize(
    ("error", "state", "after"),
    [
        (LostAnswer("time-out"), DeliveryState.UNKNOWN, LateVerdict.WELCOMED),
        (Throttled("too fast"), DeliveryState.RETRY, None),
        (Refused("no"), DeliveryState.FAILED, None),
    ],
)
def test_the_answer_of_ses_is_recorded(error: Exception, state: DeliveryState, after: LateVerdict | None) -> None:
    """A mail that may have left is not repeated; a mail that did not leave may be claimed again, in the same chunk."""

    def fails(_mail: object) -> None:
        raise error

    late = world(mailer=FakeMailer(fails))
    assert late.send(claimed(late)).state is state
    assert entry(late).state is state
    if after:
        assert declined(late)[0] is after
    elif state is DeliveryState.RETRY:
        again = claimed(late)
        assert (again.mail.tags["attempt"], len(late.ledger.chunk_items)) == ("2", 1)
        late.give_back(again)
        assert entry(late).note == "given-back"


@pytest.mark.parametrize(
    ("changes", "row", "reason"),
    [
        ({"stage": Stage.STOPPED, "why": WaitReason.OPERATOR}, SUBSCRIBER, "stopped"),
        ({"stage": Stage.WAITING, "why": WaitReason.PAUSED}, SUBSCRIBER, "waits"),
        ({"opened_at": JOINED}, SUBSCRIBER, "not-late"),
        ({}, replace(SUBSCRIBER, kinds=frozenset({"recap"})), "not-wanted"),
        ({}, replace(SUBSCRIBER, paused_until=BEGINS), "paused"),
        ({}, replace(SUBSCRIBER, status=SubscriberStatus.LEFT), "left"),
        ({}, replace(SUBSCRIBER, id=subscriber(17).id), "gone"),
    ],
)
def test_no_mail_is_sent_to_a_subscriber_whom_it_is_not_for(changes: dict[str, Any], row: Any, reason: str) -> None:
    """Nothing is written, the reason is returned, and the welcome mail is an ordinary one."""
    late = world(row, **changes)
    assert declined(late) == (LateVerdict.NONE, reason)
    assert late.ledger.chunk_items == {}


def test_no_mail_leaves_after_the_beginning_or_while_the_series_is_paused() -> None:
    """Until then it leaves also where the campaign waits for a moment, or is done."""
    late = world(stage=Stage.WAITING, why=WaitReason.NIGHT)
    late.ledger.pause(JOINED)
    assert declined(late) == (LateVerdict.NONE, "waits")
    late.ledger.resume()
    late.clock.move_to(BEGINS)
    assert declined(late) == (LateVerdict.NONE, "too-late")
    late = world(stage=Stage.WAITING, why=WaitReason.NIGHT)
    assert isinstance(late.claim(ID, SUBSCRIBER.id), Claimed)


def test_only_an_invite_is_sent_as_a_welcome() -> None:
    """A recap from before the subscriber joined is not for them."""
    late = world()
    late.ledger.campaigns[ID] = replace(late.ledger.campaigns[ID], kind=RECAP)
    assert declined(late) == (LateVerdict.NONE, "no-invite")


@pytest.mark.parametrize(
    "state", [DeliveryState.ACCEPTED, DeliveryState.DELIVERED, DeliveryState.BOUNCED, DeliveryState.UNKNOWN]
)
def test_a_subscriber_who_joins_again_gets_no_second_invite(state: DeliveryState) -> None:
    """The welcome mail is an ordinary one."""
    late = world(ledger=holding(RecipientState(state, 1, 60, RESEND if state is DeliveryState.UNKNOWN else "")))
    assert declined(late) == (LateVerdict.REACHED, state.name.lower())


def test_an_entry_that_delivery_has_not_sent_is_claimed() -> None:
    """So delivery can't send a second mail. A skipped entry stays, and the late addition gets a chunk beside it."""
    late = world(ledger=holding(RecipientState()))
    assert claimed(late).chunk.ref == "0-00001"
    late = world(ledger=holding(RecipientState(DeliveryState.SKIPPED, 0, 60, "left")))
    assert claimed(late).chunk.late
    assert entry(late, "0-00001").state is DeliveryState.SKIPPED


@pytest.mark.parametrize("written", [True, False])
def test_a_claim_whose_answer_was_lost_is_read_again(written: bool) -> None:
    """Whether or not the claim was written, one mail leaves in the end."""

    class Losing(FakeLedger):
        lost = 1

        def add(self, chunk: Chunk) -> None:
            self.lost -= 1
            if self.lost < 0 or written:
                super().add(chunk)
            if self.lost >= 0:
                raise LostAnswer("dropped")

    late = world(ledger=Losing())
    assert late.send(claimed(late)).state is DeliveryState.ACCEPTED
    assert len(late.ledger.chunk_items) == 1
