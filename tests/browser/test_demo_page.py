"""The demo in Chromium. Screenshots go to build/browser/."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.watched_page import WatchedPage

Look = Callable[..., WatchedPage]
VIEWS = ("html", "phone", "dark", "text", "headers", "calendar")


@pytest.fixture
def report(demo: Path) -> dict[str, Any]:
    """Return the report of the demo."""
    return dict(json.loads((demo / "report.json").read_text("utf-8")))


@pytest.mark.parametrize(
    ("name", "width", "scheme"), [("desktop", 1180, "light"), ("phone", 360, "light"), ("dark", 1180, "dark")]
)
def test_the_page_opens_and_fits(look: Look, shots: Path, name: str, width: int, scheme: str) -> None:
    """Totals, timeline and mails are there.

    Nothing is wider than the window, on a desktop, on a phone and in the dark.
    """
    window = look(width=width, scheme=scheme)
    assert window.page.locator(".timeline li").count() > 0
    assert window.fits()
    window.page.locator(".reader").scroll_into_view_if_needed()  # a frame that was never visible is never painted
    window.words("phone" if width == 360 else "html")
    window.page.screenshot(path=shots / f"reader-{name}.png")
    window.page.screenshot(path=shots / f"page-{name}.png", full_page=True)


def test_each_campaign_opens_its_mails(look: Look, shots: Path, report: dict[str, Any]) -> None:
    """The timeline leads to the mails of each campaign that sent any, and the first mail has words in every view."""
    window = look()
    for campaign in [one for one in report["campaigns"] if one["accepted"]]:
        anchor = "c-" + campaign["id"].replace("/", "_")
        window.page.locator(f".moment a[href='#{anchor}']").first.click()
        window.page.wait_for_url("**/index.html#mail=*")
        assert window.page.locator(f"#{anchor} a[aria-current=true]").count() == 1
        assert all(window.words(show(window, view)) for view in VIEWS)
        for view in ("html", "phone", "dark", "text"):
            show(window, view)
            window.page.wait_for_timeout(150)  # a frame paints a moment after it has loaded
            window.page.locator(".reader").screenshot(path=shots / f"{anchor[2:]}-{view}.png")


def show(window: WatchedPage, view: str) -> str:
    """Choose a view by its number key."""
    window.page.keyboard.press(str(VIEWS.index(view) + 1))
    window.page.locator(f"nav a[aria-current=true][data-view={view}]").wait_for()
    return view


@pytest.mark.parametrize(("on", "back"), [("ArrowDown", "ArrowUp"), ("ArrowRight", "ArrowLeft"), ("j", "k")])
def test_keys_go_from_mail_to_mail(look: Look, on: str, back: str) -> None:
    """Arrow keys, J and K open the next and the previous mail and keep the view; before the first there is none."""
    window = look(at="#mail=0003&view=text")
    for key, mail in ((on, "0004"), (on, "0005"), (back, "0004"), (back, "0003")):
        window.page.keyboard.press(key)
        window.page.wait_for_url(f"**#mail={mail}&view=text")
        window.words("text")
        assert (window.mail, window.view) == (mail, "text")
    window.page.keyboard.press(back)
    assert window.mail == "0003"


def test_arrow_keys_scroll_the_timeline(look: Look) -> None:
    """Above the mails, the arrow key down moves the page and not the mail."""
    window = look()
    window.words("html")
    for _ in range(50):  # a busy browser ignores a key that comes before the page is laid out
        window.page.keyboard.press("ArrowDown")
        window.page.wait_for_timeout(100)
        if window.page.evaluate("scrollY > 0"):
            break
    assert window.page.evaluate("scrollY > 0")
    assert window.mail == "0003"


def test_a_url_opens_a_mail_in_a_view(look: Look) -> None:
    """A link with mail and view shows both; a wrong link shows the first mail."""
    window = look(at="#mail=0004&view=headers")
    assert (window.mail, window.view) == ("0004", "headers")
    assert "X-Convener-Campaign" in window.words("headers")
    assert window.page.locator(".title").is_visible()
    assert look(at="#mail=nonsense&view=nonsense").mail == "0003"


def test_all_views_side_by_side(look: Look, shots: Path) -> None:
    """The seventh key shows the mail in all six views at once, without a wider page."""
    window = look(width=1600, at="#mail=0003&view=all")
    assert all(window.words(view) for view in VIEWS)
    assert window.fits()
    window.page.wait_for_timeout(150)
    window.page.screenshot(path=shots / "side-by-side.png")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark_copies_do_not_depend_on_the_machine(look: Look, scheme: str) -> None:
    """The HTML view is light on a dark machine, and the dark view is dark on a light machine."""
    window = look(scheme=scheme, at="#mail=0003&view=all")
    style = "getComputedStyle(document.documentElement).colorScheme"
    for view, expected in (("html", "light"), ("dark", "dark")):
        window.words(view)
        frame = window.page.locator(f"figure[data-view={view}] iframe").element_handle().content_frame()
        assert expected in frame.evaluate(f"{style} + (document.querySelector('meta[name=color-scheme]')?.content)")


def test_find_narrows_the_list(look: Look) -> None:
    """Typing part of an address leaves those mails, J moves among them, and J in the field types a J."""
    window = look()
    address = window.page.locator(".list .to").nth(1).inner_text()
    window.page.get_by_label("Find a reader or subject").fill(address)
    rows = window.page.locator(".list li:not([hidden])")
    assert 0 < rows.count() < window.page.locator(".list li").count()
    window.page.keyboard.press("j")
    assert window.page.get_by_label("Find a reader or subject").input_value() == f"{address}j"


def test_without_a_script_everything_is_there(look: Look, shots: Path, report: dict[str, Any]) -> None:
    """With JavaScript off there are totals, timeline, and a link to the HTML and the text of every mail."""
    window = look(script=False)
    assert window.page.locator("tbody tr").count() == len(report["campaigns"])
    assert window.page.locator(".list a[href$='-text.html']").count() == report["mails"]
    window.page.locator(".list a[href$='0003-text.html']").click()
    assert window.page.frame_locator("iframe[name=reader]").locator("pre").inner_text()
    window.page.screenshot(path=shots / "page-without-script.png", full_page=True)


@pytest.mark.parametrize("width", [1180, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_passes_axe(look: Look, width: int, scheme: str) -> None:
    """The accessibility rules of axe-core, contrast among them, find nothing on the page."""
    reason = "axe isn't installed: local/requirements/browser.txt has it"
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason=reason)
    window = look(width=width, scheme=scheme, at="#mail=0003&view=text")
    window.words("text")
    # Without preload, because a page from the disk may not read the style sheet once more.
    found = axe.Axe().run(window.page, options={"preload": False}).response["violations"]
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []
