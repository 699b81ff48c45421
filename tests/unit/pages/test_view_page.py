"""A mailing in the browser: the frozen edition, without anything personal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from convener.editions.models import Edition
from convener.mailing_types import mailing_type
from tests.support.event_links import TOKENS, VIEW
from tests.support.mails import KINDS, RICH, composed, the_series
from tests.support.people import campaign
from tests.support.visiting import METHODS, Visit, words


def visit_with_campaign(kind: str, edition: Edition) -> Visit:
    """Return a visit where that campaign is open with that edition."""
    visit = Visit()
    visit.open(campaign(mailing_type(kind), edition=visit.editions.put(edition)))
    return visit


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_is_the_frozen_edition(kind: str) -> None:
    """Byte for byte as it was frozen with the mail; later changes of session or template do not reach it."""
    edition = composed(kind)
    answer = visit_with_campaign(kind, edition).ask("view", TOKENS.view(f"2024-04/{kind}"))
    assert (answer.status, answer.body) == (200, edition.variants["web"].html)


def test_the_policy_allows_styles_and_images_of_the_mail() -> None:
    """Inline styles, the host of the logo, no script and no form."""
    plain = visit_with_campaign("invite", composed("invite")).ask("view", VIEW).headers["content-security-policy"]
    for part in ("default-src 'none'", "style-src 'unsafe-inline'", "img-src 'none'", "form-action 'none'"):
        assert part in plain
    brand = the_series().brand.model_copy(update={"logo_url": "https://img.example/a/logo.png", "logo_alt": "Hands"})
    edition = composed("invite", series=the_series().model_copy(update={"brand": brand}))
    branded = visit_with_campaign("invite", edition).ask("view", VIEW).headers["content-security-policy"]
    assert "img-src https://img.example;" in branded


@pytest.mark.parametrize("kind", KINDS)
def test_an_old_edition_shows_its_mail(kind: str) -> None:
    """The same words, without greeting, joining day, link to unsubscribe or open field."""
    edition = composed(kind)
    old = replace(edition, variants={name: content for name, content in edition.variants.items() if name != "web"})
    answer = visit_with_campaign(kind, old).ask("view", TOKENS.view(f"2024-04/{kind}"))
    said = words(answer)
    assert RICH.title is not None
    assert (answer.status, RICH.title in said) == (200, True)
    for part in ("\ue000", "\ue001", 'href=""', "Hello", "For you", "Tomorrow", "Leave at any time"):
        assert part not in answer.body
    assert "Leave" not in said
    assert (kind != "reminder") or "Thu 18 April, 6pm UK" in said


def test_an_old_edition_of_another_layout_has_no_link_to_unsubscribe() -> None:
    """If no paragraph stands around the link, only the link is removed."""
    edition = composed("invite")
    link = '<div><a href="\ue000leave_url\ue001">Go</a></div><p>Stay</p>'
    old = replace(edition, variants={"full": replace(edition.variants["full"], html=link)})
    assert visit_with_campaign("invite", old).ask("view", VIEW).body == "<div></div><p>Stay</p>"


def test_an_unknown_campaign_is_not_found() -> None:
    """404 in plain words."""
    answer = Visit().ask("view", VIEW)
    assert (answer.status, "no longer in our records" in words(answer)) == (404, True)


@pytest.mark.parametrize("method", METHODS)
def test_only_reading_is_possible(method: str) -> None:
    """Every other method gets 405 with Allow."""
    answer = visit_with_campaign("invite", composed("invite")).ask("view", VIEW, method)
    assert answer.status == (200 if method in ("GET", "HEAD") else 405)
