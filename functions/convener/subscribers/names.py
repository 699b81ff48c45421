"""First names: kept as people write them, without what could disturb a mail."""

from __future__ import annotations

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
