"""A rehearsal of bad days: SES takes nothing, or loses every answer."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse

from local.rehearsal.run import Script, run

ROOT = Path(__file__).parents[2]
PEOPLE = "email,first_name\nreader@example.org,Reader\n"
THROTTLED = 429
pytestmark = pytest.mark.moto


def rehearsed(folder: Path, monkeypatch: pytest.MonkeyPatch, answer: Any) -> Any:
    """The example archive's month with one reader, where SES answers like that."""
    from local.stack.session import LocalSession  # noqa: PLC0415 - beside what it changes

    for name in ("LOG_LEVEL", "METRICS_DISABLED", "METRICS_NAMESPACE", "SERVICE_NAME"):
        monkeypatch.setenv(f"POWERTOOLS_{name}", {"METRICS_DISABLED": "true"}.get(name, "CRITICAL"))
    made: Any = LocalSession.client

    def client(self: LocalSession, service: str, *args: Any, **kwargs: Any) -> Any:
        found = made(self, service, *args, **kwargs)
        if service == "sesv2":
            found.meta.events.register("before-send.sesv2.SendEmail", answer)
        return found

    monkeypatch.setattr(LocalSession, "client", client)
    (folder / "people.csv").write_text(PEOPLE, "utf-8")
    archive, templates = ROOT / "local" / "examples" / "archive.txt", ROOT / "templates"
    script = Script(sessions=archive, subscribers=folder / "people.csv", folder=folder / "demo", templates=templates)
    return run(script, progress=lambda _part, _words: None)


def answering(status: int) -> Any:
    """Every SendEmail is answered with that status."""
    headers: Any = {"x-amzn-ErrorType": "TooManyRequestsException" if status == THROTTLED else "InternalFailure"}
    raw: Any = SimpleNamespace(stream=lambda: iter([b"{}"]), read=lambda *_: b"{}")
    return lambda **_: AWSResponse("https://ses.example", status, headers, raw)


@pytest.mark.parametrize(("status", "number", "copies"), [(THROTTLED, "skipped", 0), (500, "unknown", 3)])
def test_the_numbers_add_up_whatever_ses_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int, number: str, copies: int
) -> None:
    """Mails that SES never takes are tried until it is too late for them; lost answers are unknown at once."""
    outcome = rehearsed(tmp_path, monkeypatch, answering(status))
    for campaign in outcome.report["campaigns"]:
        assert campaign["audience"] == campaign[number] == 1
        assert "unfinished" not in campaign
    assert len(outcome.report["campaigns"]) == 3
    assert outcome.report["mails"] == copies
    assert outcome.notes == []
