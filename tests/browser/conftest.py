"""A browser for pages, inbox and demo. Without Playwright, Chromium or the demo the tests say what to do, and skip."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.pages_server import Served, served
from tests.support.watched_page import Watched

ROOT = Path(__file__).parents[2]
CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture(scope="session")
def demo() -> Path:
    """`build/demo` as `make demo` left it, or the folder that DEMO_FOLDER names."""
    folder = Path(os.environ.get("DEMO_FOLDER", ROOT / "build" / "demo"))
    if not (folder / "index.html").exists():
        pytest.skip(f"{folder}/index.html isn't there: run `make demo` first")
    return folder.resolve()


@pytest.fixture(scope="session")
def shots() -> Path:
    """Where screenshots go."""
    folder = ROOT / "build" / "browser"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The system's Chromium, driven by Playwright."""
    reason = "Playwright isn't installed: local/requirements/browser.txt has it"
    playwright = pytest.importorskip("playwright.sync_api", reason=reason)
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} isn't there: install the package chromium")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def here() -> Iterator[Served]:
    """The pages over HTTP, one stack for all tests of a file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POWERTOOLS_METRICS_DISABLED", "true")
        patch.setenv("POWERTOOLS_SERVICE_NAME", "test")
        with served() as one:
            yield one


@pytest.fixture
def window(chromium: Any, here: Served) -> Iterator[Callable[..., Any]]:
    """A window on the pages: `window(width=360, script=False)`; words of Playwright's for contexts are passed on.

    In the end none may have met an error, asked anybody but us for anything, or kept a cookie.
    """
    contexts: list[Any] = []
    troubles: list[str] = []

    def console(message: Any) -> None:
        if message.type in ("error", "warning") and "the server responded with a status of" not in message.text:
            troubles.append(message.text)

    def open_window(*, width: int = 1180, scheme: str = "light", script: bool = True, **more: Any) -> Any:
        size = {"width": width, "height": 800}
        context = chromium.new_context(viewport=size, color_scheme=scheme, java_script_enabled=script, **more)
        context.set_default_timeout(15_000)
        context.on("console", console)
        context.on("weberror", lambda error: troubles.append(str(error.error)))
        context.on("request", lambda one: None if one.url.startswith(here.url) else troubles.append(one.url))
        contexts.append(context)
        return context.new_page()

    yield open_window
    troubles += [str(cookie) for context in contexts for cookie in context.cookies()]
    for context in contexts:
        context.close()
    assert troubles == []


@pytest.fixture
def look(chromium: Any, demo: Path) -> Iterator[Callable[..., Watched]]:
    """Open the demo's page in a window of its own: `look(width=360, scheme="dark", script=False, at="#mail=0002")`.

    When the test is over, no window may have met an error or asked for anything but a file of the demo.
    """
    windows: list[Watched] = []

    def open_window(*, width: int = 1180, scheme: str = "light", script: bool = True, at: str = "") -> Watched:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            java_script_enabled=script,
        )
        windows.append(Watched(context.new_page(), demo))
        windows[-1].page.goto((demo / "index.html").as_uri() + at)
        return windows[-1]

    yield open_window
    troubles = [trouble for window in windows for trouble in window.troubles]
    for window in windows:
        window.page.context.close()
    assert troubles == []
