"""Readers' pages in Chromium. Screenshots go to build/browser/."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from convener.subscribers.models import Standing
from tests.functions.conftest import NINE
from tests.support.event_links import JOIN, LEAVE, READER, TOKENS, VIEW
from tests.support.pages_server import LEAVER, Served, served

pytestmark = pytest.mark.moto  # opens 127.0.0.1, where moto and the pages are
Open = Callable[..., Any]
LOOKS = [(1180, "light"), (1180, "dark"), (360, "light"), (360, "dark")]
JUNE = datetime(2024, 6, 20, 17, tzinfo=UTC)
# Name, path, moment, status. The 503 is made by a table that isn't there.
PAGES: list[tuple[str, str, datetime, int]] = [
    ("front", "/", NINE, 200),
    ("leave", f"/leave/{LEAVE}", NINE, 200),
    ("left", f"/leave/{TOKENS.leave('f' * 32)}", NINE, 200),
    ("link", f"/leave/{LEAVE[:30]}", NINE, 404),
    ("nowhere", "/somewhere", NINE, 404),
    ("later", f"/leave/{LEAVE}", NINE, 503),
    ("gone", f"/view/{TOKENS.view('2024-04/recap')}", NINE, 404),
    ("join-early", f"/join/{JOIN}", NINE, 200),
    ("join-over", f"/join/{JOIN}", NINE + timedelta(days=20), 200),
    ("join-cancelled", f"/join/{TOKENS.join('2024-05')}", NINE, 200),
    ("join-no-link", f"/join/{TOKENS.join('2024-06')}", JUNE, 200),
    ("view", f"/view/{VIEW}", NINE, 200),
]


@pytest.fixture(scope="module")
def here() -> Iterator[Served]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POWERTOOLS_METRICS_DISABLED", "true")
        patch.setenv("POWERTOOLS_SERVICE_NAME", "test")
        with served() as one:
            yield one


@pytest.fixture
def visit(chromium: Any, here: Served) -> Iterator[Open]:
    """Open a path in a window of its own. In the end no window may have met an error, or asked anybody else."""
    troubles: list[str] = []
    contexts: list[Any] = []

    def console(message: Any) -> None:
        if message.type in ("error", "warning") and "the server responded with a status of" not in message.text:
            troubles.append(message.text)

    def go(
        path: str,
        now: datetime = NINE,
        status: int = 200,
        *,
        width: int = 1180,
        scheme: str = "light",
        script: bool = True,
    ) -> Any:
        here.at(now, **({"SUBSCRIBERS_TABLE": "nowhere"} if status == 503 else {}))
        context = chromium.new_context(
            viewport={"width": width, "height": 800}, color_scheme=scheme, java_script_enabled=script
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", console)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("request", lambda one: None if one.url.startswith(here.url) else troubles.append(one.url))
        assert page.goto(here.url + path).status == status
        return page

    yield go
    for context in contexts:
        context.close()
    assert troubles == []


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_pages_fit_pass_axe_and_ask_nobody_else(visit: Open, shots: Path, width: int, scheme: str) -> None:
    """Each page and state, on a desk and a phone, light and dark: it fits its window, and axe finds nothing."""
    reason = "axe isn't installed: local/requirements/browser.txt has it"
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason=reason)
    found = {}
    for name, path, now, status in PAGES:
        page = visit(path, now, status, width=width, scheme=scheme)
        page.screenshot(path=shots / f"public-{name}-{width}-{scheme}.png", full_page=True)
        if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
            found[name] = ["too wide"]
        # A mail has no landmarks: they are best practice for pages, and no rule of WCAG's.
        rules = {
            "preload": False,
            **({"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]} if name == "view" else {}),
        }
        for rule in axe.Axe().run(page, options=rules).response["violations"]:
            found.setdefault(name, []).append(f"{rule['id']}: {[node['html'] for node in rule['nodes']]}")
    assert found == {}


def test_a_phone_has_targets_of_44_px(visit: Open) -> None:
    """Every link that stands alone, and every button."""
    for name, path, now, status in PAGES:
        page = visit(path, now, status, width=360)
        alone = page.locator("button, a.button, a.tap, a.name, .button a")
        small = [one.inner_text() for one in alone.all() if one.is_visible() and one.bounding_box()["height"] < 43.5]
        assert (name, small) == (name, [])


def test_pages_fit_320_px_in_forced_colours_without_a_script(visit: Open) -> None:
    """As at 400 % zoom, with colours that the reader chose: nothing is cut off, and the button has an edge to see."""
    for name, path, now, status in PAGES:
        page = visit(path, now, status, width=320, script=False)
        page.emulate_media(forced_colors="active")
        assert (name, page.evaluate("document.documentElement.scrollWidth")) == (name, 320)
        edges = page.locator("button").evaluate_all("all => all.map(one => getComputedStyle(one).borderTopStyle)")
        assert edges == (["solid"] if name == "leave" else [])


def test_tab_and_enter_leave_without_a_script(visit: Open, here: Served) -> None:
    """With JavaScript off: Tab past the name to the button, Enter, and the page says so at the same address."""
    page = visit(f"/leave/{TOKENS.leave(LEAVER.id)}", script=False)
    address = page.url
    for _ in range(2):
        page.keyboard.press("Tab")
    assert page.locator("button:focus-visible").count() == 1
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="You have left").wait_for()
    assert page.url == address
    assert here.people.get(ids=[LEAVER.id])[LEAVER.id].standing == Standing.LEFT


def test_what_was_not_saved_can_be_pressed_again(visit: Open, here: Served, shots: Path) -> None:
    """Where the list is out of reach when she presses, the button comes again; once it is back, it leaves."""
    page = visit(f"/leave/{LEAVE}", width=360)
    here.at(SUBSCRIBERS_TABLE="nowhere")
    page.get_by_role("button", name="Leave").click()
    page.get_by_role("heading", name="Not saved, please try again").wait_for()
    page.screenshot(path=shots / "public-not-saved-360-light.png", full_page=True)
    here.at()
    page.get_by_role("button", name="Try again").click()
    page.get_by_role("heading", name="You have left").wait_for()
    page.screenshot(path=shots / "public-have-left-360-light.png", full_page=True)
    here.people.update(READER, expected_version=READER.version + 1)


@pytest.mark.parametrize("name", ["front", "leave", "join-early", "join-over"])
def test_pages_print_well(visit: Open, shots: Path, name: str) -> None:
    """On paper: black on white, no button that nobody can press, addresses beside what they belong to."""
    path, now, status = next((path, now, status) for one, path, now, status in PAGES if one == name)
    page = visit(path, now, status, scheme="dark", width=720)
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.locator("form").is_visible() if name == "leave" else True
    page.screenshot(path=shots / f"public-{name}-print.png", full_page=True)
    assert len(page.pdf()) > 5_000
