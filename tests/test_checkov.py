"""What checkov is told to pass over has its reason beside it, and our own test where the check was about something."""

from __future__ import annotations

import re
from typing import Any

import pytest
from cfn_flip import load

from tests.support.sam_template import QUEUES, SAM

PATH = SAM.path.parent / ".checkov.yaml"
TEXT = PATH.read_text(encoding="utf-8")
CONFIGURATION: dict[str, Any] = load(TEXT)[0]


@pytest.mark.parametrize("check", CONFIGURATION["skip-check"])
def test_every_exception_has_its_reason(check: str) -> None:
    """A line that leaves out a check says why, behind it."""
    (line,) = [line for line in TEXT.splitlines() if re.search(rf"- {check}\b", line)]
    assert len(line.partition("#")[2].split()) >= 5


def test_exceptions_for_single_resources_have_theirs() -> None:
    """A resource's own exception names its check and says why."""
    for name, resource in SAM.resources.items():
        for skip in resource.get("Metadata", {}).get("checkov", {}).get("skip", []):
            assert re.fullmatch(r"CKV2?_AWS_\d+", skip["id"]), name
            assert len(skip.get("comment", "").split()) >= 5, name


def test_checkov_reads_the_template_and_stays_offline() -> None:
    """`make check` looks at the template that is deployed, and asks nobody on the internet."""
    assert CONFIGURATION["file"] == ["template.yaml"]
    assert CONFIGURATION["skip-download"] is True
    makefile = (PATH.parent / "Makefile").read_text(encoding="utf-8")
    assert "\t.venv-checkov/bin/checkov --config-file .checkov.yaml\n" in makefile


def test_queues_are_encrypted_all_the_same() -> None:
    """Checkov's check knows keys of our own only; SQS encrypts each queue with its own."""
    assert all(queue["SqsManagedSseEnabled"] is True for queue in QUEUES.values())


def test_no_environment_holds_a_secret() -> None:
    """Functions are told where the keys are, never what they are, so that their environments may be read."""
    values = [str(value) for function in SAM.functions().values() for value in function.environment.values()]
    assert not [value for value in values if "resolve:" in value]
