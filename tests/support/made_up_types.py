"""Made-up mailing types for tests: a row beside the shipped rows, for as long as a test needs the row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from convener.mailing_types import REGISTRY, REMINDER, FormField, MailingType

THANKS = FormField(
    name="thanks",
    words="the thanks",
    title="The thanks",
    hint="a word from those who led the conversation",
    welcome="The thanks, {before} the conversation",
)
"""A box of its own."""


def made_up(**changes: Any) -> MailingType:
    """A complete row for a type named `thanks`, which leaves two days before the session. `changes` replace columns."""
    row = replace(
        REMINDER,
        name="thanks",
        label="Thanks",
        phrase="The thanks for",
        form_field=THANKS,
        consent_words="the thanks",
        departure="thanks",
        templates="thanks",
    )
    return replace(row, **changes)


@contextmanager
def registered(*rows: MailingType) -> Iterator[None]:
    """Add the rows to the registry, behind the shipped rows, until the block ends."""
    REGISTRY.update({row.name: row for row in rows})
    try:
        yield
    finally:
        for row in rows:
            del REGISTRY[row.name]
