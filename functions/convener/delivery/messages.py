"""Reading the messages of the two work queues.

A message names its work and nothing else. A message of any other form was not written by Convener: it goes to the
dead-letter queue, and the error repeats nothing of its text. Standard library only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from convener.errors import BadInput
from convener.formats import check_format

CAMPAIGN = re.compile(r"[0-9A-Za-z-]{1,60}(/[0-9A-Za-z-]{1,60}){1,3}")
SHARD = re.compile(r"[0-9a-f]")
CHUNK = re.compile(r"[0-9a-f]-[0-9]{5,9}")


@dataclass(frozen=True, kw_only=True)
class ChunkMessage:
    """A chunk to deliver.

    Attributes:
        campaign: The campaign's id.
        chunk: The chunk's name.
        probe: Send a single mail to learn whether SES answers again, although the campaign waits.
    """

    campaign: str
    chunk: str
    probe: bool = False


def read_shard(body: str) -> tuple[str, str]:
    """Return the campaign and the shard of a message for fan-out. Raises BadInput where it is not such a message."""
    work = _work(body)
    return _text(work, "campaign", CAMPAIGN), _text(work, "shard", SHARD)


def read_chunk(body: str) -> ChunkMessage:
    """Read a message for delivery. Raises BadInput where it is not such a message."""
    work = _work(body)
    return ChunkMessage(
        campaign=_text(work, "campaign", CAMPAIGN), chunk=_text(work, "chunk", CHUNK), probe=_flag(work, "probe")
    )


def _work(body: str) -> Mapping[str, Any]:
    try:
        work = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadInput("The message is no JSON.") from error
    if not isinstance(work, dict):
        raise BadInput("The message is no JSON object.")
    try:
        check_format("work-message", work, "The message")
    except (TypeError, ValueError) as error:
        raise BadInput("The message has no number of its format as Convener writes it.") from error
    return work


def _text(work: Mapping[str, Any], name: str, shape: re.Pattern[str]) -> str:
    value = work.get(name)
    if not isinstance(value, str) or not shape.fullmatch(value):
        raise BadInput(f"The message has no {name!r} as Convener writes it.")
    return value


def _flag(work: Mapping[str, Any], name: str) -> bool:
    value = work.get(name, False)
    if not isinstance(value, bool):
        raise BadInput(f"The message's {name!r} is neither true nor false.")
    return value
