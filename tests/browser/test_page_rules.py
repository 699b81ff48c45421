"""What pages let a browser do: one script and no other, keys in the order of reading, paper, large letters."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from convener.subscribers.models import SubscriberStatus
from tests.support.browsing import Keys, stops
from tests.support.event_links import LEAVE, READER, TOKENS
from tests.support.page_looks import open_state
from tests.support.page_state import State
from tests.support.page_states import STATES
from tests.support.pages_server import LEAVER, Served

pytestmark = pytest.mark.moto  # opens 127.0.0.1, where moto and the pages are
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
    """A state by its name."""
    return next(one for one in STATES if one.name == name)


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
    window: Window, here: Served, zone: str, script: bool, chosen: str
) -> None:
    """In words beside the field; not where it is the series' own, nor where no script runs: then nothing is missing."""
    page = window(timezone_id=zone, script=script)
    page.goto(f"{here.url}/subscribe")
    assert page.locator(ZONE).evaluate("one => one.value") == chosen
    assert page.locator("#zone-suggested").is_visible() == bool(chosen)
    if chosen:
        assert page.locator("#zone-suggested").inner_text().startswith("Your browser suggests ")


@pytest.mark.parametrize("path", ["/subscribe", f"/leave/{LEAVE}"])
def test_no_script_but_ours_runs(chromium: Any, here: Served, path: str) -> None:
    """What somebody smuggled into a page neither runs, nor dresses, nor loads or sends anything."""
    here.at()
    context = chromium.new_context()
    page = context.new_page()
    page.goto(here.url + path)
    assert page.evaluate(INJECT) == [0, "static", "refused"]
    assert not [one.url for one in context.pages if one.url != page.url]
    context.close()


@pytest.mark.parametrize("name", ["subscribe", "subscribe-errors", "preferences", "have-left", "leave"])
def test_keys_go_down_the_page(window: Window, here: Served, name: str) -> None:
    """Tab goes in the order of reading, never to what nobody sees, and round; the focus can always be seen."""
    page = window(width=360)
    open_state(page, here, state(name))
    page.evaluate("document.activeElement.blur()")
    found = stops(page)
    heights = [height for height, _ in found]
    assert heights == sorted(heights), found
    assert not [one for _, one in found if "website" in one]
    assert sum("<button" in one for _, one in found) == page.locator("button").count()


def test_what_is_wrong_is_heard_first_and_leads_to_its_field(window: Window, here: Served) -> None:
    """The list of what to mend has the focus when the page comes; Tab and Enter go to each field."""
    page = window()
    open_state(page, here, state("subscribe-errors"))
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    for name in ("address", "first_name", "zone", "kinds", "consent"):
        Keys(page).reach(page.locator(f".errors a[href='#{name}']"))
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == name
        page.locator(".errors").focus()
    described = page.locator("[aria-invalid]").evaluate_all(
        "all => all.map(one => one.getAttribute('aria-describedby'))"
    )
    assert all(page.locator(f"#{one}").count() for each in described for one in each.split())


def test_tab_and_enter_leave_without_a_script(window: Window, here: Served) -> None:
    """With JavaScript off: Tab past the name to the button, Enter, and the page says so at the same address."""
    here.at()
    page = window(script=False)
    page.goto(address := f"{here.url}/leave/{TOKENS.leave(LEAVER.id)}")
    for _ in range(2):
        page.keyboard.press("Tab")
    assert page.locator("button:focus-visible").count() == 1
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="You have left").wait_for()
    assert page.url == address
    assert here.people.get(ids=[LEAVER.id])[LEAVER.id].status == SubscriberStatus.LEFT


def test_what_was_not_saved_can_be_pressed_again(window: Window, here: Served) -> None:
    """Where the list is out of reach when she presses, the button comes again; once it is back, it leaves."""
    here.at()
    page = window(width=360)
    page.goto(f"{here.url}/leave/{LEAVE}")
    here.at(SUBSCRIBERS_TABLE="nowhere")
    page.get_by_role("button", name="Leave", exact=True).click()
    page.get_by_role("heading", name="Not saved, please try again").wait_for()
    assert here.people.get(ids=[READER.id])[READER.id].status == SubscriberStatus.CONFIRMED
    here.at()
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


def test_pages_print_well(window: Window, here: Served, shots: Path) -> None:
    """On paper: black on white, no button that nobody can press, nothing cut off, addresses beside their words."""
    page = window(scheme="dark", width=720)
    for one in map(state, PRINTED):
        open_state(page, here, one)
        page.emulate_media(media="print")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), one.name
        assert [form for form in page.locator("form").all() if form.is_visible()] == [], one.name
        page.screenshot(path=shots / f"public-{one.name}-print.png", full_page=True)
        assert len(page.pdf()) > 5_000
        page.emulate_media(media="screen")


def test_letters_of_four_times_the_size_fit(window: Window, here: Served, shots: Path) -> None:
    """At 400 % of a window of 1280 px (WCAG 1.4.10), and with letters alone twice as large (1.4.4), all is there."""
    page = window(width=320)
    for name in ("subscribe-errors", "preferences-saved", "held", "have-left"):
        open_state(page, here, state(name))
        page.screenshot(path=shots / f"public-{name}-zoomed.png", full_page=True)
        page.set_viewport_size({"width": 640, "height": 800})
        # What a reader's own settings do, as a style sheet of the page can't: the policy allows no other.
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate("document.documentElement.scrollWidth") <= 640, name
        page.set_viewport_size({"width": 320, "height": 800})
