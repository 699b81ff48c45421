"""What holds for every test: no sockets, but 127.0.0.1 for those that talk to a server there."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.support.compiled_templates import remember_compiled_templates

if TYPE_CHECKING:
    from local.stack import LocalStack

pytest_plugins = ("pytester",)

HERE = Path(__file__).parent
# Folders whose tests run against the local stack by nature; elsewhere a test says so with @pytest.mark.moto.
ON_MOTO = tuple(HERE / name for name in ("adapters", "functions", "e2e", "rehearsals", "sam_local", "upgrade"))
# Left to a target of their own, which names the folder: they want a browser, emulators in their own environments, or
# long virtual months.
APART = ("browser", "e2e", "rehearsals", "sam_local", "upgrade")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Open 127.0.0.1, and nothing else, where a test needs a server there."""
    for item in items:
        if item.get_closest_marker("moto") or _on_moto(item.path):
            item.add_marker(pytest.mark.allow_hosts(["127.0.0.1"]))


@cache
def _on_moto(path: Path) -> bool:
    return any(folder in path.parents for folder in ON_MOTO)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave some folders to targets of their own, which name them (`make browser`, `make e2e`)."""
    asked = any(collection_path.name in argument for argument in config.args)
    return True if collection_path.parent == HERE and collection_path.name in APART and not asked else None


@pytest.fixture(autouse=True)
def _nobodys_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests never see the AWS set-up of the person who runs them."""
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SESV2"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def worker_stack() -> Iterator[LocalStack]:
    """One local stack for each process of a test run, deployed when the first test wants one. Tests use `stack`."""
    from local.stack import LocalStack  # noqa: PLC0415 - boto3: half a second, also where no test wants a stack

    with LocalStack(
        sender_address="conversation@mail.kindness.example", public_base_url="https://c.example"
    ) as running:
        yield running


@pytest.fixture(scope="module")
def stack(worker_stack: LocalStack) -> LocalStack:
    """The process's local stack, emptied for each module of tests; nothing of another module is left in it."""
    worker_stack.empty()
    return worker_stack


def pytest_configure() -> None:
    """Set no deadlines, and save time.

    Moto, boto3 and hypothesis leave few cycles of objects: looking for them less often saves a tenth.
    """
    os.environ["SERIES"] = str(HERE / "series")  # never the folder of the person who runs the tests
    remember_compiled_templates()
    gc.set_threshold(100_000, 50, 50)
    settings.register_profile("promises", deadline=None)  # a timing is never a test
    settings.load_profile("promises")


def pytest_unconfigure() -> None:
    """Skip the last search for cycles of objects: it takes a second, and the process ends in any case."""
    gc.freeze()
