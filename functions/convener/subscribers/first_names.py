"""First names: kept as people write them, without what could disturb a mail."""

from __future__ import annotations

import re
import unicodedata

from convener.errors import BadInput

LONGEST = 60  # characters; longer ones are a sentence in the wrong column

_JOINERS = "\u200c\u200d"  # Persian and Indic names are spelt with them


def clean_first_name(typed: str) -> str:
    """One line, NFC, without control, private-use or direction characters. Raises BadInput when it is too long."""
    spaced = " ".join(unicodedata.normalize("NFC", typed).split())
    name = "".join(c for c in spaced if c in _JOINERS or unicodedata.category(c)[0] != "C").strip()
    if len(name) > LONGEST:
        raise BadInput(f"The first name has {len(name)} characters; {LONGEST} is the most.")
    return name


_NO_NAME = re.compile(r"[<>{}\[\]|\\/@=]|\w{2}\.\w{2}|www\.", re.IGNORECASE)


_ADDRESS = re.compile(r"\w@\w|//|\w{2}\.\w{2}|www\.", re.IGNORECASE)


def listed_first_name(typed: str) -> str:
    """The same for a list that an operator has: only what mail programs would make a link of is no name.

    Lists of other programs may hold what a form of theirs let through. Raises BadInput.
    """
    name = clean_first_name(typed)
    if _ADDRESS.search(name):
        raise BadInput("The first name holds a mail or web address.")
    return name


def typed_first_name(typed: str) -> str:
    """The same for what anybody may type into a page: no web address and no markup, which mails would carry on.

    A form that sends mail to an address of one's choice, with words of one's choice, is what senders of spam look for.
    Raises BadInput.
    """
    name = clean_first_name(typed)
    if _NO_NAME.search(name):
        raise BadInput("Write the first name alone, without signs such as < or /, and with a space after a dot.")
    return name
