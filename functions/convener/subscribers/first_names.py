"""First names: cleaned of characters that disturb a mail, and refused where they contain an address or markup.

Programs write words such as `null` or a merge code where they have no name. Such a text is no name, in a list and in a
form: the mail greets without one.
"""

from __future__ import annotations

import re
import unicodedata

from convener.errors import BadInput

MAX_FIRST_NAME_CHARACTERS = 60
"""A longer text is a sentence in the wrong column."""

_JOINERS = "\u200c\u200d"  # the spelling of Persian and Indic names needs these characters


def clean_first_name(typed: str) -> str:
    """Return the name on one line, in NFC, without control, private-use and direction characters.

    Raises BadInput when the name has more than MAX_FIRST_NAME_CHARACTERS characters.
    """
    spaced = " ".join(unicodedata.normalize("NFC", typed).split())
    name = "".join(c for c in spaced if c in _JOINERS or unicodedata.category(c)[0] != "C").strip()
    if len(name) > MAX_FIRST_NAME_CHARACTERS:
        raise BadInput(f"The first name has {len(name)} characters; {MAX_FIRST_NAME_CHARACTERS} is the most.")
    return name


_TEXTS_FOR_NO_NAME = """
    null undefined none notapplicable notavailable notprovided notgiven notset noname nofirstname unknown blank empty
    anonymous anonym unbekannt keinname keineangabe inconnu anonyme desconocido anonimo sinnombre sconosciuto
    onbekend naamloos nobody noone tbc tbd true false div0 ref value
    first name firstname fname lastname lname fullname yourname yourfirstname givenname forename username displayname
    merge1 subscriber subscribername subscriberfirstname contact contactname contactfirstname user guest attendee
    participant customer reader recipient
    vorname ihrvorname ihrname nachname prenom votreprenom nom voornaam naam nombre tunombre nome primeironome
"""
"""Texts in place of a name, without accents and signs: of programs, and the names of columns and merge fields."""
_NO_NAME = frozenset(_TEXTS_FOR_NO_NAME.split())
_NO_NAME_UNLESS_CAPITALISED = frozenset({"na", "nan", "nil"})
"""Texts in place of a name, which are names of people as well when one capital letter begins them: Na, Nan, Nil."""
_MERGE_CODE = re.compile(
    r"\{\{|\}\}|\{%|%\}|\*\||\|\*|%%|\[\[|\]\]|\$\{|\{\$|<<|>>|<%|«|»"
    r"|^\{.*\}$|^\[.*\]$|^%.+%$|^#.+#$|^@.+@$|^~.+~$|^__.+__$|^\$\w+$|^:\w+:?$|^-\w+_\w+-$"
)
"""The merge codes that Mailchimp, Liquid, ExactTarget, Brevo, Word and others leave for a field without a value."""


def is_placeholder(name: str) -> bool:
    """Return whether a text stands in place of a name: null, N/A, a dash, a merge code, or the name of a column."""
    letters = "".join(c for c in unicodedata.normalize("NFKD", name) if c.isalnum())
    plain = letters.casefold()
    if plain in _NO_NAME or _MERGE_CODE.search(name) or all(unicodedata.category(c)[0] in "PZ" for c in name):
        return True
    return plain in _NO_NAME_UNLESS_CAPITALISED and name != plain.capitalize()


_ADDRESS_OR_MARKUP = re.compile(r"[<>{}\[\]|\\/@=]|\w{2}\.\w{2}|www\.", re.IGNORECASE)
_ADDRESS = re.compile(r"\w@\w|//|\w{2}\.\w{2}|www\.", re.IGNORECASE)
_ABBREVIATED = re.compile(r"^([^\W\d_]{2,3})\.(?=[^\W\d_])")
"""The beginning of “St.John”, which a mail program may take for a web address."""
_OVERRIDES = re.compile("[\u202d\u202e]")
"""Characters that write the text after them backwards. Other direction characters occur in names, and are taken out."""


def listed_first_name(typed: str) -> str:
    """Clean a first name from a list that an operator imports.

    Returns:
        The name; an empty string for a placeholder.

    Raises:
        BadInput: The name is too long, or is a number, or holds a mail or web address, markup, a formula, or
            characters that reverse the text. The message is a sentence without the name.
    """
    name = clean_first_name(typed)
    if is_placeholder(name):
        return ""
    if (short := _ABBREVIATED.match(name)) and name[short.end()].isupper() and short[1].casefold() != "www":
        name = f"{short[0]} {name[short.end() :]}"
    for found, reason in (
        (_OVERRIDES.search(typed), "holds characters that reverse the text"),
        (_ADDRESS.search(name), "holds a mail or web address"),
        (re.search(r"[<>]|^[=+@]", name), "holds markup or a formula"),
        (any(map(str.isdigit, name)) and not any(map(str.isalpha, name)), "is a number"),
    ):
        if found:
            raise BadInput(f"The first name {reason}.")
    return name


def typed_first_name(typed: str) -> str:
    """Clean a first name that somebody typed into a page.

    Web addresses and markup are refused, because the name appears in a mail to an address that the same person typed:
    a sender of spam could send links with such a form. A placeholder gives an empty string. Raises BadInput when the
    name is too long or contains an address or markup.
    """
    name = clean_first_name(typed)
    if _ADDRESS_OR_MARKUP.search(name):
        raise BadInput("Write the first name alone, without signs such as < or /, and with a space after a dot.")
    return "" if is_placeholder(name) else name
