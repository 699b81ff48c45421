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

SAM = ROOT / ".venv-sam" / "bin" / "sam"
FOLDER = ROOT / "build" / "e2e"
NOON = 11  # the hour at which the copy's series lives: day, with an evening to come
RECAP_AFTER = timedelta(seconds=150)
"""From deploying to the recap's hour: time to deploy and to upload what the recap tells."""

DIFFERENCES = (
    "series.toml: a zone in which it is late morning now, so that the real rule “no mail at night” holds at any hour",
    "series.toml: no quiet minutes after an edit, and the recap's hour two and a half minutes ahead: nobody can move "
    "the emulator's clock",
    "template: !GetAtt Secret.Id for !Ref Secret. Both are the ARN in AWS; MiniStack's Ref gives the name, "
    "which no policy allows",
)


def build() -> Path:
    """`sam build` for this machine's processor, as Lambda's Python wants it. The built template's path."""
    paths = ["--build-dir", FOLDER / "sam", "--cache-dir", FOLDER / "cache", "--base-dir", ROOT]
    runtime = {"PATH": run("sh", ROOT / "local" / "runtime-python.sh", environment=os.environ).strip()}
    run_sam("build", "--cached", *paths, "--parameter-overrides", "Architecture=x86_64", environment=runtime)
    return FOLDER / "sam" / "template.yaml"


def adapt(built: Path, now: datetime) -> tuple[Path, ZoneInfo]:
    """Write the copy that is deployed beside the built template; its path, and the zone that its series lives in."""
    document, _ = load(built.read_text("utf-8"))
    secrets = {name for name, one in document["Resources"].items() if one["Type"] == "AWS::SecretsManager::Secret"}
    copy = built.with_name("e2e.template.json")
    copy.write_text(json.dumps(_arns_of(document, secrets)), "utf-8")
    zone = zone_at(NOON, now)
    recap = (now + RECAP_AFTER).astimezone(zone)
    for series in built.parent.glob("*/templates/series.toml"):
        text = series.read_text("utf-8")
        series.unlink()  # never write through a link into SAM's cache
        series.write_text(adapted_series(text, zone.key, recap.strftime("%H:%M:%S")), "utf-8")
    return copy, zone


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


def _arns_of(value: Any, secrets: set[str]) -> Any:
    match value:
        case {"Ref": str(name)} if name in secrets and len(value) == 1:
            return {"Fn::GetAtt": [name, "Id"]}
        case dict():
            return {key: _arns_of(one, secrets) for key, one in value.items()}
        case list():
            return [_arns_of(one, secrets) for one in value]
    return value


def _replace(text: str, pattern: str, by: str, times: int) -> str:
    replaced, count = re.subn(pattern, by, text, flags=re.MULTILINE)
    if count != times:
        raise ValueError(f"series.toml has {count} lines like {pattern!r}, and the copy for `make e2e` expects {times}")
    return replaced
