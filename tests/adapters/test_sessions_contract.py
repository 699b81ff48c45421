"""What the store of sessions promises of uploads: all or nothing, nothing older after something newer, a history."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from convener.aws.sessions import DynamoSessions
from convener.errors import Conflict
from convener.sessions.history import UploadMark
from tests.support.people import LONG_AGO, session
from tests.support.session_updates import entry, many

KEY = "inbox/may.yaml"


def mark(sequencer: str, version_id: str = "v1", report: bytes = b"r") -> UploadMark:
    return UploadMark(key=KEY, sequencer=sequencer, version_id=version_id, report=report)


def test_sessions_history_and_mark_come_back(parts: Any) -> None:
    """What was committed together is read again as it was."""
    one, made = session(), entry(session())
    parts.sessions.commit([(one, 0)], entry=made, mark=mark("0055AE"))
    assert list(parts.sessions.all()) == [one]
    assert list(parts.sessions.history()) == [made]
    kept = parts.sessions.mark(KEY)
    assert (kept.order, kept.version_id, kept.report) == (mark("0055AE").order, "v1", b"r")
    assert parts.sessions.mark("inbox/other") is None


def test_one_session_that_somebody_changed_keeps_all_from_being_written(parts: Any) -> None:
    """Neither the others, nor the history, nor the mark are written."""
    one, two = many(2)
    parts.sessions.save(one, expected_version=0)
    later = one.model_copy(update={"title": "Later", "version": 2})
    for version in (0, 2):
        with pytest.raises(Conflict):
            parts.sessions.commit([(two, 0), (later, version)], entry=entry(two, later), mark=mark("01"))
    assert list(parts.sessions.all()) == [one]
    assert (list(parts.sessions.history()), parts.sessions.mark(KEY)) == ([], None)
    parts.sessions.commit([(two, 0), (later, 1)], entry=entry(two, later), mark=mark("01"))
    assert list(parts.sessions.all()) == [later, two]


@pytest.mark.parametrize(
    ("known", "late"),
    [
        (mark("0055AED6DC"), mark("0055AED6DB")),
        (mark("0055AED6DC"), mark("0055AED6")),
        (mark("0055aed6dc"), mark("0055AED6DB", "v0")),
        (mark("0055AED6DC"), mark("0055AED6DC00")),
    ],
    ids=["older", "shorter", "other case", "the same event"],
)
def test_an_event_that_is_not_later_writes_nothing(parts: Any, known: UploadMark, late: UploadMark) -> None:
    """Sequencers are padded on the right with zeros; an older one, and the same event again, are a conflict."""
    parts.sessions.commit([], entry=None, mark=known)
    with pytest.raises(Conflict):
        parts.sessions.commit([(session(), 0)], entry=entry(session()), mark=late)
    assert (list(parts.sessions.all()), list(parts.sessions.history())) == ([], [])
    assert parts.sessions.mark(KEY).order == known.order


@pytest.mark.parametrize("later", [mark("0055AED6DD"), mark("0055AED6DC01"), mark("0055AED6DC", "v2")])
def test_a_later_event_takes_the_marks_place(parts: Any, later: UploadMark) -> None:
    """So does another version under the same sequencer: emulators give all events the same."""
    parts.sessions.commit([], entry=None, mark=mark("0055AED6DC"))
    parts.sessions.commit([(session(), 0)], entry=entry(session()), mark=later)
    assert parts.sessions.mark(KEY).version_id == later.version_id
    assert len(parts.sessions.all()) == 1


def test_history_is_only_added_to(parts: Any) -> None:
    """An entry under an id that is there is refused, and newer ones come first."""
    one, two = many(2)
    old = entry(one)
    new = old.model_copy(update={"id": old.id.replace("2023", "2024"), "at": LONG_AGO + timedelta(days=366)})
    parts.sessions.commit([(one, 0)], entry=old, mark=None)
    with pytest.raises(Conflict):
        parts.sessions.commit([(two, 0)], entry=old.model_copy(update={"by": "ben"}), mark=None)
    parts.sessions.commit([(two, 0)], entry=new, mark=None)
    assert list(parts.sessions.history()) == [new, old]


def test_ninety_sessions_are_one_transaction(parts: Any) -> None:
    """The most that a file may have, with a summary each so long that the history needs several items."""
    sessions = many(90, summary="word " * 1500)
    made = entry(*sessions)
    parts.sessions.commit([(one, 0) for one in sessions], entry=made, mark=mark("01"))
    assert list(parts.sessions.all()) == sessions
    assert list(parts.sessions.history()) == [made]


def test_a_write_that_boto3_repeated_is_a_success(stack: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer is lost after the transaction was done: the repetition is refused, and bears our own mark."""
    dynamodb, table = stack.session.client("dynamodb"), stack.outputs["SessionsTable"]
    store, real = DynamoSessions(dynamodb, table), dynamodb.transact_write_items

    def twice(**request: Any) -> Any:
        real(**request)
        return real(**request)

    monkeypatch.setattr(dynamodb, "transact_write_items", twice)
    one, own = session(id="2099-01", month="2099-01"), mark("01").model_copy(update={"key": "inbox/own.yaml"})
    store.commit([(one, 0)], entry=entry(one), mark=own)
    assert one in store.all()
    with pytest.raises(Conflict):
        store.commit([(one, 0)], entry=entry(one), mark=None)
