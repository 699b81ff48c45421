"""A browser page that writes down whatever goes wrong on it, and knows its way around the demo."""

from __future__ import annotations

from pathlib import Path
from typing import Any


class Watched:
    """A Playwright page of the demo in `folder`. `troubles` are errors, failed requests and requests that leave it."""

    def __init__(self, page: Any, folder: Path) -> None:
        self.page = page
        self.troubles: list[str] = []
        home = folder.as_uri() + "/"
        page.on("pageerror", lambda error: self.troubles.append(f"error: {error}"))
        page.on("requestfailed", lambda request: self.troubles.append(f"failed: {request.url} {request.failure}"))
        page.on("console", self._console)
        page.on("request", lambda request: self._request(request.url, home))

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.troubles.append(f"console: {message.text}")

    def _request(self, url: str, home: str) -> None:
        if not url.startswith((home, "data:,", "about:blank")):
            self.troubles.append(f"not a file of the demo: {url}")

    @property
    def mail(self) -> str:
        """The number of the open mail."""
        return str(self.page.locator(".list a[aria-current=true]").get_attribute("data-mail"))

    @property
    def view(self) -> str:
        """The chosen view."""
        return str(self.page.locator("nav a[aria-current=true]").get_attribute("data-view"))

    def words(self, view: str) -> str:
        """What the frame of that view shows, as text, once it has loaded."""
        body = self.page.frame_locator(f"figure[data-view={view}] iframe").locator("body")
        body.locator("*").first.wait_for(state="attached")
        return str(body.inner_text())

    def fits(self) -> bool:
        """Whether the page is no wider than its window."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
