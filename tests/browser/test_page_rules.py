"""What pages do in a browser: one script and no other, the order of keys, printing, large text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from convener.subscribers.models import SubscriberStatus
from tests.support.browsing import KeyboardUser, stops
from tests.support.event_links import LEAVE, READER, TOKENS
from tests.support.page_looks import open_state
from tests.support.page_state import State
from tests.support.page_states import STATES
from tests.support.pages_server import LEAVER, PagesServer

pytestmark = pytest.mark.moto  # uses 127.0.0.1, where moto and the pages are
Window = Callable[..., Any]
ZONE = "select[name=zone]"
INJECT = """() => {
  const script = document.createElement('script');
  script.textContent = 'window.harm = 1';
  document.body.append(script);
  document.body.insertAdjacentHTML('beforeend', '<p id=odd style="position:fixed" onclick="window.harm = 1">Press</p>');
  document.getElementById('odd').click();
  const image = document.createElement('img');
  image.src = '/robots.txt?image';
  document.body.append(image);
  return fetch('/robots.txt').then(() => 'fetched', () => 'refused').then(word => [
    window.harm || 0, getComputedStyle(document.getElementById('odd')).position, word]);
}"""


def state(name: str) -> State:
    """Return a state by its name."""
    return next(state for state in STATES if state.name == name)


@pytest.mark.parametrize(
    ("zone", "script", "chosen"),
    [
        ("Pacific/Auckland", True, "Pacific/Auckland"),
        ("Asia/Calcutta", True, "Asia/Kolkata"),
        ("Europe/London", True, ""),
        ("Pacific/Auckland", False, ""),
    ],
)
def test_the_form_suggests_the_browsers_zone(
    window: Window, pages_server: PagesServer, zone: str, script: bool, chosen: str
) -> None:
    """In words beside the field; not if it is the zone of the series, and not without a script."""
    page = window(timezone_id=zone, script=script)
    page.goto(f"{pages_server.url}/subscribe")
    assert page.locator(ZONE).evaluate("one => one.value") == chosen
    assert page.locator("#zone-suggested").is_visible() == bool(chosen)
    if chosen:
        assert page.locator("#zone-suggested").inner_text().startswith("Your browser suggests ")


@pytest.mark.parametrize("path", ["/subscribe", f"/leave/{LEAVE}"])
def test_no_other_script_runs(chromium: Any, pages_server: PagesServer, path: str) -> None:
    """Injected elements neither run, nor have styles, nor load or send anything."""
    pages_server.at()
    context = chromium.new_context()
    page = context.new_page()
    page.goto(pages_server.url + path)
    assert page.evaluate(INJECT) == [0, "static", "refused"]
    assert not [opened.url for opened in context.pages if opened.url != page.url]
    context.close()


@pytest.mark.parametrize("name", ["subscribe", "subscribe-errors", "preferences", "have-left", "leave"])
def test_keys_go_down_the_page(window: Window, pages_server: PagesServer, name: str) -> None:
    """Tab follows the order of reading, never stops at a hidden element, and the focus is always visible."""
    page = window(width=360)
    open_state(page, pages_server, state(name))
    page.evaluate("document.activeElement.blur()")
    found = stops(page)
    heights = [height for height, _ in found]
    assert heights == sorted(heights), found
    assert not [element for _, element in found if "website" in element]
    assert sum("<button" in element for _, element in found) == page.locator("button").count()


def test_errors_have_the_focus_and_lead_to_their_fields(window: Window, pages_server: PagesServer) -> None:
    """The list of errors has the focus when the page opens; Tab and Enter go to each field."""
    page = window()
    open_state(page, pages_server, state("subscribe-errors"))
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    for name in ("address", "first_name", "zone", "kinds", "consent"):
        KeyboardUser(page).reach(page.locator(f".errors a[href='#{name}']"))
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == name
        page.locator(".errors").focus()
    described = page.locator("[aria-invalid]").evaluate_all(
        "all => all.map(one => one.getAttribute('aria-describedby'))"
    )
    assert all(page.locator(f"#{name}").count() for names in described for name in names.split())


def test_tab_and_enter_unsubscribe_without_a_script(window: Window, pages_server: PagesServer) -> None:
    """With JavaScript off: Tab to the button, Enter, and the page says so at the same URL."""
    pages_server.at()
    page = window(script=False)
    page.goto(address := f"{pages_server.url}/leave/{TOKENS.leave(LEAVER.id)}")
    for _ in range(2):
        page.keyboard.press("Tab")
    assert page.locator("button:focus-visible").count() == 1
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="You have left").wait_for()
    assert page.url == address
    assert pages_server.people.get(ids=[LEAVER.id])[LEAVER.id].status == SubscriberStatus.LEFT


def test_a_failed_save_can_be_pressed_again(window: Window, pages_server: PagesServer) -> None:
    """If the table is out of reach, the button is shown again, and works when the table is back."""
    pages_server.at()
    page = window(width=360)
    page.goto(f"{pages_server.url}/leave/{LEAVE}")
    pages_server.at(SUBSCRIBERS_TABLE="nowhere")
    page.get_by_role("button", name="Leave", exact=True).click()
    page.get_by_role("heading", name="Not saved, please try again").wait_for()
    assert pages_server.people.get(ids=[READER.id])[READER.id].status == SubscriberStatus.CONFIRMED
    pages_server.at()
    page.get_by_role("button", name="Try again").click()
    page.get_by_role("heading", name="You have left").wait_for()


PRINTED = (
    "front",
    "leave",
    "have-left",
    "join-early",
    "join-over",
    "held",
    "preferences-saved",
    "subscribe",
    "data",
    "erase",
)


def test_pages_print_well(window: Window, pages_server: PagesServer, shots: Path) -> None:
    """On paper: black on white, no button, nothing cut off, URLs beside their words."""
    page = window(scheme="dark", width=720)
    for printed in map(state, PRINTED):
        open_state(page, pages_server, printed)
        page.emulate_media(media="print")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), printed.name
        assert [form for form in page.locator("form").all() if form.is_visible()] == [], printed.name
        page.screenshot(path=shots / f"public-{printed.name}-print.png", full_page=True)
        assert len(page.pdf()) > 5_000
        page.emulate_media(media="screen")


def test_text_of_four_times_the_size_fits(window: Window, pages_server: PagesServer, shots: Path) -> None:
    """At 400 % of a window of 1280 px (WCAG 1.4.10), and with text alone twice as large (1.4.4), everything fits."""
    page = window(width=320)
    for name in ("subscribe-errors", "preferences-saved", "held", "have-left"):
        open_state(page, pages_server, state(name))
        page.screenshot(path=shots / f"public-{name}-zoomed.png", full_page=True)
        page.set_viewport_size({"width": 640, "height": 800})
        # This is what a reader's own settings do. A style sheet can't do it here, because the policy allows no other.
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate("document.documentElement.scrollWidth") <= 640, name
        page.set_viewport_size({"width": 320, "height": 800})
