"""Hands on a page in a real browser: those of somebody with a mouse, and those of somebody with a keyboard alone."""

from __future__ import annotations

import re
from typing import Any

MOST_STOPS = 80
# Every stop must be seen: an outline that is thick enough, on something that has a size and is in sight.
SEEN = """() => {
  const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
  const drawn = style.outlineStyle === 'auto' || (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2);
  return drawn && box.width > 0 && box.height > 0 && box.top < innerHeight && box.bottom > 0;
}"""
WHERE = "() => document.activeElement.outerHTML.slice(0, 120)"


class Hands:
    """Somebody who points and presses. Everything is found by the words that she reads."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def read(self, heading: str) -> None:
        """Wait for the page with that heading."""
        self.page.get_by_role("heading", level=1, name=heading, exact=True).wait_for()

    def write(self, label: str, text: str) -> None:
        """Fill in a field."""
        self.page.get_by_label(label).fill(text)

    def tick(self, words: str) -> None:
        """Tick a box, or take the tick away; choose one of several."""
        self.page.get_by_label(words).click()

    def choose(self, label: str, words: str) -> None:
        """Choose from a list."""
        self.page.get_by_label(label).select_option(label=words)

    def press(self, words: str) -> None:
        """Press a button or a link, and wait for what comes of it."""
        with self.page.expect_navigation():
            self._press(self.control(words))

    def follow(self, page: str) -> None:
        """Go where a mail leads, to that page; what opens in a window of its own leaves the mail behind."""
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

    def take(self, words: str) -> Any:
        """Press what gives a file."""
        with self.page.expect_download() as taken:
            self._press(self.control(words))
        return taken.value

    def control(self, words: str) -> Any:
        """A button or a link by its words."""
        named = {"name": re.compile(re.escape(words), re.IGNORECASE)}
        return (
            self.page.locator("body").get_by_role("button", **named).or_(self.page.get_by_role("link", **named)).first
        )


class Keys(Hands):
    """The same by Tab, Space, Enter, arrows and letters alone. Each stop on the way must be seen."""

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
        # One stop for all buttons of a name: the chosen one, or where none is chosen the first. Arrows do the rest.
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
        """Go on by Tab until one of those has the focus; what lies behind is reached round the page's end."""
        for _ in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            self.stops += 1
            if self.page.evaluate("() => document.activeElement === document.body"):
                continue  # round the end: the browser's own bar
            assert self.page.evaluate(SEEN), f"nobody sees the focus on {self.page.evaluate(WHERE)}"
            if wanted.evaluate_all("all => all.includes(document.activeElement)"):
                return
        raise AssertionError(f"Tab doesn't reach {wanted}")


def stops(page: Any) -> list[tuple[float, str]]:
    """Where Tab leads from the top of a page, each stop with its height on the page, until it is round."""
    found: list[tuple[float, str]] = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        where = page.evaluate(WHERE)
        if where.startswith("<body") or (found and where == found[0][1]):
            return found
        assert page.evaluate(SEEN), f"nobody sees the focus on {where}"
        found.append((page.evaluate("document.activeElement.getBoundingClientRect().top + scrollY"), where))
    raise AssertionError("Tab leads round and round")
