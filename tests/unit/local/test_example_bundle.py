"""A stack that carries the example series and has a real sender: nobody gets the example's mails."""

from __future__ import annotations

import pytest

from convener import settings, wiring
from convener.container import Container
from convener.errors import Misconfigured
from tests.support.people import SERIES_FOLDER


class _Context:
    def get_remaining_time_in_millis(self) -> int:
        """Return five minutes."""
        return 300_000


def ticker(monkeypatch: pytest.MonkeyPatch, sender: str) -> object:
    """Return the tick of a stack with this sender and the series of the tests, whose addresses nobody can own."""
    environment = {**dict.fromkeys(settings.ENVIRONMENT_NAMES, "1"), "SENDER_ADDRESS": sender}
    container = Container(series_folder=SERIES_FOLDER, environment=lambda _: environment)
    for name in ("client", "links"):
        monkeypatch.setattr(Container, name, lambda *_: None)
    with wiring.using(container):
        return wiring.tick(_Context())


def test_the_example_mails_nobody_from_a_real_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the command that mends it. `sam build` alone makes such a bundle."""
    with pytest.raises(Misconfigured, match="Run `make build` with your own folder"):
        ticker(monkeypatch, "conversation@mail.example.org")


def test_a_rehearsal_of_the_example_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its sender is one of the example, too."""
    assert ticker(monkeypatch, "conversation@mail.kindness.example")
