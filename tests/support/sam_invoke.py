"""One real `sam local invoke`: what it answered, logged, and took."""

from __future__ import annotations

import contextlib
import fcntl
import functools
import json
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cfn_flip import load

from tests.support.sam_engine import ROOT, SAM, image_arguments
from tests.support.sam_memory import Watch

BUNDLE = ROOT / "build" / "sam-local" / "bundle"
BESIDE = ROOT / "tests" / "sam_local" / "beside"
OVERRIDES = "Architecture=x86_64 SenderAddress=conversation@mail.kindness.example PublicBaseUrl=https://c.example"
ADDED = ("AWS_ENDPOINT_URL", "AWS_EC2_METADATA_DISABLED", "PLAYED_AT", "PLAYED_DOOR", "PYTHONPATH")
"""Variables that the template does not name; SAM gives a function only those that it does."""
REPORT = re.compile(r"REPORT RequestId: \S+\s.*?\bDuration: ([\d.]+) ms\s+Billed.*Memory Size: (\d+) MB")
INIT = re.compile(r"^PLAYED init (\d+) ms$", re.MULTILINE)
_begun: list[bool] = []
SECRET = re.compile(r"[\w.+-]+@[\w.-]+|(?<=/)[A-Za-z0-9_.-]{24,}")


@dataclass(frozen=True, kw_only=True)
class Played:
    """`init` and `duration` in ms, `peak` and `limit` in MB; None where it could not be measured."""

    answer: Any
    log: str
    init: float | None
    duration: float
    peak: float | None
    limit: int

    @property
    def error(self) -> str:
        """The type of the exception that the function ended with, or nothing."""
        return str(self.answer.get("errorType", "")) if isinstance(self.answer, dict) else ""

    @property
    def shown(self) -> str:
        """Answer and log for people's eyes: without addresses, without tokens."""
        return SECRET.sub("…", f"answer: {json.dumps(self.answer, indent=1)}\n{self.log}")


@functools.cache
def prepare() -> Path:
    """The built template with ADDED in its globals, as a file beside it; BESIDE beside every function's code."""
    document, _ = load((BUNDLE / "template.yaml").read_text("utf-8"))
    document["Globals"]["Function"]["Environment"]["Variables"] |= dict.fromkeys(ADDED, "")
    for resource in document["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            folder = _beside(resource)
            folder.mkdir(exist_ok=True)
            for file in BESIDE.glob("*.py"):
                _write(folder / file.name, file.read_text("utf-8"))
    return _write(BUNDLE / "played.json", json.dumps(document, indent=1))


def _beside(resource: Mapping[str, Any]) -> Path:
    return BUNDLE / str(resource["Properties"]["CodeUri"]) / "played"


def beside(logical_id: str) -> Path:
    """The folder beside a function's code."""
    document, _ = load((BUNDLE / "template.yaml").read_text("utf-8"))
    return _beside(document["Resources"][logical_id])


def _write(path: Path, text: str) -> Path:
    """In one step: another worker may read it at this moment."""
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_text(text, "utf-8")
    return draft.replace(path)


def environment(endpoint_url: str, now: datetime, door: str) -> dict[str, str]:
    """What leads a function to the local stack and its time, beside what the template tells it."""
    return dict(zip(ADDED, (endpoint_url, "true", now.isoformat(), door, "/var/task/played:/var/runtime"), strict=True))


def invoke(logical_id: str, event: Path, variables: Mapping[str, str], *, shell: Mapping[str, str]) -> Played:
    """`sam local invoke` with an event file. `shell` holds the credentials that SAM hands on."""
    arguments = [str(SAM), "local", "invoke", logical_id, "--template", str(prepare()), "--event", str(event)]
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump({logical_id: dict(variables)}, file)
        file.flush()
        arguments += ["--env-vars", file.name, "--parameter-overrides", OVERRIDES, *image_arguments()]
        with (
            _alone_at_first(),
            subprocess.Popen(  # noqa: S603 - ours
                arguments,
                cwd=ROOT,
                env={**os.environ, **shell, "SAM_CLI_TELEMETRY": "0"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            ) as process,
        ):
            log, watch = _follow(process)
            out = process.stdout.read() if process.stdout else ""
    return _played(out, log, watch)


@contextlib.contextmanager
def _alone_at_first() -> Iterator[None]:
    """At its first call SAM adds its emulator to the image: two workers would do so at the same moment."""
    if _begun:
        yield
        return
    with (BUNDLE.parent / "first-call.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    _begun.append(True)


def _follow(process: subprocess.Popen[str]) -> tuple[str, Watch | None]:
    """Everything that SAM and the container wrote; the container is watched from the line that names it."""
    lines, watch = [], None
    for line in process.stderr or ():
        lines.append(line)
        if line.startswith("SAM_CONTAINER_ID:"):
            watch = Watch(line.split()[1])
    return "".join(lines), watch


def _played(out: str, log: str, watch: Watch | None) -> Played:
    if watch:
        watch.wait()
    init, report = INIT.search(log), REPORT.search(log)
    if report is None:
        raise AssertionError(f"sam local did not get as far as the function's end:\n{SECRET.sub('…', log)}")
    took = float(report[1]) - (float(init[1]) if init else 0)
    return Played(
        answer=json.loads(out),
        log=log,
        init=float(init[1]) if init else None,
        duration=max(took, 0.0),
        peak=watch.peak if watch else None,
        limit=int(report[2]),
    )
