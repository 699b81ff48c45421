"""The rooms of the design, and what each may import. A rule that only prose enforces is none."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FUNCTIONS = ROOT / "functions"
PACKAGE = FUNCTIONS / "convener"
HANDLERS = sorted(FUNCTIONS.glob("*.py"))
ROOMS = ("sessions", "editions", "subscribers", "delivery", "pages", "letters", "site")
PARTS = sorted(path for room in ROOMS for path in (PACKAGE / room).rglob("*.py"))
SHIPPED = sorted([*HANDLERS, *PACKAGE.rglob("*.py")])
OURS = sorted([*SHIPPED, *(ROOT / "local").rglob("*.py"), *(ROOT / "tests").rglob("*.py")])

AWS = ("boto3", "botocore", "mypy_boto3", "types_boto3")
OUTER = ("local", "tests")
# Files that may be longer, and why.
LONG: dict[str, str] = {}


@cache
def imports(path: Path) -> frozenset[str]:
    """Every module that a file imports anywhere, also for types only: `a.b` for `import a.b` and `from a import b`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(_named(tree))


def _named(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide which room they reach into"
            yield str(node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def reaching(path: Path, *forbidden: str) -> list[str]:
    """What of the forbidden modules, or inside them, a file imports."""
    return sorted(
        name
        for name in imports(path)
        if any(name == bad or name.startswith((f"{bad}.", f"{bad}_")) for bad in forbidden)
    )


def named(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def test_there_is_something_to_look_at() -> None:
    """A guard that finds no files would pass for ever."""
    assert HANDLERS
    assert PARTS
    assert [path for path in SHIPPED if "aws" in path.parts]


@pytest.mark.parametrize("path", HANDLERS, ids=named(HANDLERS))
def test_handlers_only_route(path: Path) -> None:
    """A handler reads the event, calls one use case and answers: no AWS, no rendering, no environment."""
    assert reaching(path, *AWS, "jinja2", "mjml", "os", "convener.aws", "convener.settings") == []
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 45


@pytest.mark.parametrize("path", PARTS, ids=named(PARTS))
def test_parts_know_nothing_of_what_is_outside(path: Path) -> None:
    """Use cases take collaborators as arguments: they import neither AWS nor wiring, settings or Powertools."""
    outside = (
        "convener.aws",
        "convener.wiring",
        "convener.surroundings",
        "convener.settings",
        "aws_lambda_powertools",
        "os",
        "os.environ",
    )
    assert reaching(path, *AWS, *outside) == []


@pytest.mark.parametrize("path", SHIPPED, ids=named(SHIPPED))
def test_what_ships_never_imports_what_stays(path: Path) -> None:
    """The bundle works without the folders that lie beside it."""
    assert reaching(path, *OUTER) == []


def test_only_one_room_knows_boto3() -> None:
    """boto3 is known to convener/aws/, to what builds its adapters, and to the surroundings, which make the session."""
    knowing = {path.relative_to(PACKAGE).parts[0] for path in PACKAGE.rglob("*.py") if reaching(path, *AWS)}
    assert knowing <= {"adapters.py", "aws", "surroundings.py"}


def test_only_settings_read_the_environment() -> None:
    """One module reads os.environ; everything else is told."""
    readers = {path.name for path in SHIPPED if {"os", "os.environ", "os.getenv"} & imports(path)}
    assert readers <= {"settings.py"}


def test_aws_room_has_no_use_cases() -> None:
    """Adapters serve the parts: they never import the composition root or the settings."""
    for path in (PACKAGE / "aws").rglob("*.py"):
        assert reaching(path, "convener.wiring", "convener.settings") == [], path.name


@pytest.mark.parametrize(
    ("handler", "unwanted"),
    [
        ("deliver", {"jinja2", "mjml", "pydantic", "icalendar", "markdown_it", "dateutil.rrule"}),
        ("public", {"mjml", "icalendar", "markdown_it", "openpyxl"}),
        ("transactional", {"openpyxl"}),
        ("transactional", {"icalendar", "openpyxl", "yaml", "multipart"}),
        ("fanout", {"jinja2", "mjml", "pydantic", "icalendar", "markdown_it", "dateutil.rrule"}),
        ("feedback", {"jinja2", "mjml", "pydantic", "icalendar", "markdown_it", "dateutil.rrule"}),
    ],
)
def test_start_up_pays_only_for_what_it_uses(handler: str, unwanted: set[str]) -> None:
    """A fresh interpreter that imports the handler loads none of what composing needs."""
    code = f"import sys, {handler}; print(*(set(sys.argv[1:]) & set(sys.modules)))"
    done = subprocess.run(  # noqa: S603 - our own interpreter and words
        [sys.executable, "-c", code, *unwanted], cwd=FUNCTIONS, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout.split(), done.stderr) == (0, [], "")


def test_no_file_needs_a_map() -> None:
    """If a room needs a map, make two: no file has more than 200 lines, but those that say why."""
    lines = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in OURS}
    assert {path: number for path, number in lines.items() if number > 200 and path not in LONG} == {}


@pytest.mark.parametrize(
    ("part", "above"),
    [
        ("sessions", ("editions", "delivery", "subscribers", "pages", "letters")),
        ("subscribers", ("sessions", "editions", "delivery", "pages", "letters")),
        ("editions", ("delivery", "pages", "letters")),
        ("delivery", ("pages", "letters")),
        ("pages", ("delivery", "letters")),
        ("letters", ("pages",)),
    ],
)
def test_parts_stand_on_each_other_in_one_direction(part: str, above: tuple[str, ...]) -> None:
    """Letters stand on delivery, it and pages on editions, they on sessions and subscribers; no arrow runs back up."""
    names = [f"convener.{other}" for other in above]
    found = {str(path.relative_to(PACKAGE)): reaching(path, *names) for path in (PACKAGE / part).rglob("*.py")}
    assert {path: reached for path, reached in found.items() if reached} == {}
