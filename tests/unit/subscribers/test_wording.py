"""The wording that a subscriber agreed to: who gets what by it, and how it goes with the row."""

from __future__ import annotations

import csv
import io
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convener import settings, wiring
from convener.consent_coverage import Coverage
from convener.container import Container
from convener.delivery.address_changes import reason_to_skip
from convener.delivery.fanout import belongs_to_audience
from convener.delivery.late import blocked_reason
from convener.delivery.ports import DeliverySnapshot
from convener.mailing_types import COVERED_BY_DEFAULT, MailingType, mailing_types
from convener.subscribers.choosing import Wanted, choose
from convener.subscribers.confirmation_request import RequestType
from convener.subscribers.joining import plan_join
from convener.subscribers.list_export import COLUMNS, as_csv, row_cells
from convener.subscribers.mailing_choices import all_choices, boxes, chosen, ticked
from convener.subscribers.models import SubscriberStatus
from convener.subscribers.moving import plan_move
from convener.subscribers.unit_of_work import Transaction
from tests.support.fake_unit_of_work import FakeUnitOfWork
from tests.support.joining import ASKED, NEW_SUBSCRIBER, join_request
from tests.support.lists import load
from tests.support.made_up_types import made_up, registered
from tests.support.people import OPENED, SERIES_FOLDER, campaign, subscriber

NOW = OPENED
COVERAGE = Coverage({"1": COVERED_BY_DEFAULT, "2": frozenset({"invite"}), "3": frozenset({"invite", "thanks"})})
ROWS = [
    {"wording": wording, "kinds": kinds} for wording in ("", "2", "3", "9") for kinds in ((), ("recap",), ("thanks",))
]
THANKS = made_up()


def wanted(row: dict[str, Any]) -> frozenset[str]:
    """Return the types that a row with this wording and choice is to get, by the rule of the design."""
    covered = {"2": {"invite"}, "3": {"invite", "thanks"}}.get(row["wording"], COVERED_BY_DEFAULT)
    return frozenset(row["kinds"] or covered)


@pytest.mark.parametrize("row", ROWS, ids=str)
@pytest.mark.parametrize("kind", [*mailing_types(), THANKS], ids=str)
def test_every_place_that_mails_goes_by_the_wording(row: dict[str, Any], kind: MailingType) -> None:
    """Fan-out, delivery's second look and the late addition send what the wording covers or the reader chose."""
    reader = subscriber(1, wording=row["wording"], kinds=frozenset(row["kinds"]))
    work, gets = campaign(kind), kind.name in wanted(row)
    assert belongs_to_audience(reader, work, None, COVERAGE) == gets
    assert (reason_to_skip(work, reader, coverage=COVERAGE, now=NOW, late=False) == "") == gets
    snapshot = DeliverySnapshot(campaign=work, subscribers={reader.id: reader})
    assert (blocked_reason(snapshot, work, reader, NOW, NOW + timedelta(days=1), COVERAGE) == "") == gets


def test_a_type_that_is_added_later_reaches_only_who_chose_it() -> None:
    """The wording of today covers the types of today, without a word in the file."""
    with registered(THANKS):
        assert "thanks" in all_choices()
        assert not subscriber(1).wants(THANKS, Coverage())
        assert subscriber(1, kinds=frozenset({"thanks"})).wants(THANKS, Coverage())


TYPES = st.frozensets(st.sampled_from(["invite", "reminder", "recap", "follow-up", "thanks"]))


@given(
    covered=TYPES.filter(bool), ticks=st.lists(st.sampled_from(["invite", "reminder", "recap", "thanks"]), min_size=1)
)
def test_ticks_are_read_as_they_are_shown(covered: frozenset[str], ticks: list[str]) -> None:
    """What was ticked is ticked again, no other box is agreed to, and the covered boxes alone are no choice."""
    with registered(THANKS):
        kinds = chosen(ticks, covered)
        assert set(ticked(kinds, covered)) == set(ticks)
        assert kinds <= frozenset().union(*(boxes()[tick] for tick in ticks))
        assert bool(kinds) == (set(ticks) != set(ticked(frozenset(), covered)))


def test_choosing_beyond_the_wording_is_a_yes_to_that_type_alone() -> None:
    """The wording stays, all types are named, and the record says on which words the rest relies."""
    with registered(THANKS):
        row = subscriber(1, wording="2")
        rows = FakeUnitOfWork([row])
        kinds = chosen(["invite", "thanks"], COVERAGE.of("2"))
        saved = choose(row.id, Wanted(kinds=kinds), unit_of_work=rows, coverage=COVERAGE, now=NOW)
        assert saved == replace(row, kinds=frozenset({"invite", "thanks"}), version=2)
        back = chosen(["invite"], COVERAGE.of("2"))
        assert choose(row.id, Wanted(kinds=back), unit_of_work=rows, coverage=COVERAGE, now=NOW) == replace(
            row, version=3
        )
        found = [(entry.wording, set(entry.kinds_in_full(COVERAGE))) for entry in rows.consents.entries]
        assert found == [("2", {"invite", "thanks"}), ("2", {"invite"})]


@pytest.mark.parametrize(("posted", "stored"), [("1", ""), ("2", "2")])
@pytest.mark.parametrize("before", ["nobody", "left", "imported"])
def test_whoever_confirms_agreed_to_the_words_beside_the_box(posted: str, stored: str, before: str) -> None:
    """Whatever the row said before: it is a new agreement."""
    request = join_request(wording=posted, kinds=frozenset())
    known = {
        "nobody": None,
        "left": replace(
            NEW_SUBSCRIBER, wording="3", status=SubscriberStatus.LEFT, status_since=ASKED - timedelta(days=9)
        ),
        "imported": replace(NEW_SUBSCRIBER, wording="3", batch="2024-01-01-abcdef", version=1),
    }[before]
    plan = plan_join(request, {NEW_SUBSCRIBER.id: known} if known else {}, now=NOW)
    assert isinstance(plan, Transaction)
    assert (plan.changes[0].row.wording, plan.consents[0].wording) == (stored, posted)


def test_a_moved_row_takes_its_wording_along() -> None:
    """The record says so too."""
    old = subscriber(1, wording="2")
    request = join_request(wish=RequestType.MOVE, moving=old.id, kinds=frozenset(), wording="", by="")
    plan = plan_move(request, {old.id: old}, now=NOW)
    assert isinstance(plan, Transaction)
    assert [change.row.wording for change in plan.changes if change.row.id == NEW_SUBSCRIBER.id] == ["2"]
    assert {entry.kinds_in_full(COVERAGE) for entry in plan.consents} == {frozenset({"invite"})}


@pytest.mark.parametrize(
    ("typed", "stored"), [("", ""), ("1", ""), ("2", "2"), ("2024-05.b", "2024-05.b"), ("no no", "")]
)
def test_a_list_may_name_the_wording(typed: str, stored: str) -> None:
    """Our own export does; a text that is no version is left out, and nobody is lost for it."""
    store = FakeUnitOfWork()
    load(f"email,wording\nanna@example.org,{typed}\n", store)
    [row] = store.rows.values()
    assert (row.wording, store.consents.entries[0].wording) == (stored, stored)


def test_the_export_names_the_wording_and_the_import_reads_it() -> None:
    """Of people who agreed to the first one as well."""
    rows = [subscriber(1), subscriber(2, wording="2", kinds=frozenset({"invite"}))]
    text = "".join(map(as_csv, [COLUMNS, *map(row_cells, rows)]))
    assert [one["wording"] for one in csv.DictReader(io.StringIO(text))] == ["1", "2"]
    store = FakeUnitOfWork()
    load(text, store)
    assert {(row.address, row.wording) for row in store.rows.values()} == {(row.address, row.wording) for row in rows}


def test_the_export_claims_no_date_that_nobody_knows() -> None:
    """Else the next import would take the day of the last one for the day of joining."""
    column = COLUMNS.index("joined")
    assert row_cells(subscriber(1, imported_at=NOW, confirmed_at=NOW))[column] == ""
    assert row_cells(subscriber(1, imported_at=NOW, confirmed_at=ASKED))[column] == ASKED.isoformat()


class _Context:
    def get_remaining_time_in_millis(self) -> int:
        return 1000


def test_the_functions_read_the_wordings_of_the_series_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What `fanout`, `deliver` and `transactional` are given is what the deployed file says."""
    shutil.copytree(SERIES_FOLDER, tmp_path, dirs_exist_ok=True)
    with (tmp_path / "series.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[consent]]\nversion = "2"\ntext = "The invitation."\ncovers = ["invite"]\n')
    environment = {**dict.fromkeys(settings.ENVIRONMENT_NAMES, "1"), "SENDER_ADDRESS": "c@mail.kindness.example"}
    container = Container(series_folder=tmp_path, environment=lambda _: environment)
    monkeypatch.setattr(Container, "client", lambda *_: None)
    monkeypatch.setattr(Container, "mailer", lambda *_: None)
    monkeypatch.setattr(Container, "links", lambda *_: None)
    monkeypatch.setattr(Container, "identity", lambda *_: None)
    with wiring.using(container):
        found: list[Coverage] = [
            wiring.fanout(_Context()).coverage,
            wiring.deliver(_Context()).coverage,
            wiring.transactional(_Context()).welcomes.late_addition.coverage,
        ]
    assert [coverage.of("2") for coverage in found] == [{"invite"}] * 3
