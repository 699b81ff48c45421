"""Columns of lists of people, in the words of many programs and languages, and by what their cells hold."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convener.errors import BadInput
from convener.intake.subscribers.column_words import field_of, joined_rank
from convener.intake.subscribers.lines import LineOutcome, Problem, Row
from convener.intake.subscribers.reading import open_list

APRIL_3 = datetime(2023, 4, 3, tzinfo=UTC)

ADDRESS_WORDS = """
    email|E-Mail|Email Address|E-mail Address|EMAIL_ADDRESS|emailAddress|User Email|Subscriber|E-mail 1 - Value
    |Email 1|E-Mail-Adresse|E-Mail Adresse|Mailadresse|Adresse e-mail|Adresse mail|Adresse électronique|Courriel
    |E-mailadres|Mailadres|Correo electrónico|Dirección de correo electrónico|Correo|Indirizzo e-mail
    |Posta elettronica|Endereço de e-mail|Email Address [Required]|Your e-mail|Work email|Kontakt|Quelque chose
    |address
"""
FIRST_NAME_WORDS = """
    first_name|First Name|FNAME|Given Name|firstname|Forename|Your first name|What is your first name?|Vorname
    |Prénom|Voornaam|Primer nombre|Primo nome|Primeiro nome
"""
WHOLE_NAME_WORDS = """
    name|Full name|What is your name?|Name (Original Name)|User Name (Original Name)|Your name|Naam
    |Nombre completo|Nom complet|Nome completo|Nome|Nombre|Display Name
"""
JOINED_WORDS = """
    joined|CONFIRM_TIME|OPTIN_TIME|created_at|Created|Subscription date|Subscribed|Timestamp|entered|Order Date
    |Date Added|Join date|Signup date|Registration Time|Zeitstempel|Horodateur|Marca temporal|Tijdstempel
    |Anmeldedatum|Date d'inscription|Inschrijfdatum|Fecha de alta|Data di iscrizione|Submitted at
    |Created At (UTC+0)|Create Date|user_registered
"""
NO_DATES_OF_JOINING = (
    "LAST_CHANGED|updated_at|CLEAN_TIME|UNSUB_TIME|Join Time|Leave Time|Birthday|Cancel date|deleted_at"
)


def words(text: str) -> list[str]:
    return [word.strip() for word in text.split("|")]


def rows(text: str) -> list[Row]:
    return [line for line in open_list(text.encode()) if isinstance(line, Row)]


def remarks(text: str) -> str:
    return " ".join(line.reason for line in open_list(text.encode()) if isinstance(line, Problem))


@pytest.mark.parametrize("header", words(ADDRESS_WORDS))
def test_the_column_of_addresses_is_found(header: str) -> None:
    """In each language, in the words of each program, and where the word is unknown."""
    text = f"Ward\t{header}\tPhone\nSeven\tanna@example.org\t1\nEight\tben@example.org\t2\n"
    assert [row.address.typed for row in rows(text)] == ["anna@example.org", "ben@example.org"]


@pytest.mark.parametrize(
    ("header", "first"),
    [(header, "Anna Lee") for header in words(FIRST_NAME_WORDS)]
    + [(header, "Anna") for header in words(WHOLE_NAME_WORDS)],
)
def test_the_column_of_names_is_found(header: str, first: str) -> None:
    """A column of first names is taken at its word, and a whole name gives its first."""
    [row] = rows(f"email;{header}\nanna@example.org;Anna Lee\n")
    assert row.first_name == first


@pytest.mark.parametrize(
    "header", ["Last Name", "Username", "Company name", "Name of your hospital", "Nachname", "Nom"]
)
def test_another_name_is_no_first_name(header: str) -> None:
    """Family names, organisations and user names greet nobody."""
    [row] = rows(f"email;{header}\nanna@example.org;Anna Lee\n")
    assert row.first_name == ""


@pytest.mark.parametrize(
    ("header", "cells", "first"),
    [
        ("Vorname,Name", "Ada,Moss", "Ada"),
        ("Nom,Prénom", "Durand,Zoé", "Zoé"),
        ("Nombre,Apellidos", "Ana María,López", "Ana María"),
        ("Nome,Cognome", "Ada Maria,Rossi", "Ada Maria"),
        ("Name,Surname", "Mary Anne,Moss", "Mary Anne"),
        ("Name,First name", "Moss,Ada", "Ada"),
        ("Name,First name", "Ada Moss,", ""),
    ],
)
def test_the_first_name_wins_over_the_name(header: str, cells: str, first: str) -> None:
    """Beside a column of first names, or of family names, “name” means something else."""
    [row] = rows(f"email,{header}\nanna@example.org,{cells}\n")
    assert row.first_name == first


@pytest.mark.parametrize("header", words(JOINED_WORDS))
def test_the_date_of_joining_is_found(header: str) -> None:
    """By the words of each program."""
    [row] = rows(f"email;{header}\nanna@example.org;2023-04-03\n")
    assert (row.joined, row.joined_typed) == (APRIL_3, "2023-04-03")


@pytest.mark.parametrize("header", words(NO_DATES_OF_JOINING))
def test_other_dates_are_no_consent(header: str) -> None:
    """A change, a farewell or the time at which somebody came into a meeting is no date of consent."""
    [row] = rows(f"email;{header}\nanna@example.org;2023-04-03\n")
    assert row.joined is None


BY_PROOF = ("CONFIRM_TIME", "OPTIN_TIME", "joined", "created_at", "Timestamp")


@given(st.permutations(BY_PROOF), st.integers(1, len(BY_PROOF)))
def test_the_best_date_counts_in_any_order(order: list[str], count: int) -> None:
    """A confirmation is better proof than an opt-in, and both are better than the time of an entry."""
    chosen = order[:count]
    best = min(chosen, key=BY_PROOF.index)
    cells = ["2023-04-03" if name == best else "2023-01-01" for name in chosen]
    [row] = rows(f"email,{','.join(chosen)}\nanna@example.org,{','.join(cells)}\n")
    assert row.joined == APRIL_3


def test_yes_and_no_are_no_dates() -> None:
    """“confirmed” of phpList says yes or no; its “entered” is the date."""
    [row] = rows("email,confirmed,entered\nanna@example.org,1,2023-04-03\n")
    assert row.joined == APRIL_3


@pytest.mark.parametrize(
    ("cells", "joined", "told"),
    [
        (["4/5/2024 7:15:22", "4/18/2024 18:05:10"], ["2024-04-05", "2024-04-18"], "the month first"),
        (["05.04.2024", "18.04.2024"], ["2024-04-05", "2024-04-18"], "the day first"),
        (["4/5/2024", "18/4/2024", "4/18/2024"], ["None", "2024-04-18", "2024-04-18"], ""),
        (["4/5/2024", "2024-04-18"], ["None", "2024-04-18"], ""),
    ],
)
def test_one_date_shows_the_order_of_the_others(cells: list[str], joined: list[str], told: str) -> None:
    """One program wrote the column. Where dates contradict each other, or none shows the order, nothing is guessed."""
    text = "email;Timestamp\n" + "".join(f"p{n}@example.org;{cell}\n" for n, cell in enumerate(cells))
    assert [str(row.joined)[:10] for row in rows(text)] == joined
    assert ("are read with" in remarks(text), told in remarks(text)) == (bool(told), True)


@pytest.mark.parametrize(
    ("header", "cells", "address", "told"),
    [
        ("E-mail 1 - Label,E-mail 1 - Value", "* Home,anna@x.org", "anna@x.org", ""),
        ("E-mail 2 - Value,E-mail 1 - Value", "b@x.org,anna@x.org", "anna@x.org", "“E-mail 2 - Value” as well"),
        ("Confirm email,Email", "b@x.org,anna@x.org", "anna@x.org", "“Confirm email” as well"),
        ("Recovery email,Kontakt", "b@x.org,anna@x.org", "anna@x.org", "“Recovery email” as well"),
        ("Referred by,Email", "b@x.org,anna@x.org", "anna@x.org", "“Referred by” as well"),
        ("Email,Contact", "Home,anna@x.org", "anna@x.org", "read from the column “Contact”"),
        ("Adresse,Kontakt", "1 Street,anna@x.org", "anna@x.org", "read from the column “Kontakt”"),
        ("email,email", "anna@x.org,b@x.org", "anna@x.org", "as well"),
        ("Name,", "Ada,anna@x.org", "anna@x.org", "column 2, which has no name"),
    ],
)
def test_of_several_columns_the_peoples_own_counts(header: str, cells: str, address: str, told: str) -> None:
    """And a remark names the other one, or the column that was found by its cells."""
    text = f"{header}\n{cells}\n"
    assert [row.address.typed for row in rows(text)] == [address]
    assert told in remarks(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Name,Referred by\nAda,b@x.org\n", "those of other people"),
        ("Name,Host email\nAda,b@x.org\n", "those of other people"),
        ("Name,Notes\nAda,b@x.org\nBen,call\nCy,write\n", "none that holds mostly addresses"),
        ("Ada,anna@x.org\nBen,ben@x.org\n", "Line 1 holds an address"),
    ],
)
def test_nobody_is_written_to_by_a_guess(text: str, reason: str) -> None:
    """Addresses of other people, in notes, or beside columns without names, stop the import with a clear word."""
    with pytest.raises(BadInput, match=reason):
        open_list(text.encode())


def test_addresses_of_others_never_stand_in_for_mistyped_ones() -> None:
    """The people's own column counts, also where all its cells are malformed."""
    lines = list(open_list(b"Email,Referred by\nanna at x.org,ben@x.org\n"))
    assert [line.outcome for line in lines if isinstance(line, Problem)][-1] is LineOutcome.MALFORMED
    assert not [line for line in lines if isinstance(line, Row)]


COLUMNS = {
    "E-mailadres": "anna@example.org",
    "Voornaam": "Anna",
    "Timezone": "Europe/London",
    "joined": "2023-04-03",
    "x": "y",
}


@given(st.permutations(list(COLUMNS)), st.sampled_from(",;\t"))
def test_the_order_of_the_columns_does_not_matter(order: list[str], delimiter: str) -> None:
    """Nor does the delimiter."""
    [row] = rows(f"{delimiter.join(order)}\n{delimiter.join(COLUMNS[name] for name in order)}\n")
    assert (row.address.typed, row.first_name, row.zone) == ("anna@example.org", "Anna", "Europe/London")
    assert row.joined == APRIL_3


@given(st.text(max_size=60))
def test_any_text_may_stand_in_a_header(name: str) -> None:
    """No name of a column raises an error."""
    field_of(name)
    joined_rank(name)
