"""The real template on MiniStack, once for the whole run. Where a machine lacks something, the reason is said."""

from __future__ import annotations

import re
import signal
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.e2e_build import DIFFERENCES, FOLDER, SAM, adapt, build, run
from tests.support.e2e_emulator import PYTHON, Emulator
from tests.support.e2e_mailbox import Mailbox
from tests.support.e2e_stack import Deployed, Timeline, deploy
from tests.support.e2e_steps import Month

ERROR = re.compile(r"^[\w.]+(Error|Exception|Denied)\b.*:|^convener\.errors\.")
TIMELINE = pytest.StashKey[Timeline]()


@pytest.fixture(scope="session")
def timeline(request: pytest.FixtureRequest) -> Timeline:
    """Shown when all is over."""
    return request.config.stash.setdefault(TIMELINE, Timeline())


@pytest.fixture(scope="session")
def mailbox() -> Iterator[Mailbox]:
    """Where every mail passes on its way to SES."""
    with Mailbox() as box:
        yield box


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory, mailbox: Mailbox, timeline: Timeline) -> Iterator[Emulator]:
    """MiniStack, ended when the run ends, however it ends."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    folder = tmp_path_factory.mktemp("ministack")
    with Emulator(folder, functions_environment={"AWS_ENDPOINT_URL_SESV2": mailbox.url}) as running:
        mailbox.behind = running
        timeline.tell(f"MiniStack answers at {running.url}, process {running.process_id}, IAM enforced, TLS")
        yield running
    kept = FOLDER / "ministack.log"
    kept.write_bytes(running.log.read_bytes())


@pytest.fixture(scope="session")
def built(timeline: Timeline) -> Path:
    """What `sam build` made."""
    _needed()
    path = build()
    timeline.tell("sam build, x86_64, Python 3.13")
    return path


@pytest.fixture(scope="session")
def stack(built: Path, emulator: Emulator, timeline: Timeline) -> Deployed:
    """The stack, deployed by `sam deploy`."""
    template, recap_at = adapt(built, datetime.now(UTC))
    deployed = deploy(emulator, template, timeline, recap_at)
    kinds = Counter(kind for kind, _ in deployed.resources.values())
    timeline.tell(f"sam deploy: {sum(kinds.values())} resources of {len(kinds)} types, {deployed.status}")
    timeline.tell(f"the series lives in {recap_at.tzinfo}, where it is {datetime.now(recap_at.tzinfo):%H:%M}")
    return deployed


@pytest.fixture(scope="session")
def month(stack: Deployed, mailbox: Mailbox, tmp_path_factory: pytest.TempPathFactory) -> Month:
    """The month."""
    return Month(stack=stack, mailbox=mailbox, folder=tmp_path_factory.mktemp("month"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The timeline, what differs from what people deploy, and where something went wrong what MiniStack heard of it."""
    if not (told := config.stash.get(TIMELINE, None)):
        return
    terminalreporter.section("the month on MiniStack")
    terminalreporter.write_line("\n".join(told.lines))
    terminalreporter.section("what differs from the stack that people deploy")
    terminalreporter.write_line("\n".join(f"- {one}" for one in DIFFERENCES))
    log = FOLDER / "ministack.log"
    if terminalreporter.stats.keys() & {"failed", "error"} and log.exists():
        errors = Counter(line[:200] for line in log.read_text("utf-8", "replace").splitlines() if ERROR.search(line))
        terminalreporter.section(f"errors in {log}")
        terminalreporter.write_line("\n".join(f"{count:4} × {line}" for line, count in errors.most_common(12)))


def _needed() -> None:
    for path, how in ((SAM, "sam"), (PYTHON, "ministack")):
        if not path.exists():
            pytest.skip(f"{path} isn't there: sh local/bootstrap.sh {how}")
    ask = "import sys; print('%d.%d' % sys.version_info[:2])"
    version = run(PYTHON, "-c", ask, environment={}).strip()
    if version != "3.13":
        pytest.skip(f"functions run in MiniStack's Python, and .venv-ministack has {version}: Lambda's is 3.13")
