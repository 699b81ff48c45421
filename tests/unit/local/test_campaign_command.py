"""`convener campaign list|show|recipients`: what the operator reads."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from convener.campaigns import Stage, WaitReason
from convener.delivery.chunks import Cursor
from convener.errors import LostAnswer, Unavailable
from local.commands.campaign import campaign
from local.commands.campaign.words import stage
from tests.support.campaign_context import ID, FakePlace, run
from tests.support.fakes import FakeLedger
from tests.support.people import OPENED
from tests.support.people import campaign as a_campaign
from tests.support.people import series as the_series

QUOTA = {"stage": Stage.WAITING, "why": WaitReason.QUOTA, "until": datetime(2024, 4, 4, 13, tzinfo=UTC)}
UNTIL = "SES's daily quota is used up, until Thursday 4 April 2024, 14:00 UK time; continues by itself"


def test_the_list_sums_up_from_the_chunks() -> None:
    """Not from stored totals; below each campaign stands what it waits for, in the series' zone."""
    place = FakePlace(**QUOTA, totals={"audience": 99})
    result = run(campaign, place, "list")
    heading, numbers, words = result.stdout.splitlines()
    assert (result.exit_code, heading.split()) == (
        0,
        ["campaign", "audience", "accepted", "skipped", "failed", "unknown", "unfinished"],
    )
    assert numbers.split() == [ID, "7", "3", "1", "0", "2", "1"]
    assert words == f"    opened Thursday 4 April 2024, 09:00 UK time; waits: {UNTIL}"
    assert all(len(line) <= 120 for line in result.stdout.splitlines()[:2])


def test_the_list_says_what_it_leaves_out() -> None:
    """Older campaigns, and what can't be read; and that the series is paused."""
    place = FakePlace()
    place.kept.campaigns["2024-03/recap"] = a_campaign(id="2024-03/recap", opened_at=OPENED - timedelta(days=9))
    place.kept.unreadable = {"2024-02/recap": "a newer version wrote it"}
    place.steering.pause_series()
    result = run(campaign, place, "list", "--most", "1")
    assert "2024-03" not in result.stdout
    assert "Older ones are not shown (1)" in result.stdout
    assert "The whole series is paused since Thursday 4 April 2024, 10:00 UK time" in result.stdout
    assert "2024-02/recap was left out: a newer version wrote it" in result.stderr
    empty = FakePlace()
    empty.kept = FakeLedger()
    assert run(campaign, empty, "list").stdout == "No campaign was opened yet.\n"


def test_show_tells_all_of_it() -> None:
    """Where it stands, numbers that add up, what became of the accepted, reasons, and each unknown mail."""
    result = run(campaign, FakePlace(**QUOTA), "show", ID)
    assert result.exit_code == 0
    told = dict(line.strip().partition(" ")[::2] for line in result.stdout.splitlines()[1:12])
    told = {name: words.strip() for name, words in told.items()}
    assert told["stage"] == f"waits: {UNTIL}"
    assert told["accepted"] == "3: 1 delivered, 0 bounced, 1 complained, 1 not heard of since"
    assert told["skipped"] == "1: 1 had left by then"
    assert told["unfinished"] == "1: 1 waiting"
    assert "3 + 1 + 0 + 2 + 1 = 7" in result.stdout
    old, young, advice = result.stdout.splitlines()[-3:]
    assert old.startswith("  00000000  since Thursday 4 April 2024, 09:01 UK time; the answer of SES was lost")
    assert old.endswith("no message id; listed")
    assert young.endswith("no message id; not listed yet, for 20 more minutes")
    assert advice == (
        f"Leave them as they are, or `convener campaign resend-unknown {ID}` sends the listed mails again: some "
        "people may then get the mail twice."
    )


def test_show_advises_nothing_that_would_be_refused() -> None:
    """What is stopped or too late is not sent again; and nobody is to decide before events had their time."""
    stopped = run(campaign, FakePlace(stage=Stage.STOPPED, why=WaitReason.OPERATOR, totals={"audience": 7}), "show", ID)
    assert stopped.stdout.splitlines()[-1] == f"{ID} is stopped for good: nothing of it is sent again."
    late = run(campaign, FakePlace(too_late_at=OPENED), "show", ID)
    assert "It is too late to send 2024-04/invite again: its time ended on 2024-04-04 at 09:00 (BST)." in late.stdout
    place = FakePlace()
    del place.kept.chunk_items[ID, "0-00001"]
    place.time.sleep(19 * 60 + 30)
    young = run(campaign, place, "show", ID).stdout
    assert young.endswith("not listed yet, for 1 more minute\n")
    place.time.sleep(30)
    assert "Leave them as they are" in run(campaign, place, "show", ID).stdout
    place.kept.chunk_items.clear()
    assert "again" not in run(campaign, place, "show", ID).stdout


def test_show_says_what_is_not_known_yet() -> None:
    """Shards that fan-out has not read, and a resend that broke off."""
    place = FakePlace()
    place.kept.cursor_items[ID, "f"] = Cursor(shard="f")
    assert "7 so far: 15 of 16 shards are read" in run(campaign, place, "show", ID).stdout
    place = FakePlace()
    place.steering.resend_unknown(ID)
    place.kept.campaigns[ID] = replace(place.campaign, stage=Stage.DONE, why=None)
    result = run(campaign, place, "show", ID)
    assert "2: 1 waiting, 1 unknown, to be sent again" in result.stdout
    assert "no message id; to be sent again" in result.stdout
    assert "broke off: run `convener campaign resend-unknown` once more" in result.stdout


@pytest.mark.parametrize("why", WaitReason)
def test_every_stage_and_reason_has_a_sentence(why: WaitReason) -> None:
    """No name of the code and no empty moment reaches the operator."""
    waiting = (
        Stage.STOPPED if why in (WaitReason.OPERATOR, WaitReason.COMPLAINTS, WaitReason.BOUNCES) else Stage.WAITING
    )
    words = stage(a_campaign(stage=waiting, why=why, until=OPENED), the_series())
    assert words.startswith(("waits: ", "stopped by "))
    assert len(words) > 20
    assert why.name not in words
    assert "{" not in words
    assert stage(a_campaign(stage=Stage.OPEN), the_series()).startswith("open: ")


def test_the_csv_has_a_record_for_each_of_the_audience() -> None:
    """RFC 4180 with a heading; moments in UTC; nothing but records on standard output."""
    place = FakePlace()
    first = next(iter(place.people.rows))
    place.people.rows[first] = replace(place.people.rows[first], address="=1+1@example.org")
    result = run(campaign, place, "recipients", ID, "--csv")
    assert result.exit_code == 0
    assert result.stdout_bytes.count(b"\r\n") == 8
    rows = list(csv.DictReader(io.StringIO(result.stdout_bytes.decode(), newline="")))
    assert len(rows) == 7
    assert rows[0] == {
        "address": "'=1+1@example.org",
        "recipient": first,
        "state": "delivered",
        "when": "2024-04-04T08:01:10Z",
        "message_id": "",
        "reason": "",
        "attempts": "1",
    }
    assert rows[4]["when"] == ""
    assert "7 of an audience of 7." in result.stderr


def test_the_table_shows_some_and_says_how_many_there_are() -> None:
    """A screen is no place for thousands. Times are the series' zone's, as everywhere on a screen."""
    result = run(campaign, FakePlace(), "recipients", ID, "--most", "3")
    assert "When (UK time)" in result.stdout
    assert "reader48@example.org  skipped    2024-04-04 09:01" in result.stdout
    assert "reader64@example.org" not in result.stdout
    assert "3 of an audience of 7. --csv prints all of them" in result.stdout


def test_the_table_keeps_usual_addresses_in_one_piece() -> None:
    """At 80 columns, long reasons beside them; only an address that is itself too long is folded."""
    place = FakePlace()
    first, second = list(place.people.rows)[:2]
    usual, long = "mary-anne.frost@hospice.example", f"{'x' * 60}@example.org"
    place.people.rows[first] = replace(place.people.rows[first], address=usual)
    assert usual in run(campaign, place, "recipients", ID).stdout
    place.people.rows[second] = replace(place.people.rows[second], address=long)
    folded = run(campaign, place, "recipients", ID).stdout
    assert long not in folded
    assert "x" * 12 in folded
    assert all(len(line) <= 80 for line in folded.splitlines())


@pytest.mark.parametrize("command", ["show", "recipients", "pause", "resume", "stop", "resend-unknown"])
def test_an_unknown_id_lists_the_known_ones(command: str) -> None:
    """Status 2, on the error stream."""
    result = run(campaign, FakePlace(), command, "2024-04/invit")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "There is no campaign 2024-04/invit. There are: 2024-04/invite." in result.stderr


@pytest.mark.parametrize(
    ("error", "words"), [(Unavailable("AccessDenied"), "AWS did not do it (AccessDenied)"), (LostAnswer("500"), "lost")]
)
def test_trouble_with_aws_is_said_in_words(error: Exception, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Status 2 and no traceback."""
    place = FakePlace()

    def fails(_name: str) -> None:
        raise error

    monkeypatch.setattr(place.kept, "campaign", fails)
    result = run(campaign, place, "show", ID)
    assert (result.exit_code, words in result.stderr, "Traceback" in result.output) == (2, True, False)
