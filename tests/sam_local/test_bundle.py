from __future__ import annotations

import pytest

from local.stack.template import Template
from tests.support.bundle import functions, not_compiled
from tests.support.sam_invoke import BUNDLE


@pytest.mark.usefixtures("engine")
def test_every_function_comes_with_compiled_files() -> None:
    """Of the bundle that is played here: no function compiles what it imports when it starts."""
    folders = functions(BUNDLE)
    assert sorted(folder.name for folder in folders) == sorted(Template().of_type("AWS::Serverless::Function"))
    for folder in folders:
        left = [line for line in not_compiled(folder) if not line.startswith("played/")]  # what the suite puts beside
        assert left == []
