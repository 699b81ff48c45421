"""The history's entries, their parts, and the order of events."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from convener.sessions.changes import Change, words
from convener.sessions.history import MAX_PART_BYTES, HistoryEntry, UploadMark, joined, new_id, parts
from tests.support.people import LONG_AGO
from tests.support.session_updates import entry, many


def entries(sizes: list[int]) -> HistoryEntry:
    made = entry(*many(len(sizes)))
    rows = [
        row.model_copy(update={"changes": (Change(field="summary", old="ä" * size, new="y" * size),) * 2})
        for row, size in zip(made.rows, sizes, strict=True)
    ]
    return made.model_copy(update={"rows": tuple(rows)})


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from([0, 10, 20_000, 35_000, 90_000]), min_size=1, max_size=12))
def test_an_entry_comes_back_from_its_parts(sizes: list[int]) -> None:
    """However large it is; no part is larger than an item may be, and none is empty."""
    made = entries(sizes)
    pieces = parts(made)
    assert list(joined(sorted(pieces, key=lambda part: part.id, reverse=True))) == [made]
    assert all(part.rows for part in pieces)
    assert all(len(part.model_dump_json().encode()) < 400_000 for part in pieces)


def test_a_usual_entry_has_one_part() -> None:
    """Two only where one would be too large."""
    assert len(parts(entries([1000, 1000]))) == 1
    assert len(parts(entries([MAX_PART_BYTES // 8, MAX_PART_BYTES // 8]))) == 2


def test_entries_stay_apart() -> None:
    """Parts of two entries don't mix, and the newest comes first."""
    old = entries([90_000, 90_000])
    new = old.model_copy(update={"id": new_id(LONG_AGO + timedelta(seconds=1)), "by": "ben"})
    lying = sorted([*parts(old), *parts(new)], key=lambda part: part.id, reverse=True)
    assert list(joined(lying)) == [new, old]


def test_ids_sort_by_time_and_are_never_the_same() -> None:
    """Two entries of one moment have two ids."""
    ids = [new_id(LONG_AGO + timedelta(microseconds=step)) for step in range(50)]
    assert ids == sorted(ids)
    assert new_id(LONG_AGO) != new_id(LONG_AGO)


@given(st.text("0123456789ABCDEFabcdef", min_size=1, max_size=20), st.text("0", max_size=10))
def test_sequencers_are_padded_on_the_right(digits: str, zeros: str) -> None:
    """As S3's guide says: zeros at the end, and the case, make no difference."""
    one, other = (UploadMark(key="k", sequencer=text, version_id="v") for text in (digits, digits.lower() + zeros))
    assert one.order == other.order
    assert one.order < UploadMark(key="k", sequencer=digits + "0" * 12 + "1", version_id="v").order


def test_very_long_values_are_cut() -> None:
    """The upload itself has all of it; the history says what is needed to understand it, on one line."""
    assert words("One.\n\n- two\n") == "One. ¶ - two"
    assert len(words("x" * 50_000)) == 35_000
