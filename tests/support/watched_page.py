"""A browser page of the demo that records every error."""

from __future__ import annotations

from pathlib import Path
from typing import Any


class WatchedPage:
    """A Playwright page of the demo in `folder`. `errors` are errors, failed requests and requests for other files."""

    def __init__(self, page: Any, folder: Path) -> None:
        self.page = page
        self.errors: list[str] = []
        home = folder.as_uri() + "/"
        page.on("pageerror", lambda error: self.errors.append(f"error: {error}"))
        page.on("requestfailed", lambda request: self.errors.append(f"failed: {request.url} {request.failure}"))
        page.on("console", self._console)
        page.on("request", lambda request: self._request(request.url, home))

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.errors.append(f"console: {message.text}")

    def _request(self, url: str, home: str) -> None:
        if not url.startswith((home, "data:,", "about:blank")):
            self.errors.append(f"not a file of the demo: {url}")

    @property
    def mail(self) -> str:
        """The number of the open mail."""
        return str(self.page.locator(".list a[aria-current=true]").get_attribute("data-mail"))

    @property
    def view(self) -> str:
        """The chosen view."""
        return str(self.page.locator("nav a[aria-current=true]").get_attribute("data-view"))

    def words(self, view: str) -> str:
        """Return the text that the frame of a view shows, when it has loaded."""
        body = self.page.frame_locator(f"figure[data-view={view}] iframe").locator("body")
        body.locator("*").first.wait_for(state="attached")
        return str(body.inner_text())

    def fits(self) -> bool:
        """Return whether the page is no wider than its window."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
