"""One edition, several choices: a calendar file, links alone, or neither; with HTML or as plain text."""

from __future__ import annotations

from dataclasses import replace

import pytest

from convener.delivery.mail import variant_for
from convener.subscribers.models import Calendar
from tests.support.mails import BARE, KINDS, RICH, composed
from tests.support.people import edition, subscriber

CALENDAR = ("invite", "reminder")
CHOICES = {
    (False, Calendar.FILE): "full",
    (False, Calendar.LINK): "plain",
    (False, Calendar.NONE): "bare",
    (True, Calendar.FILE): "text",
    (True, Calendar.LINK): "text-plain",
    (True, Calendar.NONE): "text-bare",
}


@pytest.mark.parametrize("kind", KINDS)
def test_there_is_a_variant_for_each_choice_that_makes_a_difference(kind: str) -> None:
    """Six and the page for what has a calendar; for the rest, four as ever."""
    expected = {"full", "plain", "text", "web"} | (set(CHOICES.values()) if kind in CALENDAR else set())
    assert set(composed(kind).variants) == expected


@pytest.mark.parametrize("kind", CALENDAR)
@pytest.mark.parametrize("session", [RICH, BARE], ids=["rich", "bare"])
def test_who_wants_no_calendar_reads_of_none(kind: str, session: object) -> None:
    """No link that adds the date, no file, not a word of it; all else is the same."""
    variants = composed(kind, session).variants  # type: ignore[arg-type]
    bare, plain = variants["bare"], variants["plain"]
    words = (bare.text + bare.html).lower()
    assert not {word for word in ("calendar", "attached", "outlook.live", "yahoo") if word in words}
    assert bare.subject == plain.subject
    assert set(bare.text.split("\n")) < set(plain.text.split("\n"))
    assert "\n\n\n" not in bare.text


@pytest.mark.parametrize("kind", CALENDAR)
def test_plain_text_has_what_the_mail_beside_it_has(kind: str) -> None:
    """The same words, and the file only where it was chosen."""
    variants = composed(kind).variants
    for text, mail in (("text", "full"), ("text-plain", "plain"), ("text-bare", "bare")):
        assert variants[text] == replace(variants[mail], html="")
    assert [name for name, content in variants.items() if content.calendar] == ["full", "text"]


@pytest.mark.parametrize(("choice", "name"), CHOICES.items(), ids=CHOICES.values())
def test_every_choice_has_its_variant(choice: tuple[bool, Calendar], name: str) -> None:
    """And where the edition has none for it, because it is old or nothing differs, the nearest."""
    text_only, calendar = choice
    reader = subscriber(1, text_only=text_only, calendar=calendar)
    assert variant_for(reader, composed("invite")) == name
    assert variant_for(reader, edition()) == {"bare": "plain"}.get(name, name.partition("-")[0])
