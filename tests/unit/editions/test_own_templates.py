"""A community's own templates take the place of the project's, in mails and on pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from convener import wiring
from convener.container import BUNDLE, Container
from convener.editions.render import Templates
from convener.errors import Blocked
from convener.pages.page_renderer import PageRenderer
from tests.support.handling import CONTEXT, hands
from tests.support.mails import composed
from tests.support.people import SERIES_FOLDER, TEMPLATES, series

Write = Callable[[str, str], None]


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A community's folder, with the settings of the tests."""
    folder = tmp_path / "ours"
    folder.mkdir()
    (folder / "series.toml").write_bytes((SERIES_FOLDER / "series.toml").read_bytes())
    return folder


@pytest.fixture
def write(own: Path) -> Write:
    def written(name: str, text: str) -> None:
        file = own / "templates" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")

    return written


def test_an_own_template_counts_and_the_rest_stays(own: Path, write: Write) -> None:
    """Only the subject is theirs: the parts of the mail are those of the project, to the letter."""
    write("invite/subject.txt", "Come along: {{ session.title }}")
    ours, theirs = composed("invite"), composed("invite", templates=Templates(own / "templates", TEMPLATES))
    title = "The role of kindness in the British Red Cross"
    assert theirs.variants["full"].subject == f"Come along: {title}"
    assert theirs.variants["full"].text == ours.variants["full"].text
    write("_base/layout.txt", "{% block body %}{% endblock %}\nWith love from the harbour.")
    assert "With love from the harbour." in Templates(own / "templates", TEMPLATES).text("_base/layout.txt", {})


def test_the_message_says_whose_template_fails(own: Path, write: Write) -> None:
    """The folder's name stands before a template of the community, so that nobody looks into the project's."""
    write("invite/subject.txt", "Come along\n{{ sponsor }}")
    with pytest.raises(Blocked, match=r"^ours/templates/invite/subject.txt, line 2: 'sponsor' is undefined"):
        composed("invite", templates=Templates(own / "templates", TEMPLATES))
    write("invite/subject.txt", "Come along\n{% if %}")
    with pytest.raises(Blocked, match=r"^ours/templates/invite/subject.txt, line 2: "):
        composed("invite", templates=Templates(own / "templates", TEMPLATES))


def test_a_page_may_be_their_own_too(own: Path, write: Write) -> None:
    """The layout around it stays."""
    write("pages/nowhere.html", '{% extends "pages/layout.html" %}{% block heading %}Lost at sea{% endblock %}')
    renderer = PageRenderer([own / "templates", TEMPLATES], series(), base_url="https://c.example")
    page = renderer.page("nowhere", {}).body
    assert "<h1>Lost at sea</h1>" in page
    assert "How we look after your data" in page


def test_functions_read_the_folder_of_the_bundle(own: Path, write: Write) -> None:
    """The tick's templates are those of the container's folder; in Lambda it lies beside the project's templates."""
    write("invite/subject.txt", "Come along")
    with wiring.using(replace(hands(), series_folder=own, _cache={})):
        assert wiring.tick(CONTEXT).composer.templates.line("invite/subject.txt", {}) == "Come along"
    assert Container().series_folder == BUNDLE / "series"
    assert Container().template_folders == (BUNDLE / "series" / "templates", BUNDLE / "templates")
