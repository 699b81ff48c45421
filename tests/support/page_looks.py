"""Checks of a page in Chromium in several windows and colour schemes: its width, axe, and the size of its controls."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.page_state import State
from tests.support.pages_server import PagesServer

LOOKS = ((1180, "light", False), (1180, "dark", True), (360, "light", True), (360, "dark", False))
"""Width, colour scheme, and whether axe checks only colours, because it checked all rules at that width already."""

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]

# A control in a line of text may be lower than a control on its own (WCAG 2.2, 2.5.8).
TARGETS = """() => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select')].flatMap(one => {
  if (one.closest('.away') || !one.checkVisibility()) return [];
  const area = one.closest('label') && /radio|checkbox/.test(one.type) ? one.closest('label') : one;
  const box = area.getBoundingClientRect();
  const alone = getComputedStyle(one).display !== 'inline';
  const least = alone ? 43.5 : 24;
  return box.height < least ? [`${one.outerHTML.slice(0, 80)}: ${box.height}`] : [];
})"""


def open_state(page: Any, server: PagesServer, state: State) -> Any:
    """Prepare a state, send its request by the browser, and return the response."""
    server.reset()
    state.before(server)
    server.at(state.now, **state.environment)
    url = server.url + state.path
    method = state.method or ("GET" if state.fields is None else "POST")
    if method != "GET":

        def instead(route: Any) -> None:
            headers = {**route.request.headers, "content-type": state.media}
            route.continue_(method=method, headers=headers, post_data=state.body)

        page.route(url, instead)
    answer = page.goto(url)
    page.unroute_all()
    return answer


def faults(page: Any, state: State, shots: Path) -> Iterator[str]:
    """Return what is wrong with the open page in any window; take screenshots of all of them."""
    for width, scheme, colours in LOOKS:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        page.screenshot(path=shots / f"public-{state.name}-{width}-{scheme}.png", full_page=True)
        yield from (f"{width} {scheme}: {fault}" for fault in (*_wide(page, width), *axe(page, state, colours=colours)))
    if state.name not in ("view", "out-of-order"):  # a mail, and the page of a wrong deployment
        yield from (f"small: {element}" for element in page.evaluate(TARGETS))
    page.set_viewport_size({"width": 320, "height": 800})
    page.emulate_media(forced_colors="active")
    yield from _wide(page, 320)
    edges = "all => all.filter(one => getComputedStyle(one).borderTopStyle !== 'solid').map(one => one.outerHTML)"
    yield from (f"no edge: {element}" for element in page.locator("button, .field > input, select").evaluate_all(edges))
    page.emulate_media(forced_colors="none")


def _wide(page: Any, width: int) -> list[str]:
    found = page.evaluate("document.documentElement.scrollWidth")
    return [f"{found} px wide at {width}"] if found > width else []


def axe(page: Any, state: State | None = None, *, colours: bool = False) -> Iterator[str]:
    """Return what axe-core finds on a page; without a state, on a mail."""
    reason = "axe isn't installed: local/requirements/browser.txt has it"
    found = pytest.importorskip("axe_playwright_python.sync_playwright", reason=reason)
    # A mail has no landmarks, which are best practice for pages, and no rule of WCAG.
    tags = TAGS[:-1] if state is None or state.name == "view" else TAGS
    rules: dict[str, Any] = {"runOnly": {"type": "tag", "values": tags}, "rules": {"target-size": {"enabled": True}}}
    if colours:
        rules = {"runOnly": {"type": "rule", "values": COLOURS}}
    for rule in found.Axe().run(page, options={"preload": False, **rules}).response["violations"]:
        yield f"{rule['id']}: {[node['html'][:200] for node in rule['nodes']]}"
