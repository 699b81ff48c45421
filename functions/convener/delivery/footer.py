"""The words at the end of a mail that say why the reader gets it. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo

from convener.editions.formatting import day_month_year, one_line, shortened
from convener.editions.models import mark_free
from convener.subscribers.models import Subscriber
from convener.subscribers.origin import origin_of

MAX_SOURCE_CHARACTERS = 80
"""The operator's words for the source of a list are cut to this length in a mail."""

MIN_SOURCE_CHARACTERS = 3
"""A shorter source, such as an x, tells a reader nothing."""


FORM_WORDS: Mapping[str, str] = {"page": " by our form", "embedded": " by a form on another website"}
"""Where somebody joined, by the form that their row names. Some rows of earlier releases name none."""


def joined_words(subscriber: Subscriber, *, tz: tzinfo) -> str:
    """Return how "You get this because you joined …" goes on, without the full stop. `tz` is the zone of the series.

    For somebody whom a list brought, a second sentence says so: where their consent was given, and when their address
    was brought over. Their day of joining is named only where the list has it.
    """
    origin = origin_of(subscriber, tz=tz)
    joined = f" on {day_month_year(origin.joined)}" if origin.joined else ""
    if not origin.brought_over:
        return f"{FORM_WORDS.get(subscriber.source, '')}{joined}"
    source = shortened(one_line(mark_free(origin.source)), MAX_SOURCE_CHARACTERS)
    named = f"“{source}”" if sum(map(str.isalnum, source)) >= MIN_SOURCE_CHARACTERS else "another list"
    when = f" on {day_month_year(origin.brought_on)}" if origin.brought_on else ""
    return f"{joined}. Your address was brought over from {named} by the organisers{when}"
