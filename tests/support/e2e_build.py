"""What `make e2e` deploys: the real template and bundle as `sam build` makes them, and the few lines that differ.

Everything that differs is listed here with its reason, and printed at the end of each run. The product's own files
are never touched: only the copy under build/e2e is.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from cfn_flip import load

from tests.support.e2e_emulator import ROOT
from tests.support.people import SERIES_FOLDER

SAM = ROOT / ".venv-sam" / "bin" / "sam"
FOLDER = ROOT / "build" / "e2e"
NOON = 11  # the hour at which the copy's series lives: day, with an evening to come
SOURCE = "e2e.ses"  # what stands for SES on the bus
RECAP_AFTER = timedelta(seconds=150)
"""From deploying to the recap's hour: time to deploy and to upload what the recap tells."""

DIFFERENCES = (
    "series.toml: a zone in which it is late morning now, so that the real rule “no mail at night” holds at any hour",
    "series.toml: no quiet minutes after an edit, and the recap's hour two and a half minutes ahead: nobody can move "
    "the emulator's clock",
    "template: !GetAtt Secret.Id for !Ref Secret. Both are the ARN in AWS; MiniStack's Ref gives the name, "
    "which no policy allows",
    "policies: sqs:SendMessageBatch beside sqs:SendMessage, which covers it in AWS",
    "policies: ses:SendEmail on every resource and from any sender. MiniStack tells its policies neither identity nor "
    "ses:FromAddress",
    "template: the rule for SES's events hears the source e2e.ses and passes it on as aws.ses. Nobody but SES may put "
    "events of that source, neither in AWS nor here, and MiniStack's SES puts none",
    "template: the Schedule is made disabled, and the tests invoke its target with its input. MiniStack's Scheduler "
    "hands over <aws.scheduler.scheduled-time> as it stands",
    "template: DeliverConcurrency's default for !Ref DeliverConcurrency. MiniStack's Ref makes text of a "
    "number, and then no queue feeds its function",
    "template: no outputs with the DKIM records. MiniStack's EmailIdentity has no DkimDNSTokenName1 to …Value3",
)


def build(root: Path = ROOT, folder: Path = FOLDER) -> Path:
    """`sam build` for this machine's processor, as Lambda's Python wants it. The built template's path.

    `root` is the tree that is built, with its own `local/build.sh` if it has one, and `folder` where the bundle goes.
    """
    options = ("--cached", "--cache-dir", folder / "cache", "--parameter-overrides", "Architecture=x86_64")
    built = folder / "sam" / "template.yaml"
    if (root / "local" / "build.sh").exists():
        own = {**os.environ, "SERIES": str(SERIES_FOLDER), "AWS_DEFAULT_REGION": "eu-west-2"}
        run("sh", root / "local" / "build.sh", folder / "sam", *options, environment=own)
        return built
    paths = ("--build-dir", folder / "sam", "--base-dir", root, "--template-file", root / "template.yaml")
    runtime = {"PATH": run("sh", ROOT / "local" / "runtime-python.sh", environment=os.environ).strip()}
    run_sam("build", *options, *paths, environment=runtime)
    return built


def adapt(built: Path, now: datetime, *, recap_after: timedelta = RECAP_AFTER) -> tuple[Path, datetime]:
    """Write the copy that is deployed beside the built template; its path, and the recap's hour in the series' zone."""
    document, _ = load(built.read_text("utf-8"))
    secrets = {name for name, one in document["Resources"].items() if one["Type"] == "AWS::SecretsManager::Secret"}
    document["Resources"]["Tick"]["Properties"]["Events"]["Schedule"]["Properties"]["State"] = "DISABLED"
    chunks = document["Resources"]["Deliver"]["Properties"]["Events"]["Chunks"]["Properties"]
    chunks["ScalingConfig"]["MaximumConcurrency"] = document["Parameters"]["DeliverConcurrency"]["Default"]
    _hear_from_tests(document["Resources"]["FeedbackRule"]["Properties"])
    outputs = document["Outputs"]
    document["Outputs"] = {name: one for name, one in outputs.items() if "DkimDNSToken" not in json.dumps(one)}
    copy = built.with_name("e2e.template.json")
    copy.write_text(json.dumps(_adapted(document, secrets)), "utf-8")
    recap = (now + recap_after).astimezone(zone_at(NOON, now)).replace(microsecond=0)
    for series in [*built.parent.glob("*/series/series.toml"), *built.parent.glob("*/templates/series.toml")]:
        text = series.read_text("utf-8")
        series.unlink()  # never write through a link into SAM's cache
        series.write_text(adapted_series(text, str(recap.tzinfo), recap.strftime("%H:%M:%S")), "utf-8")
    return copy, recap


def adapted_series(text: str, zone: str, recap_hour: str) -> str:
    """The series with its zone, quiet minutes and recap's hour replaced, and nothing else."""
    text = _replace(text, r'^zone = ".*"$', f'zone = "{zone}"', 1)
    text = _replace(text, r"^quiet_minutes = \d+$", "quiet_minutes = 0", 2)
    head, mark, recap = text.partition("[departures.recap]")
    return head + mark + _replace(recap, r"^hour = [\d:]+$", f"hour = {recap_hour}", 1)


def zone_at(hour: int, now: datetime) -> ZoneInfo:
    """The zone, whole hours from UTC, whose clocks show that hour now. Etc/GMT-3 is three hours ahead of UTC."""
    ahead = hour - now.astimezone(UTC).hour
    return ZoneInfo(f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT")


def run(*command: object, environment: Mapping[str, str]) -> str:
    """What a command printed. Raises RuntimeError with its last lines when it fails."""
    words = [str(word) for word in command]
    done = subprocess.run(  # noqa: S603 - commands of the project's own environments
        words, cwd=ROOT, env=dict(environment), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(words[:3])} … failed:\n{(done.stdout + done.stderr)[-6000:]}")
    return done.stdout


def run_sam(*arguments: object, environment: Mapping[str, str]) -> str:
    """What SAM printed."""
    own = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", str(FOLDER)), "SAM_CLI_TELEMETRY": "0"}
    return run(SAM, *arguments, environment={**own, "AWS_DEFAULT_REGION": "eu-west-2", **environment})


def _hear_from_tests(rule: dict[str, Any]) -> None:
    rule["EventPattern"]["source"] = [SOURCE]
    for target in rule["Targets"]:
        target["InputTransformer"] = {
            "InputPathsMap": {"kind": "$.detail-type", "detail": "$.detail"},
            "InputTemplate": '{"source": "aws.ses", "detail-type": "<kind>", "detail": <detail>}',
        }


def _adapted(value: Any, secrets: set[str]) -> Any:
    """The template with the differences that are named above, wherever they apply."""
    match value:
        case {"Ref": str(name)} if name in secrets and len(value) == 1:
            return {"Fn::GetAtt": [name, "Id"]}
        case {"Effect": "Allow", "Action": ["ses:SendEmail", *_]}:
            return {"Effect": "Allow", "Action": value["Action"], "Resource": "*"}
        case {"Effect": "Allow", "Action": "sqs:SendMessage"}:
            return {**_adapted_parts(value, secrets), "Action": ["sqs:SendMessage", "sqs:SendMessageBatch"]}
        case dict():
            return _adapted_parts(value, secrets)
        case list():
            return [_adapted(one, secrets) for one in value]
    return value


def _adapted_parts(value: dict[str, Any], secrets: set[str]) -> dict[str, Any]:
    return {key: _adapted(one, secrets) for key, one in value.items()}


def _replace(text: str, pattern: str, by: str, times: int) -> str:
    replaced, count = re.subn(pattern, by, text, flags=re.MULTILINE)
    if count != times:
        raise ValueError(f"series.toml has {count} lines like {pattern!r}, and the copy for `make e2e` expects {times}")
    return replaced
