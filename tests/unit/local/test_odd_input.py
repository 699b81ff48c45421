"""Odd input to the command line ends in words, never in a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from local.cli import main

ARCHIVE = str(Path(__file__).parents[3] / "local" / "examples" / "archive.txt")


def test_a_stack_without_credentials_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """No credentials: which stack, what to check, and that nothing was changed."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-2")
    answer = CliRunner().invoke(main, ["--stack", "nope", "sessions", "load", ARCHIVE])
    assert answer.exit_code == 1
    assert "The stack nope can't be reached: Unable to locate credentials" in answer.output
    assert "Nothing was changed" in answer.output


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--from", "2024-05-01", "--to", "2024-04-01"], "before --from"),
        (["--from", "2024-09-01"], "no session from 01 September 2024 on"),
        (["--from", "0001-01-01", "--to", "2024-04-01"], "must lie between"),
        (["--from", "2024-04-01", "--to", "9999-12-31"], "must lie between"),
    ],
)
def test_dates_that_do_not_fit_are_told_in_words(options: list[str], words: str) -> None:
    """Status 2, and what is wrong with them."""
    answer = CliRunner().invoke(main, ["demo", "--sessions", ARCHIVE, *options])
    assert answer.exit_code == 2
    assert words in answer.output
