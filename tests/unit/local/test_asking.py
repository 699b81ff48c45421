"""What the commands say, on a terminal and elsewhere."""

from __future__ import annotations

import os
import shutil
import sys

import pytest

from local.commands import asking

LINE = (
    "  stage       waits: SES's daily quota is used up, until Thursday 4 April 2024, 14:00 UK time; continues by itself"
)


def test_on_a_terminal_a_long_line_is_broken_between_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The rest stands under its beginning; a message id stays in one piece, so that it can be copied."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setattr(shutil, "get_terminal_size", lambda *_, **__: os.terminal_size((60, 24)))
    asking.say(LINE, hanging=14)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "  stage       waits: SES's daily quota is used up, until"
    assert lines[1] == " " * 14 + "Thursday 4 April 2024, 14:00 UK time;"
    assert " ".join(" ".join(lines).split()) == " ".join(LINE.split())
    asking.say(f"message {'0-' * 50}", hanging=4)
    assert "0-" * 50 in capsys.readouterr().out


def test_elsewhere_a_line_stays_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """For who searches in it."""
    asking.say(LINE, hanging=14)
    assert capsys.readouterr().out == f"{LINE}\n"
