"""A page of ours in Chromium, looked at in every light: how wide, what axe finds, how large its targets are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.page_state import State
from tests.support.pages_server import Served

LOOKS = ((1180, "light", False), (1180, "dark", True), (360, "light", True), (360, "dark", False))
"""Width, scheme, and whether colours alone are asked about: all else was, at that width and in that scheme."""

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]

# A control that stands in a line of words (WCAG 2.2, 2.5.8) may be lower than one that stands alone.
TARGETS = """() => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select')].flatMap(one => {
  if (one.closest('.away') || !one.checkVisibility()) return [];
  const area = one.closest('label') && /radio|checkbox/.test(one.type) ? one.closest('label') : one;
  const box = area.getBoundingClientRect();
  const alone = getComputedStyle(one).display !== 'inline';
  const least = alone ? 43.5 : 24;
  return box.height < least ? [`${one.outerHTML.slice(0, 80)}: ${box.height}`] : [];
})"""


def open_state(page: Any, here: Served, state: State) -> Any:
    """Bring that state about, and let the browser ask for it as the state says. The answer."""
    here.afresh()
    state.before(here)
    here.at(state.now, **state.told)
    url = here.url + state.path
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
    """What is wrong with the page that is open, in any look; screenshots of all of them."""
    for width, scheme, colours in LOOKS:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        page.screenshot(path=shots / f"public-{state.name}-{width}-{scheme}.png", full_page=True)
        yield from (f"{width} {scheme}: {one}" for one in (*_wide(page, width), *axe(page, state, colours=colours)))
    if state.name not in ("view", "out-of-order"):  # a mail, and the page that is there when no other is
        yield from (f"small: {one}" for one in page.evaluate(TARGETS))
    page.set_viewport_size({"width": 320, "height": 800})
    page.emulate_media(forced_colors="active")
    yield from _wide(page, 320)
    edges = "all => all.filter(one => getComputedStyle(one).borderTopStyle !== 'solid').map(one => one.outerHTML)"
    yield from (f"no edge: {one}" for one in page.locator("button, .field > input, select").evaluate_all(edges))
    page.emulate_media(forced_colors="none")


def _wide(page: Any, width: int) -> list[str]:
    found = page.evaluate("document.documentElement.scrollWidth")
    return [f"{found} px wide at {width}"] if found > width else []


def axe(page: Any, state: State | None = None, *, colours: bool = False) -> Iterator[str]:
    """What axe-core finds on a page, or without a state on a mail."""
    reason = "axe isn't installed: local/requirements/browser.txt has it"
    found = pytest.importorskip("axe_playwright_python.sync_playwright", reason=reason)
    # A mail has no landmarks: they are best practice for pages, and no rule of WCAG's.
    tags = TAGS[:-1] if state is None or state.name == "view" else TAGS
    rules: dict[str, Any] = {"runOnly": {"type": "tag", "values": tags}, "rules": {"target-size": {"enabled": True}}}
    if colours:
        rules = {"runOnly": {"type": "rule", "values": COLOURS}}
    for rule in found.Axe().run(page, options={"preload": False, **rules}).response["violations"]:
        yield f"{rule['id']}: {[node['html'][:200] for node in rule['nodes']]}"
