"""First names."""

from __future__ import annotations

import pytest

from convener.errors import BadInput
from convener.subscribers.first_names import clean_first_name


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("", ""),
        ("  Anna  Maria\t", "Anna Maria"),
        ("Anna\r\nBcc: x", "Anna Bcc: x"),
        ("Siobha\u0301n", "Siobhán"),
        ("An\u202ena\x1b", "Anna"),
        ("\ue000greeting\ue001", "greeting"),
        ("نرگس\u200cا", "نرگس\u200cا"),
        ("{{name}}", "{{name}}"),
        ("🙂", "🙂"),
    ],
)
def test_a_name_stays_as_people_write_it(typed: str, name: str) -> None:
    """Only what could break a line, a field or the direction of the text is taken out."""
    assert clean_first_name(typed) == name


def test_a_sentence_is_no_first_name() -> None:
    """What is too long is refused with its length."""
    with pytest.raises(BadInput, match="has 61 characters; 60 is the most"):
        clean_first_name("x" * 61)
