"""The documents and the project say the same."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import click
import pytest

from local.cli import main

ROOT = Path(__file__).parents[1]
DOCS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
TEXT = {path.name: path.read_text("utf-8") for path in DOCS}
TARGETS = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
every_document = pytest.mark.parametrize("name", sorted(TEXT))


def commands(group: click.Group, before: str = "") -> set[str]:
    """Every command of the command line, as it is typed."""
    found = set()
    for name, command in group.commands.items():
        path = f"{before}{name}"
        found |= commands(command, f"{path} ") if isinstance(command, click.Group) else {path}
    return found


@every_document
def test_every_make_target_in_the_documents_exists(name: str) -> None:
    """`make x` in a document can be run."""
    assert set(re.findall(r"`make ([a-z0-9-]+)", TEXT[name])) <= TARGETS
    assert set(re.findall(r"^make ([a-z0-9-]+)", TEXT[name], re.MULTILINE)) <= TARGETS


def test_the_readme_names_the_two_commands_and_every_target() -> None:
    """Nothing that `make` lists is missing from the README, but housekeeping."""
    named = set(re.findall(r"make ([a-z0-9-]+)", TEXT["README.md"]))
    assert named >= TARGETS - {"help", "pins", "clean"}


@every_document
def test_every_command_in_the_documents_exists(name: str) -> None:
    """`convener a b` in a document is a command."""
    known = commands(main) | set(main.commands)
    for words in re.findall(r"convener (?:--\w+ (?:NAME )?)?([a-z]+(?: [a-z]+)?)", TEXT[name]):
        first = words.split()[0]
        if first in main.commands:
            assert words in known or first in known, words


def test_every_command_is_in_the_documents() -> None:
    """A command that nobody can read about does not exist."""
    everything = re.sub(r"convener --(local|stack \w+) ", "convener ", "\n".join(TEXT.values()))
    for command in commands(main):
        assert f"convener {command}" in everything or f"make {command}" in everything, command


@every_document
def test_every_link_and_file_in_the_documents_exists(name: str) -> None:
    """Links lead somewhere, and paths in code marks are there (but what a command makes)."""
    here = next(path for path in DOCS if path.name == name).parent
    for target in re.findall(r"\]\(([^)#:]+)\)|src=\"([^\"]+)\"", TEXT[name]):
        assert (here / "".join(target)).exists(), target
    tops = "functions|templates|events|local|tests|docs"
    for path in re.findall(rf"`((?:{tops})/[\w./-]*)`", TEXT[name]):
        assert (ROOT / path).exists(), path


def test_every_folder_has_a_line_in_the_readme() -> None:
    """A newcomer finds each top-level folder explained."""
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S607
    folders = {line.partition("/")[0] for line in tracked.splitlines() if "/" in line}
    missing = {folder for folder in folders if not folder.startswith(".") and f"`{folder}/`" not in TEXT["README.md"]}
    assert missing == set()
