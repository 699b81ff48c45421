"""The two conditional writes around handing mails to SES: claiming entries, and recording their result.

Standard library only.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from convener.delivery.chunks import Chunk
from convener.delivery.mail import Mail
from convener.delivery.ports import ChunkStore
from convener.delivery.states import RecipientState
from convener.errors import BadInput, Conflict, LostAnswer, Unavailable

MAX_ATTEMPTS = 4
"""The number of times that `record` tries a write that the ledger did not answer. boto3 repeats each of them itself."""


def new_claim() -> str:
    """Return a new claim id: 40 random bits, enough to tell the claims of one chunk apart."""
    return uuid.uuid4().hex[:10]


def claim(
    ledger: ChunkStore, chunk: Chunk, changed: Mapping[int, RecipientState], mails: Mapping[int, Mail]
) -> tuple[Chunk, Mapping[int, Mail]]:
    """Write the claimed and skipped entries of a chunk.

    After a Conflict or a lost answer the chunk is read again, and only an entry that holds exactly our claim counts as
    claimed: the write may have been done, and another writer may have changed other entries since.

    Args:
        ledger: The store of the chunk.
        chunk: The chunk as it was read.
        changed: The new entries by position.
        mails: The mails by position, one for each entry that becomes SENDING.

    Returns:
        The chunk as it is now, and the mails that the caller has claimed and must send.
    """
    claimed = chunk.with_entries(changed)
    try:
        ledger.save(claimed, messages={})
    except (Conflict, LostAnswer):
        claimed = read_again(ledger, chunk)
        mails = {place: mail for place, mail in mails.items() if claimed.entries[place] == changed[place]}
    return claimed, mails


def record(
    ledger: ChunkStore, chunk: Chunk, entries: Mapping[int, RecipientState], messages: Mapping[int, str]
) -> Chunk:
    """Merge the results of sent mails into the chunk, whatever other writers wrote meanwhile.

    A state only rises, so the order of the writers does not matter. An entry that could not be recorded becomes UNKNOWN
    when its claim expires.

    Args:
        ledger: The store of the chunk.
        chunk: The chunk after the claim.
        entries: The results by position.
        messages: SES's message ids by position.

    Returns:
        The chunk as it was written.

    Raises:
        LostAnswer, Unavailable: The ledger did not answer MAX_ATTEMPTS times.
    """
    failures = 0
    while True:
        recorded = chunk.with_entries({place: chunk.entries[place].merged(entry) for place, entry in entries.items()})
        try:
            ledger.save(recorded, messages=messages)
        except Conflict:
            chunk = read_again(ledger, chunk)
        except (LostAnswer, Unavailable):
            failures += 1
            if failures == MAX_ATTEMPTS:
                raise
            chunk = read_again(ledger, chunk)
        else:
            return recorded


def read_again(ledger: ChunkStore, chunk: Chunk) -> Chunk:
    """Return the chunk as it is stored now. Raises BadInput where it does not exist any more."""
    stored = ledger.chunk(chunk.campaign, chunk.ref)
    if stored is None:
        raise BadInput(f"There is no chunk {chunk.ref} of {chunk.campaign} any more.")
    return stored
