"""First names out of whole names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convener.intake.subscribers.full_names import first_name, first_name_of
from convener.subscribers.first_names import listed_first_name


@pytest.mark.parametrize(
    ("whole", "first"),
    [
        ("Ada Moss", "Ada"),
        ("Moss, Ada", "Ada"),
        ("MOSS Ada", "Ada"),
        ("Ada MOSS", "Ada"),
        ("Ada", "Ada"),
        ("Dr. Anna Lee", "Anna"),
        ("Lee, Dr. Anna", "Anna"),
        ("Prof. Dr. med. Hans Peter Braun", "Hans"),
        ("Mme Zoé Durand", "Zoé"),
        ("Señora María López", "María"),
        ("Sister Mary Agnes", "Mary"),
        ("Ada Moss, RN", "Ada"),
        ("Lee, Anna, RN", "Anna"),
        ("Anna Lee Jr.", "Anna"),
        ("van der Berg, Anna", "Anna"),
        ("Ludwig van Beethoven", "Ludwig"),
        ("Sam Ford (Sam's iPad)", "Sam"),
        ("Ada Moss (she/her)", "Ada"),
        ("Ada Moss - Leeds", "Ada"),
        ("Ada Moss | NHS", "Ada"),
        ("Ada “Addy” Moss", "Ada"),
        ("👩\u200d⚕️ Zoë Lee", "Zoë"),
        ("Siobhán O'Brien", "Siobhán"),
        ("Mary-Jane Watson", "Mary-Jane"),
        ("محمد علي", "محمد"),
        ("Иван Петров", "Иван"),
        ("Na Li", "Na"),
        ("Ada Ward", "Ada"),
    ],
)
def test_the_first_name_of_a_person(whole: str, first: str) -> None:
    """Titles, degrees, remarks and the order of the names make no difference."""
    assert first_name_of(whole) == first


@pytest.mark.parametrize(
    "whole",
    ["", "null", "N/A", "(none)", "St. John's Hospital", "Nurses Leeds", "Leeds Hospice", "NHS", "Krankenhaus Köln",
     "Université de Lyon", "Stichting Pallium", "Anna & Bob", "Anna and Bob Lee", "Mr Smith", "Frau Müller", "Dr. Lee",
     "J. Moss", "A.J. Lee", "Moss, A.", "Sam's iPad", "iPhone", "ada_moss", "adamoss85", "Ada 7", "anna@example.org",
     "https://x.example Lee", "<b>Bob</b> Lee", "Bob\u202e Lee", "Ada Moss, Leeds", "山田 太郎", "van Beethoven",
     "Lee, MD", "Ada.Moss", "Contact A", "Please write to me about the next one thanks"],
)  # fmt: skip
def test_what_may_be_nobody_gives_no_first_name(whole: str) -> None:
    """Organisations, devices, couples, families and sentences are greeted without a name."""
    assert first_name_of(whole) == ""


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("Dr. Anna Lee", "Anna"),
        ("Mr Smith", "Mr Smith"),
        ("Mary Anne", "Mary Anne"),
        ("Anna Lee", "Anna Lee"),
        ("-", ""),
    ],
)
def test_a_column_of_first_names_is_taken_at_its_word(typed: str, first: str) -> None:
    """Only a title says that a whole name stands there."""
    assert first_name(typed) == first


@given(st.text(max_size=90) | st.text(st.sampled_from("Aada .,'-()|@1\u200d\u202eDr"), max_size=30))
def test_any_text_gives_a_name_that_a_list_may_hold(whole: str) -> None:
    """No text raises an error, and no first name has spaces, or is refused in a column of first names."""
    first = first_name_of(whole)
    assert " " not in first
    assert listed_first_name(first) == first
