"""The parts that a mailing type consists of, and which of them are missing."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from convener.campaigns import campaign_id, campaign_of_tag, campaign_tag
from convener.mailing_types import COVERED_BY_DEFAULT, REGISTRY, Audience, DepartureRule, MailingType, TooLateRule

ROOT = Path(__file__).parents[2]
FILES = ("subject.txt", "body.txt", "body.mjml")
_ID = re.compile(r"[a-z]+(-[a-z]+)*")
_WORDS = ("words", "title", "hint", "welcome")


def missing_parts(kind: MailingType, *, root: Path = ROOT) -> list[str]:
    """Return a sentence for each part of a mailing type that is missing; an empty list for a complete type.

    `root` is the folder with `templates/`, `series/`, `tests/golden/`, `events/` and `docs/`.
    """
    return [
        *_columns(kind),
        *_templates(kind, root),
        *_words(kind, root),
        *_settings(kind, root),
        *_samples(kind, root),
        *_documents(kind, root),
    ]


def report(kind: MailingType, parts: list[str]) -> str:
    """Return what a failing test prints about the missing parts of a type."""
    return "\n".join([f"The mailing type “{kind.name}” is not complete:", *(f"  - {part}" for part in parts)])


def _columns(kind: MailingType) -> Iterator[str]:
    row = "functions/convener/mailing_types.py"
    if not _ID.fullmatch(kind.name) or campaign_of_tag(campaign_tag(campaign_id("2024-04", kind))) != f"2024-04/{kind}":
        yield f"{row}: the name may have lower-case letters and single hyphens only"
    if kind.follows and kind.follows not in REGISTRY:
        yield f"{row}: follows “{kind.follows}”, which is no mailing type"
    if kind.superseded_by and kind.superseded_by not in REGISTRY:
        yield f"{row}: superseded_by “{kind.superseded_by}”, which is no mailing type"
    after_another = kind.audience is Audience.REACHED or kind.departure_rule is DepartureRule.WITH_LATER_MATERIALS
    if after_another and not kind.follows:
        yield f"{row}: the audience and the departure rule need the column follows"
    if kind.too_late_rule is TooLateRule.SUPERSEDED and not kind.superseded_by:
        yield f"{row}: the rule SUPERSEDED needs the column superseded_by"
    if kind.too_late_rule is TooLateRule.GIVE_UP and kind.departure_rule.before_session:
        yield f"{row}: the rule GIVE_UP is for mailings that leave after the session"


def _templates(kind: MailingType, root: Path) -> Iterator[str]:
    for name in FILES:
        if not (root / "templates" / kind.templates / name).is_file():
            yield f"templates/{kind.templates}/{name} is missing"


def _words(kind: MailingType, root: Path) -> Iterator[str]:
    row = "functions/convener/mailing_types.py"
    yield from (f"{row}: the column {name} is empty" for name in ("label", "phrase") if not getattr(kind, name).strip())
    if kind.form_field is None:
        return
    field = kind.form_field
    yield from (f"{row}: the box “{field.name}” has no {name}" for name in _WORDS if not getattr(field, name).strip())
    for wording in _series(root)["consent"]:
        covered = kind.name in wording.get("covers", COVERED_BY_DEFAULT)
        if covered and (not kind.consent_words or kind.consent_words not in wording["text"]):
            yield (
                f"series/example/series.toml: the consent text, version {wording['version']}, does not say "
                f"“{kind.consent_words}”; a new text is a new version"
            )


def _settings(kind: MailingType, root: Path) -> Iterator[str]:
    if kind.departure not in _series(root)["departures"]:
        yield f"series/example/series.toml: the section [departures.{kind.departure}] is missing"


def _documents(kind: MailingType, root: Path) -> Iterator[str]:
    form = (root / "docs" / "joining.md").read_text("utf-8")
    if kind.form_field and f'name="kinds" value="{kind.form_field.name}"' not in form:
        yield f"docs/joining.md: the form to copy has no box “{kind.form_field.name}”"


def _samples(kind: MailingType, root: Path) -> Iterator[str]:
    golden = [f"{kind.name}-{shape}.{ending}" for shape in ("rich", "bare") for ending in ("html", "txt")]
    golden += [f"{kind.name}-{shape}.ics" for shape in ("rich", "bare") if kind.has_calendar]
    for name in golden:
        if not (root / "tests" / "golden" / name).is_file():
            yield f"tests/golden/{name} is missing: CONVENER_UPDATE_GOLDEN=1 make test writes it"
    if kind.form_field and kind.form_field.name not in _boxes_ticked(root):
        yield f"events/public-*.json: no form of these files ticks the box “{kind.form_field.name}”"


def _boxes_ticked(root: Path) -> set[str]:
    events = (json.loads(path.read_text("utf-8")) for path in (root / "events").glob("public-*.json"))
    return {box for event in events for box in parse_qs(event.get("body", "")).get("kinds", [])}


def _series(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / "series" / "example" / "series.toml").read_text("utf-8"))
