"""The local inbox in a browser: an editor presses the buttons, a reader leaves."""

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
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One stack with the examples for all tests of this file, in the order in which they stand."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in QUIET.items():
            patch.setenv(name, value)
        with served(tmp_path_factory.mktemp("inbox") / "local", demo=True) as found:
            yield found


@pytest.fixture
def inbox(chromium: Any, here: Served) -> Iterator[Open]:
    """Open the inbox in a window of its own. No window may have met an error, or asked another server for anything."""
    troubles: list[str] = []
    windows: list[Any] = []

    def open_window(*, width: int = 1180, scheme: str = "light", script: bool = True, at: str = "") -> Any:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=script
        )
        windows.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(f"error: {error}"))
        page.on("console", lambda line: troubles.append(line.text) if line.type in ("error", "warning") else None)
        page.on("request", lambda asked: None if asked.url.startswith(ours) else troubles.append(asked.url))
        page.goto(f"{here.running.url}/_inbox{at}")
        return page

    ours = (here.running.url, "data:,", "about:blank")
    yield open_window
    for context in windows:
        context.close()
    assert troubles == []


def test_one_button_brings_the_next_mails_without_script_too(inbox: Open) -> None:
    """A form, nothing more: the clock has moved, and the forty mails of the invitation are there."""
    page = inbox(script=False)
    assert "3 April 2024, 12:0" in page.locator("h1").inner_text()
    page.get_by_role("button", name="To the next thing that happens").click()
    assert "Thursday 4 April 2024, 09:00" in page.locator("h1").inner_text()
    assert page.locator(".list a[data-mail]").count() == 40
    assert page.frame_locator("iframe[name=reader]").locator("h1").first.inner_text()


def test_arrow_keys_go_from_mail_to_mail(inbox: Open) -> None:
    """Newest first; the views change by number keys; a date field keeps its own keys."""
    page = inbox(at="#mail=0040&view=html")
    page.keyboard.press("ArrowRight")
    assert page.locator(".list a[aria-current=true]").get_attribute("data-mail") == "0039"
    page.keyboard.press("4")
    assert "Kindness" in page.frame_locator("figure[data-view=text] iframe").locator("pre").inner_text()
    page.locator("input[name=to]").focus()
    page.keyboard.press("1")
    assert page.locator(".list a[aria-current=true]").get_attribute("data-mail") == "0039"
    assert page.url.endswith("view=text")


def test_a_reader_leaves_from_the_mail(inbox: Open) -> None:
    """The link opens a window in which the page's own button works, out of the mail's sandbox."""
    page = inbox(at="#mail=0040&view=html")
    link = page.frame_locator("figure[data-view=html] iframe").locator("a[href*='/leave/']").last
    with page.context.expect_page() as opened:
        link.click()
    opened.value.get_by_role("button").first.click()
    opened.value.wait_for_load_state()
    assert "You have left" in opened.value.inner_text("body")


def test_a_page_that_is_looked_at_learns_what_is_new(inbox: Open, here: Served) -> None:
    """Mails that left meanwhile appear by themselves; whoever reads a mail is only told."""
    idle, reading = inbox(), inbox(at="#mail=0040&view=html")
    here.move(next="1")
    idle.locator(".list a[data-mail='0079']").wait_for(state="attached", timeout=15_000)
    reading.locator(".news").wait_for(state="visible", timeout=15_000)
    assert reading.locator(".list a[data-mail]").count() == 40
    assert len(here.inbox()) == 79


@pytest.mark.parametrize("width", [1180, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_inbox_fits_and_passes_axe(inbox: Open, shots: Path, here: Served, width: int, scheme: str) -> None:
    """On a phone and a desktop, in both modes, with a report that has a fault."""
    report = here.drop(f"wrong-{scheme}-{width}.yaml", "month: 2031-13\n")
    # Its coming reloads an open page, and one that is being loaded has no style yet: it is opened after that.
    eventually(lambda: f"The report: {report}" in here.ask("/_inbox").text)
    page = inbox(width=width, scheme=scheme)
    assert page.get_by_text(report.name).first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.screenshot(path=shots / f"inbox-{width}-{scheme}.png", full_page=True)
    reason = "axe isn't installed: local/requirements/browser.txt has it"
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason=reason)
    found = axe.Axe().run(page, options={"preload": False}).response["violations"]
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []
