"""Every mailing type is complete: templates, words, settings, golden mails and event samples are there."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from convener.mailing_types import (
    RECAP,
    REMINDER,
    Audience,
    DepartureRule,
    MailingType,
    TooLateRule,
    form_fields,
    mailing_type,
    mailing_types,
    types_of,
)
from tests.support.made_up_types import THANKS, made_up
from tests.support.type_parts import ROOT, missing_parts, report

UNKNOWN = "no mailing type"


@pytest.mark.parametrize("kind", mailing_types(), ids=str)
def test_a_registered_type_is_complete(kind: MailingType) -> None:
    """The message lists each part that is missing."""
    parts = missing_parts(kind)
    assert not parts, report(kind, parts)


def test_one_type_welcomes_late_joiners_and_one_is_linked_from_the_welcome() -> None:
    """The welcome mail asks the registry for both types, and the page to leave for the box that it offers to keep."""
    assert [kind.name for kind in mailing_types() if kind.for_late_joiners] == ["invite"]
    assert [kind.name for kind in mailing_types() if kind.linked_from_welcome] == ["recap"]
    assert [field.name for field in form_fields() if field.kept_when_leaving] == ["recap"]


def test_each_box_is_about_its_first_type() -> None:
    """The words of a box describe one type; the box may cover further types."""
    assert [types_of(field)[0].name for field in form_fields()] == [field.name for field in form_fields()]
    assert RECAP.form_field is not None
    assert [kind.name for kind in types_of(RECAP.form_field)] == ["recap", "follow-up"]


def test_an_unknown_name_is_an_error() -> None:
    """A newer version may have stored a type that this version does not know."""
    with pytest.raises(ValueError, match="novelty"):
        mailing_type("novelty")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the folders that hold parts of mailing types."""
    for folder in ("templates", "series/example", "tests/golden", "events", "docs"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def removed(path: str) -> Callable[[Path], None]:
    return lambda project: (project / path).unlink()


def rewritten(path: str, old: str, new: str) -> Callable[[Path], None]:
    def change(project: Path) -> None:
        file = project / path
        text = file.read_text("utf-8")
        assert old in text
        file.write_text(text.replace(old, new), "utf-8")

    return change


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (removed("templates/reminder/body.mjml"), "templates/reminder/body.mjml is missing"),
        (removed("templates/reminder/subject.txt"), "templates/reminder/subject.txt is missing"),
        (
            removed("tests/golden/reminder-bare.ics"),
            "tests/golden/reminder-bare.ics is missing: CONVENER_UPDATE_GOLDEN=1 make test writes it",
        ),
        (
            rewritten("series/example/series.toml", "[departures.reminder]", "[departures.remindr]"),
            "series/example/series.toml: the section [departures.reminder] is missing",
        ),
        (
            rewritten("series/example/series.toml", "the reminder", "a reminder"),
            "series/example/series.toml: the consent text, version 1, does not say “the reminder”; "
            "a new text is a new version",
        ),
        (
            rewritten("events/public-preferences-all.json", "&kinds=reminder", ""),
            "events/public-*.json: no form of these files ticks the box “reminder”",
        ),
        (
            rewritten("docs/joining.md", 'name="kinds" value="reminder"', ""),
            "docs/joining.md: the form to copy has no box “reminder”",
        ),
    ],
)
def test_a_missing_file_or_entry_is_named(project: Path, change: Callable[[Path], None], part: str) -> None:
    """The check reads the folders: it finds each part of the reminder that a change takes away."""
    assert missing_parts(REMINDER, root=project) == []
    change(project)
    assert missing_parts(REMINDER, root=project) == [part]


@pytest.mark.parametrize(
    ("columns", "part"),
    [
        ({"label": ""}, "the column label is empty"),
        ({"phrase": " "}, "the column phrase is empty"),
        ({"name": "Thanks_2"}, "the name may have lower-case letters and single hyphens only"),
        ({"follows": "preface"}, f"follows “preface”, which is {UNKNOWN}"),
        ({"superseded_by": "preface"}, f"superseded_by “preface”, which is {UNKNOWN}"),
        ({"audience": Audience.REACHED}, "the audience and the departure rule need the column follows"),
        (
            {"departure_rule": DepartureRule.WITH_LATER_MATERIALS},
            "the audience and the departure rule need the column follows",
        ),
        ({"too_late_rule": TooLateRule.SUPERSEDED}, "the rule SUPERSEDED needs the column superseded_by"),
        ({"too_late_rule": TooLateRule.GIVE_UP}, "the rule GIVE_UP is for mailings that leave after the session"),
    ],
)
def test_a_wrong_column_is_named(columns: dict[str, Any], part: str) -> None:
    """The check reads the row itself, too."""
    assert f"functions/convener/mailing_types.py: {part}" in missing_parts(made_up(**columns))


def covering(text: str) -> Callable[[Path], None]:
    """Return a change that adds a second wording with this text, which covers the invitation and the thanks."""

    def change(project: Path) -> None:
        with (project / "series" / "example" / "series.toml").open("a", encoding="utf-8") as file:
            file.write(f'\n[[consent]]\nversion = "2"\ntext = "{text}"\ncovers = ["invite", "thanks"]\n')

    return change


@pytest.mark.parametrize(
    ("text", "says"),
    [("Please send me the invitation and the thanks.", True), ("Please send me the invitation.", False)],
)
def test_a_wording_says_the_words_of_each_type_that_it_covers(project: Path, text: str, says: bool) -> None:
    """A wording that does not cover a type need not speak of it: the type reaches only those who choose it."""
    part = (
        "series/example/series.toml: the consent text, version 2, does not say “the thanks”; "
        "a new text is a new version"
    )
    assert part not in missing_parts(made_up(), root=project)
    covering(text)(project)
    assert (part in missing_parts(made_up(), root=project)) != says
    assert missing_parts(REMINDER, root=project) == []


def test_a_row_alone_lacks_everything_else() -> None:
    """Somebody who adds a row and nothing more reads the whole list of what is left to do."""
    kind = made_up()
    assert report(kind, missing_parts(kind)).splitlines() == [
        "The mailing type “thanks” is not complete:",
        "  - templates/thanks/subject.txt is missing",
        "  - templates/thanks/body.txt is missing",
        "  - templates/thanks/body.mjml is missing",
        "  - series/example/series.toml: the section [departures.thanks] is missing",
        *(
            f"  - tests/golden/thanks-{name} is missing: CONVENER_UPDATE_GOLDEN=1 make test writes it"
            for name in ("rich.html", "rich.txt", "bare.html", "bare.txt", "rich.ics", "bare.ics")
        ),
        "  - events/public-*.json: no form of these files ticks the box “thanks”",
        "  - docs/joining.md: the form to copy has no box “thanks”",
    ]


@pytest.mark.parametrize("word", ["words", "title", "hint", "welcome"])
def test_a_box_without_a_word_is_named(word: str) -> None:
    """Each page that shows the box, and the welcome mail, need their own words for the box."""
    box = replace(THANKS, **{word: ""})  # type: ignore[arg-type]
    parts = missing_parts(made_up(form_field=box))
    assert f"functions/convener/mailing_types.py: the box “thanks” has no {word}" in parts


def test_a_type_that_readers_cannot_decline_needs_no_box() -> None:
    """The consent text does not name such a type, and no form ticks it."""
    parts = missing_parts(made_up(form_field=None, consent_words="", templates=RECAP.templates, departure="recap"))
    assert [part for part in parts if "golden" not in part] == []
