"""Claiming and recording: the writes around a call. Standard library only."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from convener.delivery.chunks import Chunk
from convener.delivery.mail import Mail
from convener.delivery.ports import ChunkStore
from convener.delivery.states import RecipientState
from convener.errors import BadInput, Conflict, LostAnswer, Unavailable

MAX_ATTEMPTS = 4
"""How often a record is tried that the ledger did not take. boto3 has repeated each of them by then."""


def new_claim() -> str:
    """A fresh claim id: 40 random bits, enough to tell the claims of one chunk apart."""
    return uuid.uuid4().hex[:10]


def claim(
    ledger: ChunkStore, chunk: Chunk, changed: Mapping[int, RecipientState], mails: Mapping[int, Mail]
) -> tuple[Chunk, Mapping[int, Mail]]:
    """Write the claims; the chunk as it is then, and the mails that are ours to send.

    Where somebody else wrote meanwhile, or the answer was lost, none are, save what bears our claim: it may have been
    done, and the other may have gone on from it.
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
    """Write the outcomes over whatever was written meanwhile: states only rise, so the order does not matter.

    The ledger's own trouble is borne for a while: what isn't recorded is UNKNOWN once its lease is over.
    """
    trouble = 0
    while True:
        recorded = chunk.with_entries({place: chunk.entries[place].merged(entry) for place, entry in entries.items()})
        try:
            ledger.save(recorded, messages=messages)
        except Conflict:
            chunk = read_again(ledger, chunk)
        except (LostAnswer, Unavailable):
            trouble += 1
            if trouble == MAX_ATTEMPTS:
                raise
            chunk = read_again(ledger, chunk)
        else:
            return recorded


def read_again(ledger: ChunkStore, chunk: Chunk) -> Chunk:
    """The chunk as it is now. Raises BadInput where it is gone."""
    now = ledger.chunk(chunk.campaign, chunk.ref)
    if now is None:
        raise BadInput(f"There is no chunk {chunk.ref} of {chunk.campaign} any more.")
    return now
