"""The format numbers of everything that is stored or queued. Standard library only.

Each item, object and message says in `format` which form it has. What was stored before December 2026 has no number,
and counts as format 1. A reader accepts every format up to the number here. It refuses a higher one, which only a newer
version writes. `tests/formats/` has samples of every format.

Two releases run side by side while a deployment lasts. So a number rises only where a reader of the release before
would misread the new form. A new attribute that a reader may overlook needs no new number, only a default for its
absence.

A signed token has its number in its salt (`subscribers.tokens`), the ids of subscribers in the prefix of their hash
(`subscribers.identity`). Both stay at v1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convener.errors import BadInput

FIELD = "format"
"""The attribute of an item, the key of a message, and the metadata of an S3 object that has the number.

The word is reserved in DynamoDB's expressions, which therefore name it by a placeholder.
"""

NEWEST: Mapping[str, int] = {
    "session": 1,
    "history": 1,
    "upload": 1,
    "subscriber": 1,
    "fingerprint": 1,
    "consent": 1,
    "request": 1,
    "used": 1,
    "visits": 1,
    "asked": 1,
    "import": 1,
    "import-part": 1,
    "campaign": 1,
    "pause": 1,
    "cursor": 1,
    "chunk": 1,
    "pacing": 1,
    "edition": 1,
    "report": 1,
    "work-message": 1,
    "mail-request": 1,
}
"""The format that this version writes, by kind. It reads all formats up to this one."""


def numbered(kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of an item or message of that kind together with the number of their format."""
    return {**values, FIELD: NEWEST[kind]}


def check_format(kind: str, values: Mapping[str, Any], what: str) -> None:
    """Raise BadInput where a newer version wrote these values. `what` names them in the message.

    Values without a number are of format 1. A number that is no number raises ValueError, as other damage does.
    """
    number = int(values.get(FIELD, 1))
    if number > NEWEST[kind]:
        raise BadInput(
            f"{what} can't be read: a newer version wrote it "
            f"(format {number}; this version reads up to {NEWEST[kind]})."
        )
