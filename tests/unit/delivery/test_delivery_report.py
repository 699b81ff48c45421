"""The delivery report: the result for each recipient, and of each campaign for one subscriber."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from convener.delivery.chunks import late_chunk
from convener.delivery.delivery_report import ROWS_PER_READ, DeliveryReport, RecipientLine
from convener.delivery.reasons import REASON_WORDS, STATE_WORDS, reason_words
from convener.delivery.states import REMARKS, DeliveryState, RecipientState
from convener.subscribers.models import Subscriber, SubscriberStatus
from tests.support.campaign_context import ID, MANY, FakePlace, place_entries
from tests.support.fake_subscribers import FakeSubscribers
from tests.support.people import OPENED, campaign


def report_on(place: FakePlace) -> DeliveryReport:
    return DeliveryReport(ledger=place.kept, subscribers=place.people)


def lines(place: FakePlace) -> list[RecipientLine]:
    return list(report_on(place).recipients(place.campaign))


def test_every_recipient_has_one_line() -> None:
    """It has state, time, attempts, message id and reason, in the order of shard and position."""
    place = FakePlace()
    chunk = place.kept.chunk_items[ID, "0-00001"]
    place.kept.chunk_items[ID, "0-00001"] = replace(chunk, messages={0: "m-1"})
    found = lines(place)
    assert [line.state for line in found] == [*(entry.state for entry in MANY), DeliveryState.UNKNOWN]
    first, lost, waiting = found[0], found[3], found[4]
    assert (first.address, first.message_id, first.attempts) == ("reader16@example.org", "m-1", 1)
    assert first.at == OPENED + timedelta(seconds=70)
    assert (lost.reason, lost.message_id) == ("the answer of SES was lost; delivery was delayed", "")
    assert (waiting.state_words, waiting.at, waiting.attempts) == ("waiting", None, 0)


def test_an_erased_subscriber_has_a_line_without_an_address() -> None:
    """This holds where the row is gone, and where it has no address any more."""
    place = FakePlace()
    one, other, *_ = place.people.rows
    place.people.rows[one] = replace(place.people.rows[one], address="", status=SubscriberStatus.ERASED)
    del place.people.rows[other]
    assert [line.address for line in lines(place)][:3] == ["", "", "reader48@example.org"]


class Counting(FakeSubscribers):
    """Subscribers that remember how many ids each request had."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[int] = []

    def get(self, *, ids: Sequence[str]) -> Mapping[str, Subscriber]:
        self.asked.append(len(ids))
        return super().get(ids=ids)


def test_rows_are_read_a_hundred_at_a_time() -> None:
    """No request is larger, over chunks and shards, so memory does not grow with the list."""
    place, people = FakePlace(), Counting()
    for shard in "0123a":
        place_entries(place.kept, shard, [RecipientState()] * 50)
    assert len(list(DeliveryReport(ledger=place.kept, subscribers=people).recipients(place.campaign))) == 250
    assert people.asked == [ROWS_PER_READ, ROWS_PER_READ, 50]


def test_the_summary_is_complete_and_adds_up() -> None:
    """Sums, states, reasons and unknown mails are of the same moment."""
    place = FakePlace(totals={"audience": 99})
    summary = report_on(place).summarize(place.campaign)
    assert summary.sums == report_on(place).sums(ID)
    assert summary.sums == {"audience": 7, "accepted": 3, "skipped": 1, "failed": 0, "unknown": 2, "unfinished": 1}
    assert [line.recipient[0] for line in summary.unknown] == ["0", "a"]
    assert summary.reasons[DeliveryState.SKIPPED, "had left by then"] == 1
    assert (sum(summary.states.values()), summary.finished) == (7, 16)


def test_a_history_has_each_campaign_with_the_subscriber() -> None:
    """The campaigns are in the order of their opening, also for a subscriber without a row, and no others are in it."""
    place = FakePlace()
    place.kept.campaigns["2024-03/recap"] = campaign(id="2024-03/recap", opened_at=OPENED - timedelta(days=9))
    place.kept.campaigns["2024-04/reminder"] = campaign(id="2024-04/reminder", opened_at=OPENED + timedelta(days=9))
    [subscriber_id, *_] = place_entries(
        place.kept, "0", [RecipientState(DeliveryState.FAILED, 1, 5, "refused")], of="2024-03/recap"
    )
    place_entries(place.kept, "1", [RecipientState()], of="2024-04/reminder")
    place.people.rows.clear()
    found = list(report_on(place).history(subscriber_id))
    assert [(line.campaign, line.state_words) for line in found] == [("2024-03/recap", "failed"), (ID, "delivered")]


def test_every_state_and_remark_has_words() -> None:
    """No state or remark is forgotten when one is added."""
    assert STATE_WORDS.keys() == set(DeliveryState)
    assert REASON_WORDS.keys() >= REMARKS


def test_every_status_that_skips_has_words() -> None:
    """A subscriber who is not confirmed is skipped with their status as the reason."""
    assert {standing.value for standing in SubscriberStatus} - {"confirmed"} <= REASON_WORDS.keys()


def test_a_claim_id_is_not_shown_as_a_reason() -> None:
    """The note of a SENDING entry has the claim's id; its remarks are shown."""
    assert reason_words(RecipientState(DeliveryState.SENDING, 1, 5, "c0ffee1234")) == ""
    assert reason_words(RecipientState(DeliveryState.SENDING, 2, 5, "c0ffee1234+earlier")) == REASON_WORDS["earlier"]


@given(st.lists(st.sampled_from([*REASON_WORDS, "of-a-newer-version"]), max_size=4))
def test_no_word_of_a_note_is_left_out(words: list[str]) -> None:
    """A word of a newer version is shown as it is."""
    summary = reason_words(RecipientState(DeliveryState.RETRY, 1, 5, "+".join(words)))
    assert summary.split("; ") == [REASON_WORDS.get(word, word) for word in words] or (words, summary) == ([], "")


def test_a_history_has_a_skipped_mail_and_a_later_addition() -> None:
    """Both are in the ledger, and the sums count both."""
    place = FakePlace()
    subscriber_id = place.kept.chunk_items[ID, "0-00001"].recipients[0]
    place.kept.add(late_chunk(ID, subscriber_id, RecipientState(DeliveryState.ACCEPTED, 1, 9000)))
    assert [line.state for line in report_on(place).history(subscriber_id)] == [MANY[0].state, DeliveryState.ACCEPTED]
    sums = report_on(place).sums(ID)
    assert sums["audience"] == len(lines(place)) == len(MANY) + 2
