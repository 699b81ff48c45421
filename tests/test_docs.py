"""The documents and the project say the same."""

from __future__ import annotations

import re
import shlex
import subprocess
from datetime import date
from pathlib import Path

import click
import pytest

from local.cli import main

ROOT = Path(__file__).parents[1]
DOCS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
TEXT = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in DOCS}
TARGETS = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
TRACKED = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()  # noqa: S607
TOP_FOLDERS = {path.partition("/")[0] for path in TRACKED if "/" in path}
PATH_ROOTS = (ROOT, ROOT / "functions", ROOT / "functions" / "convener", ROOT / "templates")
"""Folders that a path in a document may start from, besides the document's own folder."""
PATH_ENDINGS = r"py|toml|yaml|yml|json|md|txt|csv|html|css|js|sh|mjml|ics"
# Names that a document uses for a file of a deployed stack, of a command's output or of a reader's own.
NOT_IN_THE_REPOSITORY = re.compile(
    r"(?:build|inbox|reports|played|series/mine|\.venv(?:-\w+)?)(?:/.*)?|(?:april|archive|people|try|next|consent)\.\w+(?:\.\w+)?"
)
RECORDS = {name: text for name, text in TEXT.items() if re.fullmatch(r"docs/decisions/\d{4}-[a-z0-9-]+\.md", name)}
INDEX = TEXT["docs/decisions/README.md"]
every_document = pytest.mark.parametrize("name", sorted(TEXT))
every_record = pytest.mark.parametrize("name", sorted(RECORDS))


def commands(group: click.Group, before: str = "") -> set[str]:
    """Every command of the command line, as it is typed."""
    found = set()
    for name, command in group.commands.items():
        path = f"{before}{name}"
        found |= commands(command, f"{path} ") if isinstance(command, click.Group) else {path}
    return found


def fenced(text: str) -> str:
    """The text of all code blocks."""
    return "\n".join(re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL))


def without_fences(text: str) -> str:
    """The text without its code blocks."""
    return re.sub(r"^```\w*\n.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


def code_spans(text: str) -> set[str]:
    """Every text between backticks outside code blocks."""
    return {" ".join(span.split()) for span in re.findall(r"`([^`]+)`", without_fences(text))}


def anchors(text: str) -> set[str]:
    """The anchors that GitHub gives to the headings of a document."""
    headings = re.findall(r"^#+ (.+)$", without_fences(text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def exists(path: str, folder: Path) -> bool:
    """Whether a path that a document names is in the repository. `*` stands for any name."""
    if any(True for root in (folder, *PATH_ROOTS) for _ in root.glob(path.rstrip("/"))):
        return True
    return any(tracked.endswith(f"/{path}") for tracked in TRACKED)


@every_document
def test_every_make_target_in_the_documents_exists(name: str) -> None:
    """`make x` in a document can be run."""
    assert set(re.findall(r"`make ([a-z0-9-]+)", TEXT[name])) <= TARGETS
    assert set(re.findall(r"\bmake ([a-z0-9-]+)", fenced(TEXT[name]))) <= TARGETS


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


COMMAND = re.compile(r"(?:^|[\s`(])(?:\.venv/bin/)?convener (--(?:local|stack)[^`\n|#]*)")


def spoken_commands(text: str) -> list[list[str]]:
    """Return the words of each `convener` command that a document spells out with its stack."""
    joined = text.replace("\\\n", " ")
    return [shlex.split(found.split(" >")[0]) for found in COMMAND.findall(joined) if "…" not in found]


@pytest.mark.parametrize("name", ["README.md", "docs/deploy.md", "docs/lists.md"])
def test_every_spoken_command_has_options_and_arguments_that_exist(name: str) -> None:
    """Whoever copies a command must not read “no such option”. Files and names need not exist."""
    spoken = spoken_commands(TEXT[name])
    assert spoken
    for words in spoken:
        rest = words[1:] if words[0] == "--local" else words[2:]
        command: click.Command = main
        while isinstance(command, click.Group) and rest:
            command, rest = command.commands[rest[0]], rest[1:]
        given, left, _ = command.make_parser(click.Context(command)).parse_args(args=list(rest))
        assert not left, " ".join(words)
        arguments = [str(each.name) for each in command.params if isinstance(each, click.Argument) and each.required]
        assert [name for name in arguments if not isinstance(given.get(name), str | tuple)] == [], " ".join(words)


def test_the_guide_names_every_question_of_the_deployment_in_its_order() -> None:
    """`sam deploy --guided` asks for each parameter of the template, in the template's order."""
    guide = TEXT["docs/deploy.md"]
    asked = re.findall(r"^\| Parameter (\w+) \|", guide, re.MULTILINE)
    template = (ROOT / "template.yaml").read_text("utf-8")
    section = template[template.index("\nParameters:") : template.index("\nConditions:")]
    assert asked == re.findall(r"^  (\w+):$", section, re.MULTILINE)


def test_every_command_is_in_the_documents() -> None:
    """A command that nobody can read about does not exist."""
    everything = re.sub(r"convener --(local|stack \w+) ", "convener ", "\n".join(TEXT.values()))
    for command in commands(main):
        assert f"convener {command}" in everything or f"make {command}" in everything, command


@every_document
def test_every_link_in_the_documents_leads_somewhere(name: str) -> None:
    """A link to a file leads to a file, and a link to a heading to a heading."""
    document = ROOT / name
    links = re.findall(r"\]\(([^)\s:]+)\)|src=\"([^\":]+)\"", without_fences(TEXT[name]))
    for target in ("".join(pair) for pair in links):
        path, _, anchor = target.partition("#")
        linked = document.parent / path if path else document
        assert linked.exists(), target
        assert not anchor or anchor in anchors(linked.read_text("utf-8")), target


@every_document
def test_every_path_in_the_documents_exists(name: str) -> None:
    """Files and folders in code marks are in the repository (but what a command makes)."""
    file = re.compile(rf"[\w.*-]+(?:/[\w.*-]+)*\.(?:{PATH_ENDINGS})")
    folder = re.compile(r"[\w.*-]+(?:/[\w.*-]+)*/")
    for span in code_spans(TEXT[name]):
        begins_at_the_top = "/" in span and span.partition("/")[0] in TOP_FOLDERS and re.fullmatch(r"[\w.*/-]+", span)
        if begins_at_the_top or file.fullmatch(span) or folder.fullmatch(span):
            assert NOT_IN_THE_REPOSITORY.fullmatch(span) or exists(span, (ROOT / name).parent), span


def test_every_folder_has_a_line_in_the_readme() -> None:
    """A newcomer finds each top-level folder explained."""
    missing = {
        folder for folder in TOP_FOLDERS if not folder.startswith(".") and f"`{folder}/`" not in TEXT["README.md"]
    }
    assert missing == set()


def test_every_package_has_a_line_in_readme_or_architecture() -> None:
    """A newcomer finds each package of the shipped code explained."""
    explained = code_spans("\n".join(TEXT.get(name, "") for name in ("README.md", "docs/architecture.md")))
    packages = {path.parent.name for path in (ROOT / "functions" / "convener").glob("*/__init__.py")}
    assert {
        name for name in packages if f"functions/convener/{name}/" not in explained and f"{name}/" not in explained
    } == set()


@every_record
def test_a_decision_record_says_what_when_and_whether_it_still_holds(name: str) -> None:
    """Number, title, ISO date, status, context and decision."""
    number = name.rpartition("/")[2][:4]
    head = re.match(r"# (\d{4})\. (.+)\n\n- Date: (\S+)\n- Status: (.+)\n", RECORDS[name])
    assert head, "a record begins with its number, title, date and status"
    assert head[1] == number
    assert date.fromisoformat(head[3]).isoformat() == head[3]
    assert re.fullmatch(r"accepted|superseded by \[(\d{4})\]\(\1-[a-z0-9-]+\.md\)", head[4])
    assert re.findall(r"^## (.+)$", RECORDS[name], re.MULTILINE)[:2] == ["Context", "Decision"]


def test_decision_records_are_numbered_without_gaps() -> None:
    """Each number occurs once, from 0001 on."""
    numbers = sorted(int(name.rpartition("/")[2][:4]) for name in RECORDS)
    assert numbers == list(range(1, len(RECORDS) + 1))


def test_the_index_of_decision_records_is_complete() -> None:
    """Each record has its line, in order, and each line its record, with the same title, date and status."""
    lines = re.findall(r"^\| \[(\d{4})\]\((\S+)\) \| (.+) \| (\S+) \| (.+) \|$", INDEX, re.MULTILINE)
    expected = []
    for name, text in sorted(RECORDS.items()):
        title, day, status = re.findall(r"^(?:# \d{4}\. |- Date: |- Status: )(.+)$", text, re.MULTILINE)[:3]
        file = name.rpartition("/")[2]
        expected.append((file[:4], file, title, day, status))
    assert lines == expected
