"""Users of a page in a real browser: one with a mouse, and one with a keyboard alone."""

from __future__ import annotations

import re
from typing import Any

MAX_STOPS = 80
# The focus is visible if it has a thick outline, on an element that has a size and is inside the window.
FOCUS_IS_VISIBLE = """() => {
  const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
  const drawn = style.outlineStyle === 'auto' || (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2);
  return drawn && box.width > 0 && box.height > 0 && box.top < innerHeight && box.bottom > 0;
}"""
FOCUSED_ELEMENT = "() => document.activeElement.outerHTML.slice(0, 120)"


class MouseUser:
    """A user who clicks. Every element is found by its words."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def read(self, heading: str) -> None:
        """Wait for the page with that heading."""
        self.page.get_by_role("heading", level=1, name=heading, exact=True).wait_for()

    def write(self, label: str, text: str) -> None:
        """Fill in a field."""
        self.page.get_by_label(label).fill(text)

    def tick(self, words: str) -> None:
        """Tick a box, or remove the tick; choose a radio button."""
        self.page.get_by_label(words).click()

    def choose(self, label: str, words: str) -> None:
        """Choose an option of a list."""
        self.page.get_by_label(label).select_option(label=words)

    def press(self, words: str) -> None:
        """Press a button or a link, and wait for the next page."""
        with self.page.expect_navigation():
            self._press(self.control(words))

    def follow(self, page: str) -> None:
        """Follow the link of a mail to that page. If the link opens a window, close the mail."""
        link = self.page.locator(f"a[href*='/{page}/']").first
        if link.get_attribute("target") != "_blank":
            with self.page.expect_navigation():
                return self._press(link)
        with self.page.context.expect_page() as opened:
            self._press(link)
        self.page.close()
        self.page = opened.value
        self.page.wait_for_load_state()
        return None

    def _press(self, wanted: Any) -> None:
        wanted.first.click()

    def download(self, words: str) -> Any:
        """Press a button that downloads a file."""
        with self.page.expect_download() as taken:
            self._press(self.control(words))
        return taken.value

    def control(self, words: str) -> Any:
        """Return a button or a link by its words."""
        named = {"name": re.compile(re.escape(words), re.IGNORECASE)}
        return (
            self.page.locator("body").get_by_role("button", **named).or_(self.page.get_by_role("link", **named)).first
        )


class KeyboardUser(MouseUser):
    """The same by Tab, Space, Enter, arrows and letters alone. The focus must be visible at each stop."""

    def __init__(self, page: Any) -> None:
        super().__init__(page)
        self.stops = 0

    def write(self, label: str, text: str) -> None:
        self.reach(self.page.get_by_label(label))
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def tick(self, words: str) -> None:
        wanted = self.page.get_by_label(words)
        if wanted.get_attribute("type") == "checkbox":
            self.reach(wanted)
            self.page.keyboard.press("Space")
            return
        # Radio buttons of one name have one stop: the chosen one, or the first. Arrow keys choose another one.
        group = self.page.locator(f"input[name='{wanted.get_attribute('name')}']")
        self.reach(group)
        for _ in range(group.count() + 1):
            if wanted.evaluate("one => one === document.activeElement"):
                break
            self.page.keyboard.press("ArrowDown")
        if not wanted.is_checked():
            self.page.keyboard.press("Space")
        assert wanted.is_checked(), f"the arrow keys don't reach “{words}”"

    def choose(self, label: str, words: str) -> None:
        field = self.page.get_by_label(label)
        self.reach(field)
        self.page.keyboard.type(words, delay=20)
        assert field.evaluate("one => one.selectedOptions[0].label") == words

    def _press(self, wanted: Any) -> None:
        self.reach(wanted)
        self.page.keyboard.press("Enter")

    def reach(self, wanted: Any) -> None:
        """Press Tab until one of these elements has the focus, also beyond the end of the page."""
        for _ in range(MAX_STOPS):
            self.page.keyboard.press("Tab")
            self.stops += 1
            if self.page.evaluate("() => document.activeElement === document.body"):
                continue  # beyond the end of the page: the bar of the browser
            assert self.page.evaluate(FOCUS_IS_VISIBLE), (
                f"the focus is invisible on {self.page.evaluate(FOCUSED_ELEMENT)}"
            )
            if wanted.evaluate_all("all => all.includes(document.activeElement)"):
                return
        raise AssertionError(f"Tab doesn't reach {wanted}")


def stops(page: Any) -> list[tuple[float, str]]:
    """Return the stops of Tab from the top of a page, each with its position, until the first stop comes again."""
    found: list[tuple[float, str]] = []
    for _ in range(MAX_STOPS):
        page.keyboard.press("Tab")
        where = page.evaluate(FOCUSED_ELEMENT)
        if where.startswith("<body") or (found and where == found[0][1]):
            return found
        assert page.evaluate(FOCUS_IS_VISIBLE), f"the focus is invisible on {where}"
        found.append((page.evaluate("document.activeElement.getBoundingClientRect().top + scrollY"), where))
    raise AssertionError("Tab never comes back to its first stop")
