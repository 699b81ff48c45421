"""First names: cleaned of characters that disturb a mail, and refused where they contain an address or markup."""

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


_ADDRESS_OR_MARKUP = re.compile(r"[<>{}\[\]|\\/@=]|\w{2}\.\w{2}|www\.", re.IGNORECASE)
_ADDRESS = re.compile(r"\w@\w|//|\w{2}\.\w{2}|www\.", re.IGNORECASE)


def listed_first_name(typed: str) -> str:
    """Clean a first name from a list that an operator imports.

    Only a text that mail programs turn into a link is refused, because a list may hold signs that another program's
    form accepted. Raises BadInput when the name is too long or contains a mail or web address.
    """
    name = clean_first_name(typed)
    if _ADDRESS.search(name):
        raise BadInput("The first name holds a mail or web address.")
    return name


def typed_first_name(typed: str) -> str:
    """Clean a first name that somebody typed into a page.

    Web addresses and markup are refused, because the name appears in a mail to an address that the same person typed:
    a sender of spam could send links with such a form. Raises BadInput when the name is too long or contains an address
    or markup.
    """
    name = clean_first_name(typed)
    if _ADDRESS_OR_MARKUP.search(name):
        raise BadInput("Write the first name alone, without signs such as < or /, and with a space after a dot.")
    return name
