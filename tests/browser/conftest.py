"""Chromium for the pages, the inbox and the demo.

If Playwright, Chromium or the demo is missing, the tests say what to do, and skip.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.browser_demo import FOLDER
from tests.support.pages_server import PagesServer, served
from tests.support.watched_page import WatchedPage

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def demo() -> Path:
    """The demo that `make browser` made, or the folder that DEMO_FOLDER names."""
    folder = Path(os.environ.get("DEMO_FOLDER", FOLDER))
    if not (folder / "index.html").exists():
        pytest.skip(f"{folder}/index.html isn't there: run `make browser`, which makes it")
    return folder.resolve()


@pytest.fixture(scope="session")
def shots() -> Path:
    """The folder for screenshots."""
    folder = ROOT / "build" / "browser"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Chromium as the system has it, driven by Playwright."""
    reason = "Playwright isn't installed: local/requirements/browser.txt has it"
    playwright = pytest.importorskip("playwright.sync_api", reason=reason)
    if not CHROMIUM:
        pytest.skip("no `chromium` on the PATH: install the package chromium")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def pages_server() -> Iterator[PagesServer]:
    """The pages over HTTP, one stack for all tests of a file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POWERTOOLS_METRICS_DISABLED", "true")
        patch.setenv("POWERTOOLS_SERVICE_NAME", "test")
        with served() as server:
            yield server


@pytest.fixture
def window(chromium: Any, pages_server: PagesServer) -> Iterator[Callable[..., Any]]:
    """Open a window on the pages: `window(width=360, script=False)`.

    Other arguments go to Playwright's context. At the end of a test no window may have had an error, sent a request
    to another server, or kept a cookie.
    """
    contexts: list[Any] = []
    errors: list[str] = []

    def console(message: Any) -> None:
        if message.type in ("error", "warning") and "the server responded with a status of" not in message.text:
            errors.append(message.text)

    def open_window(*, width: int = 1180, scheme: str = "light", script: bool = True, **more: Any) -> Any:
        size = {"width": width, "height": 800}
        context = chromium.new_context(viewport=size, color_scheme=scheme, java_script_enabled=script, **more)
        context.set_default_timeout(15_000)
        context.on("console", console)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        context.on(
            "request", lambda request: None if request.url.startswith(pages_server.url) else errors.append(request.url)
        )
        contexts.append(context)
        return context.new_page()

    yield open_window
    errors += [str(cookie) for context in contexts for cookie in context.cookies()]
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def look(chromium: Any, demo: Path) -> Iterator[Callable[..., WatchedPage]]:
    """Open the demo in a window: `look(width=360, scheme="dark", script=False, at="#mail=0002")`.

    At the end of a test no window may have had an error, or requested anything but a file of the demo.
    """
    windows: list[WatchedPage] = []

    def open_window(*, width: int = 1180, scheme: str = "light", script: bool = True, at: str = "") -> WatchedPage:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            java_script_enabled=script,
        )
        windows.append(WatchedPage(context.new_page(), demo))
        windows[-1].page.goto((demo / "index.html").as_uri() + at)
        return windows[-1]

    yield open_window
    errors = [error for window in windows for error in window.errors]
    for window in windows:
        window.page.context.close()
    assert errors == []
