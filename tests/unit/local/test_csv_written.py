"""CSV as we write it."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convener.csv_output import FORMULA, csv_line

cells = st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), min_size=2, max_size=6)


@given(cells)
def test_every_reader_of_rfc_4180_finds_the_cells_again(texts: list[str]) -> None:
    """Whatever is in them: one record, the cells as they were or with the apostrophe that keeps them text."""
    line = csv_line(texts)
    assert line.endswith("\r\n")
    [found] = csv.reader(io.StringIO(line, newline=""), strict=True)
    assert found == [f"'{text}" if text.startswith(FORMULA) else text for text in texts]


@pytest.mark.parametrize("text", ["=1+1@example.org", "+44@example.org", "-x@example.org", "@x", "\t=1", "\r=1"])
def test_nothing_begins_like_a_formula(text: str) -> None:
    """An address may begin so, and a spreadsheet program would calculate it."""
    assert csv_line([text, 1]).startswith(("'", "\"'"))
