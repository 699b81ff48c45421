from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import pytest

from convener.errors import BadInput
from local.serving.guard import refusal
from local.serving.single import announced, listen, only_one

OURS = {"host": "127.0.0.1:8025"}


def refused(method: str = "GET", **headers: str) -> str:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return refusal(method, {**OURS, **named}, port=8025, own_tool=True)


def test_the_page_itself_and_programs_may_do_everything() -> None:
    """A browser on our own page, by either name, and a program, which sends no origin."""
    assert refused() == refused("POST") == ""
    for name in ("127.0.0.1", "localhost"):
        assert not refused("POST", host=f"{name}:8025", origin=f"http://{name}:8025", sec_fetch_site="same-origin")


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "https://127.0.0.1:8025"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
    ],
)
def test_another_sites_form_changes_nothing(headers: dict[str, str]) -> None:
    """It may be open in the same browser, even on another port of this machine."""
    assert "nothing was done" in refused("POST", **headers)


def test_readers_pages_decide_for_themselves() -> None:
    """A mail program's one-click POST comes from anywhere, in AWS and here."""
    headers = {**OURS, "origin": "https://mail.example", "sec-fetch-site": "cross-site"}
    assert refusal("POST", headers, port=8025, own_tool=False) == ""


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8025", "127.0.0.1", "127.0.0.1:8026", ""])
@pytest.mark.parametrize("own_tool", [True, False])
def test_a_name_that_only_leads_here_gets_nothing(host: str, own_tool: bool) -> None:
    """DNS rebinding would make another site's script the owner of this page."""
    assert "doesn’t answer to the name" in refusal("GET", {"host": host}, port=8025, own_tool=own_tool)


def test_a_second_stack_is_refused_by_the_name_of_the_first(tmp_path: Path) -> None:
    """Address and process are named; once the first has ended, the folder is free."""
    with only_one(tmp_path) as name:
        name("http://127.0.0.1:8025")
        with pytest.raises(BadInput, match=rf"http://127.0.0.1:8025/_inbox, process {os.getpid()}"):
            only_one(tmp_path).__enter__()
    with only_one(tmp_path):
        pass


def test_the_stacks_file_is_there_only_while_it_runs(tmp_path: Path) -> None:
    """Also when it ends by an error."""
    file = tmp_path / "stack.json"
    with suppress(KeyboardInterrupt), announced(file, url="u", endpoint_url="e", outputs={}):
        assert '"url": "u"' in file.read_text()
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


@pytest.mark.moto
def test_a_taken_port_gets_words() -> None:
    """They say how to choose another. Nobody outside this machine can reach the socket."""
    with listen(0) as first:
        host, port = first.getsockname()
        assert host == "127.0.0.1"
        with pytest.raises(BadInput, match=rf"Port {port} can’t be used .*make serve PORT="):
            listen(port)
