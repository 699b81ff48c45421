"""A stack of commit 16a802e on MiniStack, updated to the present release in the middle of a mailing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.e2e_build import adapt, build
from tests.support.e2e_emulator import Emulator
from tests.support.e2e_joining import Joining
from tests.support.e2e_mailbox import Mailbox
from tests.support.e2e_stack import Timeline, deploy
from tests.support.upgrade_release import FIRST, FOLDER, tree_of
from tests.support.upgrade_steps import Upgrade

TIMELINE = pytest.StashKey[Timeline]()
NEVER = timedelta(hours=3)
"""The earlier release's hour for recaps is that far ahead: it sends none."""
RECAP_AFTER = timedelta(seconds=45)
"""From the update to the hour for recaps of the present release."""


@pytest.fixture(scope="session")
def upgrade(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Upgrade]:
    """The upgrade, step by step. MiniStack ends with it."""
    timeline = request.config.stash.setdefault(TIMELINE, Timeline())
    tree, now = tree_of(FIRST), datetime.now(UTC)
    old, old_recap = adapt(build(tree, FOLDER / "old"), now, recap_after=NEVER)
    timeline.tell(f"sam build of commit {FIRST[:7]}")
    built = build()
    timeline.tell("sam build of the present release")
    folder = tmp_path_factory.mktemp("upgrade")
    with Mailbox() as mailbox, Emulator(folder, functions_environment={"AWS_ENDPOINT_URL_SESV2": mailbox.url}) as ses:
        mailbox.behind = ses
        before = deploy(ses, old, timeline, old_recap)
        timeline.tell(f"sam deploy of commit {FIRST[:7]}: {before.status}, {len(before.resources)} resources")

        def update() -> None:
            # Only the moment differs: the zone must be the one of the earlier release, which tells when a session is.
            new, _ = adapt(built, now, recap_after=datetime.now(UTC) - now + RECAP_AFTER)
            deploy(ses, new, timeline, old_recap)

        yield Upgrade(stack=replace(before), old=before, tree=tree, update=update, mailbox=mailbox, folder=folder)
        (FOLDER / "ministack.log").write_bytes(ses.log.read_bytes())


@pytest.fixture(scope="session")
def joining(upgrade: Upgrade) -> Joining:
    """Somebody who joins by the form of the present release."""
    return Joining(month=upgrade)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """What happened, and when."""
    if told := config.stash.get(TIMELINE, None):
        terminalreporter.section("from commit 16a802e to the present release, on MiniStack")
        terminalreporter.write_line("\n".join(told.lines))
