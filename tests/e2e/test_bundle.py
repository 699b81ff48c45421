from __future__ import annotations

from pathlib import Path

from local.stack.template import Template
from tests.support.bundle import functions, not_compiled


def test_every_function_comes_with_compiled_files(built: Path) -> None:
    """Of the bundle that is deployed here: no function compiles what it imports when it starts."""
    folders = functions(built.parent)
    assert sorted(folder.name for folder in folders) == sorted(Template().of_type("AWS::Serverless::Function"))
    for folder in folders:
        assert list(not_compiled(folder)) == []
