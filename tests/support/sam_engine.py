"""The container engine under `sam local`: whether there is one, which image it runs, and how a container gets here."""

from __future__ import annotations

import functools
import ipaddress
import json
import os
import shutil
import socket
import subprocess
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
        return "no container engine answers: start Docker, then run `make sam-local` again"
    if bridge() is None:
        return "the engine's bridge is not on this machine (a virtual machine has it): run `make sam-local` on Linux"
    image = os.environ.get(IMAGE, "")
    if image and docker("image", "inspect", image).returncode:
        return f"the engine has no image {image}, which {IMAGE} names"
    return ""


@functools.cache
def bridge() -> ipaddress.IPv4Interface | None:
    """This machine's address and network on the engine's bridge, or None where the bridge is elsewhere."""
    told = docker("network", "inspect", "bridge", "--format", "{{json .IPAM.Config}}").stdout or "null"
    for config in json.loads(told) or []:
        network = ipaddress.ip_network(config["Subnet"])
        if isinstance(network, ipaddress.IPv4Network):
            found = ipaddress.IPv4Interface(f"{config.get('Gateway') or network[1]}/{network.prefixlen}")
            return found if _ours(str(found.ip)) else None
    return None


def _ours(address: str) -> bool:
    with socket.socket() as attempt:
        try:
            attempt.bind((address, 0))
        except OSError:
            return False
        return True


def image_arguments() -> list[str]:
    """What tells SAM its image. Without IMAGE it takes its own, from this machine or from where it is published."""
    image = os.environ.get(IMAGE, "")
    return ["--invoke-image", image, "--skip-pull-image"] if image else []
