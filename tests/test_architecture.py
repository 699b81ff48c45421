"""The packages of the project, and what each may import. The table LAYERS is the rule that the tests enforce."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from convener import mailing_types

ROOT = Path(__file__).parents[1]
FUNCTIONS = ROOT / "functions"
PACKAGE = FUNCTIONS / "convener"
HANDLERS = sorted(FUNCTIONS.glob("*.py"))
SHIPPED = sorted([*HANDLERS, *PACKAGE.rglob("*.py")])
NOT_TESTS = sorted([*SHIPPED, *(ROOT / "local").rglob("*.py")])
OURS = sorted([*SHIPPED, *(ROOT / "local").rglob("*.py"), *(ROOT / "tests").rglob("*.py")])

GROUND = ("campaigns", "clock", "consent_coverage", "csv_output", "errors", "formats", "mailing_types", "retry")
"""Modules of the standard library only, which every package may import."""

LAYERS = {
    "sessions": (),
    "subscribers": (),
    "links": ("subscribers",),
    "intake.files": (),
    "intake.sessions": ("sessions", "intake.files"),
    "intake.subscribers": ("subscribers", "intake.files"),
    "editions": ("sessions",),
    "delivery": ("sessions", "subscribers", "editions"),
    "scheduling": ("sessions", "editions", "delivery"),
    "transactional_mail": ("sessions", "subscribers", "links", "editions", "delivery"),
    "pages": ("sessions", "subscribers", "editions", "links"),
    "aws": ("sessions", "subscribers", "intake.subscribers", "editions", "delivery"),
}
"""Each package, and the packages that it may import beside the ground modules and itself. No arrow runs back."""

NAMES_TYPES = {
    "functions/convener/mailing_types.py": "the registry",
    "local/rehearsal/example_readers.py": "the acts of the example month are written for particular mails",
}
"""Files that may name a single mailing type, each with the reason."""

AWS = ("boto3", "botocore", "mypy_boto3", "types_boto3")
OUTER = ("local", "tests")
MAX_LINES = 400
LONG: dict[str, str] = {
    "functions/convener/delivery/deliver.py": "the way of one chunk through delivery, in the order in which it happens",
}
"""Files with more lines than MAX_LINES that are still one concept, each with the reason."""


@cache
def imports(path: Path) -> frozenset[str]:
    """Return every module that a file imports, also for types only: `a.b` for `import a.b` and `from a import b`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(_imported(tree))


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide which package they reach into"
            yield str(node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def reaching(path: Path, *forbidden: str) -> list[str]:
    """Return the imports of a file that name one of the forbidden modules, or a module inside one of them."""
    return sorted(
        name
        for name in imports(path)
        if any(name == bad or name.startswith((f"{bad}.", f"{bad}_")) for bad in forbidden)
    )


def relative(paths: list[Path]) -> list[str]:
    """Return the paths as they are written from the project's root."""
    return [str(path.relative_to(ROOT)) for path in paths]


def layer_of(name: str) -> str:
    """Return the layer or ground module that a dotted name belongs to: `convener.intake.files.x` is `intake.files`."""
    parts = name.split(".")[1:3]
    return ".".join(parts) if ".".join(parts) in LAYERS else parts[0] if parts else ""


def files_of(layer: str) -> list[Path]:
    """Return the files of a layer, which is a package or a single module."""
    place = PACKAGE.joinpath(*layer.split("."))
    return sorted(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]


LAYERED = sorted(path for layer in LAYERS for path in files_of(layer))
BUSINESS = sorted(path for layer in LAYERS if layer != "aws" for path in files_of(layer))


def test_every_module_has_a_place_in_the_table() -> None:
    """A module is part of a layer, a ground module, or one of the modules that compose the application."""
    composing = {"container", "settings", "sqs_batch", "wiring"}
    known = {path for layer in LAYERS for path in files_of(layer)}
    known |= {PACKAGE / f"{name}.py" for name in {*GROUND, *composing, "__init__"}} | {PACKAGE / "intake/__init__.py"}
    assert relative(sorted(set(PACKAGE.rglob("*.py")) - known)) == []
    assert relative(sorted(path for path in known if not path.exists())) == []


@pytest.mark.parametrize("path", LAYERED, ids=relative(LAYERED))
def test_imports_point_one_way(path: Path) -> None:
    """A file imports from its own layer, from the layers that the table names, and from the ground."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    layer = layer_of(".".join(("convener", *parts)))
    allowed = {layer, *GROUND, *LAYERS[layer]}
    named = {name for name in imports(path) if name.startswith("convener.")}
    assert sorted(name for name in named if layer_of(name) not in allowed) == []


def test_the_table_has_no_circle() -> None:
    """No layer may reach itself by way of others."""
    left = {layer: set(below) for layer, below in LAYERS.items()}
    while free := [layer for layer, below in left.items() if not below]:
        left = {layer: below - set(free) for layer, below in left.items() if layer not in free}
    assert left == {}


@pytest.mark.parametrize("path", HANDLERS, ids=relative(HANDLERS))
def test_handlers_only_route(path: Path) -> None:
    """A handler reads the event, calls one use case and answers: no AWS, no rendering, no environment."""
    assert reaching(path, *AWS, "jinja2", "mjml", "os", "convener.aws", "convener.settings") == []
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 45


@pytest.mark.parametrize("path", BUSINESS, ids=relative(BUSINESS))
def test_business_packages_know_nothing_of_the_outside(path: Path) -> None:
    """Use cases take collaborators as arguments: they import neither AWS nor the environment nor Powertools."""
    assert reaching(path, *AWS, "aws_lambda_powertools", "os", "os.environ") == []


@pytest.mark.parametrize("path", SHIPPED, ids=relative(SHIPPED))
def test_shipped_code_never_imports_local_code(path: Path) -> None:
    """The bundle works without the folders that lie beside it."""
    assert reaching(path, *OUTER) == []


def test_only_the_aws_package_knows_boto3() -> None:
    """Only convener/aws/ imports boto3. The container asks convener/aws/clients.py for the session and its clients."""
    importers = {path.relative_to(PACKAGE).parts[0] for path in PACKAGE.rglob("*.py") if reaching(path, *AWS)}
    assert importers == {"aws"}


def test_only_settings_read_the_environment() -> None:
    """One module reads os.environ; all others get values."""
    readers = {path.name for path in SHIPPED if {"os", "os.environ", "os.getenv"} & imports(path)}
    assert readers <= {"settings.py"}


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
    """A fresh interpreter that imports the handler loads none of the libraries that only other handlers need."""
    code = f"import sys, {handler}; print(*(set(sys.argv[1:]) & set(sys.modules)))"
    done = subprocess.run(  # noqa: S603 - our own interpreter and words
        [sys.executable, "-c", code, *unwanted], cwd=FUNCTIONS, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout.split(), done.stderr) == (0, [], "")


def mailing_types_named(path: Path) -> list[str]:
    """Return where a file names a single mailing type: a row of the registry, or its stored name as a whole text."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    rows = {name for name, value in vars(mailing_types).items() if isinstance(value, mailing_types.MailingType)}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "convener.mailing_types":
            found += [f"line {node.lineno}: {alias.name}" for alias in node.names if alias.name in rows]
        elif isinstance(node, ast.Attribute) and node.attr in rows:
            found.append(f"line {node.lineno}: {node.attr}")
        elif isinstance(node, ast.Constant) and node.value in mailing_types.REGISTRY:
            found.append(f"line {node.lineno}: {node.value!r}")
    return found


@pytest.mark.parametrize("path", NOT_TESTS, ids=relative(NOT_TESTS))
def test_only_the_registry_names_a_mailing_type(path: Path) -> None:
    """Code asks a column of the registry instead: then a new type needs no change here."""
    name = str(path.relative_to(ROOT))
    assert bool(mailing_types_named(path)) == (name in NAMES_TYPES), mailing_types_named(path)


def test_long_files_say_why_they_are_one_concept() -> None:
    """A file of more than 400 lines is asked whether it is still one concept; LONG has the answer."""
    lines = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in OURS}
    assert {path for path, number in lines.items() if number > MAX_LINES} == set(LONG)
