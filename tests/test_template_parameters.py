"""What an operator may say to `template.yaml`, and what it refuses before anything is made."""

from __future__ import annotations

import re
from typing import Any

import pytest

from local.stack.template import references
from tests.support.sam_template import SAM

ARN = "arn:aws:acm:eu-west-2:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
GOOD = {
    "SenderAddress": ["conversation@mail.kindness.example", "a.b+c@kindness.example"],
    "ReplyToAddress": ["", "Hello@Kindness.Example"],
    "PublicBaseUrl": ["https://meet.kindness.example", "https://xn--bcher-kva.example", "https://kindness.example"],
    "CertificateArn": ["", ARN, ARN.replace("arn:aws:", "arn:aws-cn:")],
    "AlarmEmail": ["volunteers@kindness.example"],
}
BAD = {
    "SenderAddress": ["", "Kindness <a@kindness.example>", "a@KINDNESS.example", "a@localhost", "a b@kindness.example"],
    "ReplyToAddress": ["hello", "a@b", "a@kindness.example, b@kindness.example", "a@-kindness.example"],
    "PublicBaseUrl": [
        "http://meet.kindness.example",
        "https://meet.kindness.example/",
        "https://meet.kindness.example/pages",
        "https://meet.kindness.example:8443",
        "https://Meet.kindness.example",
        "https://localhost",
        "https://192.0.2.1",
        "https://a1b2c3.execute-api.eu-west-2.amazonaws.com",
        "https://d111111abcdef8.cloudfront.net",
        "https://someone@meet.kindness.example",
        "https://meet.kindness.example?x=1",
    ],
    "CertificateArn": ["none", ARN.upper(), ARN.replace(":acm:", ":iam:"), ARN + "/x"],
    "AlarmEmail": ["", "volunteers", "a@kindness.example;b@kindness.example", "a@kindness.example\n"],
}


def cases(values: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, some in values.items() for value in some]


def accepted(name: str, value: str) -> bool:
    own: dict[str, Any] = SAM.parameters[name]
    return bool(re.fullmatch(own["AllowedPattern"], value)) and len(value) <= own.get("MaxLength", 4096)


@pytest.mark.parametrize(("name", "value"), cases(GOOD))
def test_good_values_are_accepted(name: str, value: str) -> None:
    """An operator may say this."""
    assert accepted(name, value)


@pytest.mark.parametrize(("name", "value"), cases(BAD))
def test_bad_values_are_refused(name: str, value: str) -> None:
    """This would fail later, or make links that don't last: it is refused before anything is made."""
    assert not accepted(name, value)


def test_every_parameter_has_a_constraint_and_says_what_it_is() -> None:
    """No parameter takes anything whatever, and a refusal says what is wanted."""
    for name, own in SAM.parameters.items():
        assert own["Description"].endswith("."), name
        assert {"AllowedPattern", "AllowedValues", "MinValue"} & set(own), name
        assert "AllowedPattern" not in own or own["ConstraintDescription"].startswith("must be"), name


def test_only_what_nobody_else_can_know_is_asked_for() -> None:
    """Whatever has a safe answer has it as default; the other three are asked for, and every default is allowed."""
    asked = {name for name, own in SAM.parameters.items() if "Default" not in own}
    assert asked == {"SenderAddress", "PublicBaseUrl", "AlarmEmail"}
    for own in SAM.parameters.values():
        assert own.get("Default") in own.get("AllowedValues", [own.get("Default")])


def test_every_parameter_is_grouped_and_used() -> None:
    """The console shows each parameter once, in a group, and each changes something."""
    groups = SAM.metadata["AWS::CloudFormation::Interface"]["ParameterGroups"]
    assert sorted(name for group in groups for name in group["Parameters"]) == sorted(SAM.parameters)
    used = references([SAM.resources, SAM.globals, SAM.conditions])
    assert set(SAM.parameters) - used == set()


def test_safe_defaults() -> None:
    """Logs end after 30 days, four fifths of the rate are ours at most, and nothing is logged in detail unasked."""
    defaults = {name: own.get("Default") for name, own in SAM.parameters.items()}
    assert (defaults["LogRetentionDays"], defaults["SendRateShare"], defaults["LogLevel"]) == (30, 0.8, "INFO")
    assert (defaults["Architecture"], defaults["ManageSenderIdentity"]) == ("arm64", "yes")


def test_what_is_made_on_a_condition_is_used_on_the_same() -> None:
    """With and without a certificate, and with and without an identity of its own, the template holds together."""
    conditional = {name: own["Condition"] for name, own in SAM.resources.items() if "Condition" in own}
    assert set(conditional.values()) == {"HasCertificate", "ManagesSender"}
    for name, own in {**SAM.resources, **SAM.outputs}.items():
        needed = {conditional[other] for other in references(own) if other in conditional}
        assert needed <= {own.get("Condition")}, name


def test_samconfig_names_every_parameter() -> None:
    """Who deploys reads there what will be asked, and nothing that is gone."""
    text = (SAM.path.parent / "samconfig.toml").read_text(encoding="utf-8")
    assert {name for name in re.findall(r"\b[A-Z][a-z]+(?:[A-Z][a-z]+)*\b", text) if name in SAM.parameters} == set(
        SAM.parameters
    )
