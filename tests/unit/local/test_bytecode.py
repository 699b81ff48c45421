"""The project's files compiled ahead of time are those that Python and pytest take, and never older than the source."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest
from _pytest.assertion import rewrite

from local.bytecode import compile_project


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One module and one test file, where Python writes nothing by itself."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    for name, text in (("functions/place.py", "WORD = 'first'\n"), ("tests/test_place.py", "assert 1 == 1\n")):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text)
    return tmp_path


def compiled(source: Path, tag: str = "") -> Path:
    """The compiled file of a source; pytest's own has a longer name."""
    found = Path(importlib.util.cache_from_source(str(source)))
    return found.with_name(f"{found.stem}{tag}.pyc")


def loaded(source: Path) -> Any:
    """The module, as an import statement would load it."""
    spec = importlib.util.spec_from_file_location("place", source)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_python_and_pytest_find_what_was_compiled(project: Path) -> None:
    """A second call has nothing to do."""
    module, test = project / "functions" / "place.py", project / "tests" / "test_place.py"
    assert compile_project(project) == 1
    assert compiled(module).exists()
    theirs = compiled(test, f"-pytest-{pytest.__version__}")
    assert theirs.exists()
    assert rewrite._read_pyc(test, theirs) is not None
    before = [file.stat().st_mtime_ns for file in (compiled(module), theirs)]
    assert compile_project(project) == 0
    assert [file.stat().st_mtime_ns for file in (compiled(module), theirs)] == before


def test_an_edited_file_is_not_run_from_what_was_compiled_before(project: Path) -> None:
    """Neither a module nor a test, until it is compiled again."""
    module, test = project / "functions" / "place.py", project / "tests" / "test_place.py"
    compile_project(project)
    assert loaded(module).WORD == "first"
    module.write_text("WORD = 'edited'\n")
    test.write_text("assert 2 == 2\n")
    assert loaded(module).WORD == "edited"
    assert rewrite._read_pyc(test, compiled(test, f"-pytest-{pytest.__version__}")) is None
    assert compile_project(project) == 1
    assert rewrite._read_pyc(test, compiled(test, f"-pytest-{pytest.__version__}")) is not None
    assert loaded(module).WORD == "edited"


def test_a_file_that_is_no_python_holds_up_no_other(project: Path) -> None:
    """As in the middle of a merge."""
    (project / "tests" / "test_broken.py").write_text("<<<<<<< HEAD\n")
    assert compile_project(project) == 1
