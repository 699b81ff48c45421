"""The variants of an edition: with a calendar file, with links only, or without; with HTML or as text."""

from __future__ import annotations

from dataclasses import replace

import pytest

from convener.delivery.mail import variant_for
from convener.mailing_types import mailing_types
from convener.subscribers.models import Calendar
from tests.support.mails import BARE, KINDS, RICH, composed
from tests.support.people import edition, subscriber

CALENDAR = tuple(kind.name for kind in mailing_types() if kind.has_calendar)
CHOICES = {
    (False, Calendar.FILE): "full",
    (False, Calendar.LINK): "plain",
    (False, Calendar.NONE): "bare",
    (True, Calendar.FILE): "text",
    (True, Calendar.LINK): "text-plain",
    (True, Calendar.NONE): "text-bare",
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_choice_that_makes_a_difference_has_a_variant(kind: str) -> None:
    """A mailing with a calendar has six variants and the web page; any other has three and the web page."""
    expected = {"full", "plain", "text", "web"} | (set(CHOICES.values()) if kind in CALENDAR else set())
    assert set(composed(kind).variants) == expected


@pytest.mark.parametrize("kind", CALENDAR)
@pytest.mark.parametrize("session", [RICH, BARE], ids=["rich", "bare"])
def test_a_mail_without_calendar_does_not_mention_one(kind: str, session: object) -> None:
    """The variant without a calendar has no links to calendars and no file. The rest is the same."""
    variants = composed(kind, session).variants  # type: ignore[arg-type]
    bare, plain = variants["bare"], variants["plain"]
    words = (bare.text + bare.html).lower()
    assert not {word for word in ("calendar", "attached", "outlook.live", "yahoo") if word in words}
    assert bare.subject == plain.subject
    assert set(bare.text.split("\n")) < set(plain.text.split("\n"))
    assert "\n\n\n" not in bare.text


@pytest.mark.parametrize("kind", CALENDAR)
def test_a_text_mail_has_the_text_of_the_full_mail(kind: str) -> None:
    """A text-only mail has the text of the full mail, and the file only if the reader chose it."""
    variants = composed(kind).variants
    for text, mail in (("text", "full"), ("text-plain", "plain"), ("text-bare", "bare")):
        assert variants[text] == replace(variants[mail], html="")
    assert [name for name, content in variants.items() if content.calendar] == ["full", "text"]


@pytest.mark.parametrize(("choice", "name"), CHOICES.items(), ids=CHOICES.values())
def test_every_choice_has_its_variant(choice: tuple[bool, Calendar], name: str) -> None:
    """Each choice has its variant. If the edition lacks it, the nearest variant is taken."""
    text_only, calendar = choice
    reader = subscriber(1, text_only=text_only, calendar=calendar)
    assert variant_for(reader, composed("invite")) == name
    assert variant_for(reader, edition()) == {"bare": "plain"}.get(name, name.partition("-")[0])
