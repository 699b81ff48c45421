"""What holds for every test: no sockets, but 127.0.0.1 for those that talk to a server there."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest
from hypothesis import settings

HERE = Path(__file__).parent
# Folders whose tests run against the local stack by nature; elsewhere a test says so with @pytest.mark.moto.
ON_MOTO = tuple(HERE / name for name in ("adapters", "functions", "e2e", "rehearsals", "sam_local"))
# Left to a target of their own, which names the folder: they want a browser, emulators in their own environments, or
# long virtual months.
APART = ("browser", "e2e", "rehearsals", "sam_local")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Open 127.0.0.1, and nothing else, where a test needs a server there."""
    for item in items:
        if item.get_closest_marker("moto") or any(folder in item.path.parents for folder in ON_MOTO):
            item.add_marker(pytest.mark.allow_hosts(["127.0.0.1"]))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave some folders to targets of their own, which name them (`make browser`, `make e2e`)."""
    asked = any(collection_path.name in argument for argument in config.args)
    return True if collection_path.parent == HERE and collection_path.name in APART and not asked else None


@pytest.fixture(autouse=True)
def _nobodys_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests never see the AWS set-up of the person who runs them."""
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SESV2"):
        monkeypatch.delenv(name, raising=False)


def pytest_configure() -> None:
    """No deadlines; and moto, boto3 and hypothesis leave few cycles: looking for them less often saves a tenth."""
    gc.set_threshold(100_000, 50, 50)
    settings.register_profile("promises", deadline=None)  # a timing is never a test
    settings.load_profile("promises")
