"""The container engine under `sam local`: whether there is one, and which image it runs."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SAM = ROOT / ".venv-sam" / "bin" / "sam"
IMAGE = "CONVENER_LAMBDA_IMAGE"
"""The variable that names an image with the Lambda runtime, where SAM's own choice is not to be asked for."""


def docker(*arguments: str, seconds: float = 20) -> subprocess.CompletedProcess[str]:
    """What the engine's command answers; 127 where there is no such command, 124 where it takes too long."""
    command = shutil.which("docker")
    if command is None:
        return subprocess.CompletedProcess(arguments, 127, "", "no `docker` on the PATH")
    try:
        words = [command, *arguments]
        return subprocess.run(words, capture_output=True, text=True, timeout=seconds, check=False)  # noqa: S603 - ours
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(arguments, 124, "", f"no answer within {seconds:.0f} s")


@functools.cache
def missing() -> str:
    """Why `sam local` can't run here, in words; empty where it can."""
    if docker("info", "--format", "{{.ServerVersion}}").returncode:
        return "no container engine answers: start Docker, or be root on Debian, then run `make sam-local` again"
    if not sys.platform.startswith("linux"):
        return "a container reaches the local stack by a socket file, which only Linux can share: run it there"
    image = os.environ.get(IMAGE, "")
    if image and docker("image", "inspect", image).returncode:
        return f"the engine has no image {image}, which {IMAGE} names"
    return ""


def image_arguments() -> list[str]:
    """What tells SAM its image. Without IMAGE it takes its own, from this machine or from where it is published."""
    image = os.environ.get(IMAGE, "")
    return ["--invoke-image", image, "--skip-pull-image"] if image else []
