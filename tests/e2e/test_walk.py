"""docs/deploy.md on MiniStack: step 4 answered as the guide says, and the rehearsal stack of step 8."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import boto3
import pytest

from tests.support.e2e_build import SAM
from tests.support.e2e_emulator import REGION, ROOT, Emulator

GUIDE = (ROOT / "docs" / "deploy.md").read_text("utf-8")
ARN = f"arn:aws:acm:{REGION}:000000000000:certificate/11111111-2222-3333-4444-555555555555"


def answers() -> dict[str, str]:
    """Return the answer of the guide to each question, in the guide's order."""
    table = GUIDE[GUIDE.index("| question | answer |") :]
    rows = re.findall(r"^\| (.+?) \| (.+?) \|$", table[: table.index("\n\n")], re.MULTILINE)[1:]
    return {question: _typed(answer) for question, answer in rows if not question.startswith("---")}


def _typed(answer: str) -> str:
    if answer.startswith(("press Enter", "leave empty")):
        return ""
    if "ARN" in answer:
        return ARN
    quoted = re.match(r"`([^`]+)`", answer)
    return quoted[1] if quoted else "you@example.org"


def guided(emulator: Emulator) -> Mapping[str, str]:
    return {**os.environ, **emulator.environment, "SAM_CLI_TELEMETRY": "0"}


@pytest.fixture(scope="module")
def template(built: Path) -> Path:
    """What is deployed on the emulator."""
    copy = built.with_name("e2e.template.json")
    assert copy.exists(), "the stack of the month was not deployed"
    return copy


def test_the_questions_are_those_of_the_guide(
    month: object, template: Path, emulator: Emulator, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SAM asks them in this order, in one region, and keeps the answers in the community's folder."""
    assert month
    config = tmp_path_factory.mktemp("mine") / "samconfig.toml"
    shutil.copy(ROOT / "samconfig.toml", config)
    own = {"Stack Name": "guided", "Parameter ManageSenderIdentity": "no", "Parameter CertificateArn": ""}
    typed = {**answers(), **own}
    asked = subprocess.run(  # noqa: S603 - SAM's own command line
        [SAM, "deploy", "--guided", "--config-file", config, "--template-file", template],
        input="\n".join([*typed.values(), "n"]) + "\n",
        env=guided(emulator),
        capture_output=True,
        text=True,
        check=False,
    )
    places = [re.search(rf"{re.escape(question)} \[", asked.stdout) for question in typed]
    assert all(places), [question for question, place in zip(typed, places, strict=True) if not place]
    assert [place.start() for place in places if place] == sorted(place.start() for place in places if place)
    assert f"AWS Region [{REGION}]" in asked.stdout
    assert f'region = "{REGION}"' in config.read_text("utf-8")
    assert f"SAM configuration file [{config}]" in asked.stdout


def test_the_rehearsal_stack_is_deployed_by_the_commands_of_the_guide(
    month: object, template: Path, emulator: Emulator, tmp_path: Path
) -> None:
    """Its answers need no person, its links have a name of their own, and both stacks share one rate."""
    assert month
    shutil.copy(ROOT / "samconfig.toml", tmp_path)
    step = GUIDE[GUIDE.index("## 8.") : GUIDE.index("## 9.")]
    deploying = next(line for line in re.findall(r"```sh\n(.*?)```", step, re.DOTALL) if "sam deploy" in line)
    words = shlex.split(deploying.replace("\\\n", " ").replace("$MINE", str(tmp_path)))
    assert "CertificateArn=ARN" in words
    words.remove("CertificateArn=ARN")  # MiniStack has no certificate that its API would take
    run = [str(SAM), *words[1:], "--template-file", str(template), "--no-confirm-changeset"]
    done = subprocess.run(run, env=guided(emulator), capture_output=True, text=True, check=False)  # noqa: S603
    assert not done.returncode, done.stdout[-3000:] + done.stderr[-3000:]
    session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION)
    client = session.client("cloudformation", endpoint_url=emulator.url, verify=str(emulator.certificate))
    (stack,) = client.describe_stacks(StackName="convener-try")["Stacks"]
    chosen = {each["ParameterKey"]: each["ParameterValue"] for each in stack["Parameters"]}
    shipped = re.search(r"SendRateShare:.*?Default: ([0-9.]+)", (ROOT / "template.yaml").read_text("utf-8"), re.DOTALL)
    assert shipped
    assert float(chosen["SendRateShare"]) + float(shipped[1]) <= 1
    assert chosen["PublicBaseUrl"] == "https://try.example.org"
    assert "try.example.org" in GUIDE[GUIDE.index("## 3.") : GUIDE.index("## 4.")], "the certificate covers its name"
