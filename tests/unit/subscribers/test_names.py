"""First names."""

from __future__ import annotations

import pytest

from convener.errors import BadInput
from convener.subscribers.first_names import clean_first_name, is_placeholder, listed_first_name, typed_first_name


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


WORDS = """
    null NULL Null undefined None N/A n/a #N/A NA na nan NaN - -- . ? … *|FNAME|* {{first_name}} %%first_name%%
    [[first]] %FIRSTNAME% {$name} ${name} {name} [name] <<name>> «name» $name :name #name# Vorname Prénom Firstname
    first_name unknown inconnu unbekannt true (none) <nil>
"""
TEXTS = (
    "First name",
    "not provided",
    "{{ contact.first_name | default: 'friend' }}",
    "[subscriber:firstname | default:x]",
)


@pytest.mark.parametrize("typed", [*WORDS.split(), *TEXTS])
def test_a_word_in_place_of_a_name_is_no_name(typed: str) -> None:
    """The mail greets without a name, and nobody needs a remark; the form does the same as a list."""
    assert is_placeholder(typed)
    assert listed_first_name(typed) == ""


def test_the_form_greets_nobody_as_null() -> None:
    """Browsers and people type such words, too."""
    assert [typed_first_name(typed) for typed in ("null", "N.A.", "-", "Zoë")] == ["", "", "", "Zoë"]


@pytest.mark.parametrize(
    "name",
    ["O'Brien", "محمد", "👩\u200d⚕️ Zoë", "Jean\u2011Luc", "MARIA", "J.R.", "Nan", "Na", "Nil", "Anna-Lena",
     "Siobhán", "李", "Mary Anne", "D’Arcy", "Noël", "St. John", "🙂", "José María"],
)  # fmt: skip
def test_a_name_is_never_taken_for_a_word_in_its_place(name: str) -> None:
    """Names of many languages, also those that look like the words of programs."""
    assert listed_first_name(name) == typed_first_name(name) == name


def test_a_dot_without_a_space_becomes_no_link() -> None:
    """“St.John” is a person; a mail program may take it for a web address."""
    assert listed_first_name("St.John") == "St. John"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("=cmd|'/c calc'!A0", "a formula"),
        ("@SUM(A1)", "a formula"),
        ("<b>Bob</b>", "markup"),
        ("\u202eevil", "reverse the text"),
        ("Anna https://spam.example", "web address"),
        ("www.Evil", "web address"),
        ("anna@example.org", "mail or web address"),
        ("07700 900123", "is a number"),
    ],
)
def test_what_disturbs_a_greeting_is_no_name(typed: str, reason: str) -> None:
    """The reason is told, without the text itself."""
    with pytest.raises(BadInput, match=reason) as refusal:
        listed_first_name(typed)
    assert typed not in str(refusal.value)
