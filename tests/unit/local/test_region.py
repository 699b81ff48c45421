"""The region of a deployed stack: from the variables that AWS's tools read, or from the profile."""

from __future__ import annotations

from pathlib import Path

import boto3
import click
import pytest

from local.stack_context import StackContext, chosen_region


@pytest.mark.parametrize(
    ("environment", "region"),
    [
        ({}, None),
        ({"AWS_REGION": "eu-west-2"}, "eu-west-2"),
        ({"AWS_DEFAULT_REGION": "eu-west-2"}, "eu-west-2"),
        ({"AWS_REGION": "eu-west-2", "AWS_DEFAULT_REGION": "eu-west-2"}, "eu-west-2"),
        ({"AWS_REGION": "", "AWS_DEFAULT_REGION": "eu-west-2"}, "eu-west-2"),
    ],
)
def test_each_variable_names_the_region(environment: dict[str, str], region: str | None) -> None:
    """Whichever of AWS's tools it was set for."""
    assert chosen_region(environment) == region


def test_two_regions_stop_the_command() -> None:
    """The certificate would lie in one region and the stack in the other."""
    with pytest.raises(click.ClickException) as stopped:
        chosen_region({"AWS_REGION": "eu-west-2", "AWS_DEFAULT_REGION": "us-east-1"})
    assert "AWS_REGION is eu-west-2 and AWS_DEFAULT_REGION is us-east-1" in stopped.value.message


@pytest.mark.parametrize(
    ("variable", "profile", "asked"),
    [("AWS_REGION", "", "eu-west-2"), ("AWS_REGION", "us-east-1", "eu-west-2"), ("", "us-east-1", "us-east-1")],
)
def test_the_stack_is_looked_for_in_that_region(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    variable: str,
    profile: str,
    asked: str,
) -> None:
    """A variable wins over the profile, and the line that names the stack names the region."""
    found = _regions_asked(tmp_path, monkeypatch, variable=variable, profile=profile)
    assert found == [asked]
    assert f"in account 123456789012, {asked}." in capsys.readouterr().err


def test_no_region_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is guessed."""
    with pytest.raises(click.ClickException, match="In which region is the stack"):
        _regions_asked(tmp_path, monkeypatch, variable="", profile="")


class _Client:
    def get_caller_identity(self) -> dict[str, str]:
        return {"Account": "123456789012"}

    def describe_stacks(self, **_: str) -> dict[str, list[dict[str, str]]]:
        return {"Stacks": [{}]}


def _regions_asked(folder: Path, monkeypatch: pytest.MonkeyPatch, *, variable: str, profile: str) -> list[str | None]:
    """Return the regions in which a command looks for its stack."""
    config = folder / "config"
    config.write_text(f"[default]\nregion = {profile}\n" if profile else "", "utf-8")
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    if variable:
        monkeypatch.setenv(variable, "eu-west-2")
    regions: list[str | None] = []

    def client(session: boto3.Session, _service: str) -> _Client:
        regions.append(session.region_name)
        return _Client()

    monkeypatch.setattr(boto3.Session, "client", client)
    assert StackContext(name="convener", local=False)._outputs == {}
    return list(dict.fromkeys(regions))
