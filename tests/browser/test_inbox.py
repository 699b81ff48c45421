"""The local inbox in Chromium: an editor presses its buttons, a reader unsubscribes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from local.rehearsal.run import QUIET
from tests.support.serving import Served, eventually, served

pytestmark = pytest.mark.moto
Open = Callable[..., Any]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One stack with the examples for all tests of this file, which run in their order."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in QUIET.items():
            patch.setenv(name, value)
        with served(tmp_path_factory.mktemp("inbox") / "local", demo=True) as found:
            yield found


@pytest.fixture
def inbox(chromium: Any, server: Served) -> Iterator[Open]:
    """Open the inbox in a window. No window may have an error, or send a request to another server."""
    errors: list[str] = []
    windows: list[Any] = []

    def open_window(*, width: int = 1180, scheme: str = "light", script: bool = True, at: str = "") -> Any:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=script
        )
        windows.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(f"error: {error}"))
        page.on("console", lambda line: errors.append(line.text) if line.type in ("error", "warning") else None)
        page.on("request", lambda request: None if request.url.startswith(own_urls) else errors.append(request.url))
        page.goto(f"{server.running.url}/_inbox{at}")
        return page

    own_urls = (server.running.url, "data:,", "about:blank")
    yield open_window
    for context in windows:
        context.close()
    assert errors == []


def test_one_button_sends_the_next_mails_without_a_script(inbox: Open) -> None:
    """The button is a form: the clock has moved, and the forty mails of the invitation are there."""
    page = inbox(script=False)
    assert "3 April 2024, 12:0" in page.locator("h1").inner_text()
    page.get_by_role("button", name="To the next thing that happens").click()
    assert "Thursday 4 April 2024, 09:00" in page.locator("h1").inner_text()
    assert page.locator(".list a[data-mail]").count() == 40
    assert page.frame_locator("iframe[name=reader]").locator("h1").first.inner_text()


def test_arrow_keys_go_from_mail_to_mail(inbox: Open) -> None:
    """Newest first; number keys change the view; a date field keeps its own keys."""
    page = inbox(at="#mail=0040&view=html")
    page.keyboard.press("ArrowRight")
    assert page.locator(".list a[aria-current=true]").get_attribute("data-mail") == "0039"
    page.keyboard.press("4")
    assert "Kindness" in page.frame_locator("figure[data-view=text] iframe").locator("pre").inner_text()
    page.locator("input[name=to]").focus()
    page.keyboard.press("1")
    assert page.locator(".list a[aria-current=true]").get_attribute("data-mail") == "0039"
    assert page.url.endswith("view=text")


def test_a_reader_unsubscribes_from_the_mail(inbox: Open) -> None:
    """The link opens a window outside of the sandbox of the mail, in which the button of the page works."""
    page = inbox(at="#mail=0040&view=html")
    link = page.frame_locator("figure[data-view=html] iframe").locator("a[href*='/leave/']").last
    with page.context.expect_page() as opened:
        link.click()
    opened.value.get_by_role("button").first.click()
    opened.value.wait_for_load_state()
    assert "You have left" in opened.value.inner_text("body")


def test_an_open_inbox_shows_new_mails(inbox: Open, server: Served) -> None:
    """New mails appear by themselves; while a mail is open, there is only a notice."""
    idle, reading = inbox(), inbox(at="#mail=0040&view=html")
    server.move(next="1")
    idle.locator(".list a[data-mail='0079']").wait_for(state="attached", timeout=15_000)
    reading.locator(".news").wait_for(state="visible", timeout=15_000)
    assert reading.locator(".list a[data-mail]").count() == 40
    assert len(server.inbox()) == 79


@pytest.mark.parametrize("width", [1180, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_inbox_fits_and_passes_axe(inbox: Open, shots: Path, server: Served, width: int, scheme: str) -> None:
    """On a phone and a desktop, in both colour schemes, with a report that has a fault."""
    report = server.drop(f"wrong-{scheme}-{width}.yaml", "month: 2031-13\n")
    # The new report reloads an open page, and a page that is loading has no style yet. So it is opened after that.
    eventually(lambda: f"The report: {report}" in server.ask("/_inbox").text)
    page = inbox(width=width, scheme=scheme)
    assert page.get_by_text(report.name).first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.screenshot(path=shots / f"inbox-{width}-{scheme}.png", full_page=True)
    reason = "axe isn't installed: local/requirements/browser.txt has it"
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason=reason)
    found = axe.Axe().run(page, options={"preload": False}).response["violations"]
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []
