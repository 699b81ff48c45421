"""Reserved words of DynamoDB: AWS refuses an expression that names an attribute so, and moto lets most of them pass.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ReservedWords.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

OPERATORS = frozenset({"ADD", "AND", "BETWEEN", "DELETE", "IN", "NOT", "OR", "REMOVE", "SET", "SIZE"})
"""Reserved words that expressions are made of."""

NAME = re.compile(r"(?<![#:\w])[A-Za-z_]\w*(?!\w*\()")


class ReservedWordError(Exception):
    """What AWS would answer with ValidationException."""


@cache
def words() -> frozenset[str]:
    """AWS's list, as moto keeps it."""
    from moto.dynamodb.parsing.reserved_keywords import ReservedKeywords  # noqa: PLC0415 - part of moto

    return frozenset(ReservedKeywords.get_reserved_keywords()) - OPERATORS


def refuse_reserved_words(params: dict[str, Any], **_: Any) -> None:
    """A `before-parameter-build.dynamodb` listener. Raises ReservedWordError."""
    for expression in _expressions(params):
        if wrong := {name for name in NAME.findall(expression) if name.upper() in words()}:
            raise ReservedWordError(
                f"{', '.join(sorted(wrong))} in “{expression}”: name it by ExpressionAttributeNames"
            )


def _expressions(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, part in value.items():
            if key.endswith("Expression") and isinstance(part, str):
                yield part
            elif key != "Item":  # what is written may hold any words
                yield from _expressions(part)
    elif isinstance(value, list):
        for part in value:
            yield from _expressions(part)
