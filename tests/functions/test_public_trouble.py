"""The pages' handler on bad days: a reader always gets words, and the log says why."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest

from convener import wiring
from convener.errors import BadInput, Misconfigured, Refused, Unavailable
from local.rehearsal.pump import LambdaContext
from local.stack import LocalSession
from tests.support.event_links import LEAVE
from tests.support.page_requests import EVENTS
from tests.support.people import SERIES_FOLDER
from tests.support.sam_template import FUNCTIONS
from tests.support.visiting import Visit, words

TOLD = dict.fromkeys(
    [
        "SESSIONS_TABLE",
        "SUBSCRIBERS_TABLE",
        "LEDGER_TABLE",
        "EDITIONS_BUCKET",
        "SIGNING_KEYS_SECRET",
        "PUBLIC_BASE_URL",
        "CONSENTS_TABLE",
        "REQUESTS_TABLE",
        "TRANSACTIONAL_QUEUE_URL",
    ],
    "https://c.example",
)


class NoAws(LocalSession):
    """Makes clients, and remembers which and how; nothing answers at their address."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:9")
        self.made: list[tuple[str, Any]] = []

    def client(self, service_name: str, **kwargs: Any) -> Any:  # type: ignore[override]
        """As boto3's."""
        self.made.append((service_name, kwargs.get("config")))
        return super().client(service_name, **kwargs)  # type: ignore[call-overload]


def around(session: boto3.Session | None = None, **told: str) -> wiring.Container:
    """Surroundings with these variables."""
    here = session or NoAws()
    return wiring.Container(environment=lambda _: told, session=lambda: here, series_folder=SERIES_FOLDER)


def play(name: str) -> dict[str, Any]:
    import public  # noqa: PLC0415 - as Lambda does, when its environment is there

    event = json.loads((EVENTS / f"{name}.json").read_text("utf-8"))
    answer: dict[str, Any] = public.handler(event, LambdaContext(function_name="public"))
    return answer


@pytest.fixture(autouse=True)
def _names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "test")


@pytest.mark.parametrize("event", ["public-front", "public-leave-gmail", "public-leave-head"])
def test_a_function_deployed_wrongly_still_has_words(event: str, caplog: pytest.LogCaptureFixture) -> None:
    """503 with a page and its private headers, never an error of Lambda's; the log names what is missing."""
    with wiring.using(around()):
        answer = play(event)
    assert (answer["statusCode"], answer["headers"]["retry-after"]) == (503, "30")
    assert ("Nothing is lost" in answer["body"]) == (event != "public-leave-head")
    assert answer["headers"]["content-type"].startswith("text/html")
    assert answer["headers"]["cache-control"] == "no-store"
    line: Any = [record for record in caplog.records if record.message == "answered"][-1]
    assert (line.levelname, line.status) == ("ERROR", 503)
    assert line.error.startswith("Misconfigured: Not set in the environment: CONSENTS_TABLE, EDITIONS_BUCKET, ")
    assert LEAVE not in str(vars(line))


def test_the_log_says_why_a_page_could_not_be_had(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The reason beside the status, and no token."""

    def out_of_reach() -> Any:
        raise Unavailable("AccessDeniedException")

    monkeypatch.setattr(wiring, "public", lambda _: Visit(links=out_of_reach).site)
    assert play("public-leave-gmail")["statusCode"] == 503
    line: Any = [record for record in caplog.records if record.message == "answered"][-1]
    assert (line.levelname, line.error) == ("ERROR", "Unavailable: AccessDeniedException")
    assert LEAVE[:12] not in str(vars(line))


@pytest.mark.parametrize("error", [Misconfigured("k1 is short"), BadInput("damaged"), Refused("ValidationException")])
def test_whatever_is_damaged_the_link_is_not_to_blame(error: Exception) -> None:
    """Keys that can't be used, a row or an edition that can't be read: 503 and the button, and never “not complete”."""

    class Damaged:
        def get(self, **_: Any) -> Any:
            raise error

    visit = Visit()
    visit.change(unit_of_work=Damaged())
    pressed, seen = visit.leave(LEAVE), visit.ask("leave", LEAVE)
    assert (pressed.status, seen.status) == (503, 503)
    assert 'value="One-Click"' in pressed.body
    assert "not complete" not in words(seen)
    assert str(error) not in pressed.body


def test_public_answers_before_it_is_ended() -> None:
    """Where AWS hangs, all attempts and the pauses between them are over before the function's time is."""
    session = NoAws()
    with wiring.using(around(session, **TOLD)):
        site = wiring.public(LambdaContext(function_name="public"))
        assert [name for name, _ in session.made] == ["dynamodb"]  # others take long to make, and wait for their pages
        site.context.editions()
        site.context.mail_requests()
    assert [name for name, _ in session.made] == ["dynamodb", "s3", "sqs"]
    for _, config in session.made:
        attempts = config.retries["total_max_attempts"]
        pauses = sum(2**n for n in range(attempts - 1))  # botocore's standard mode pauses no longer
        assert attempts * max(config.connect_timeout, config.read_timeout) + pauses < FUNCTIONS["public"].timeout
