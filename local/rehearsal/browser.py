"""A reader's browser and inbox, as far as our pages and mails need them. No script runs, and nothing is remembered."""

from __future__ import annotations

import email
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from email import policy
from functools import cached_property
from typing import Any
from urllib.parse import unquote, urlencode, urljoin, urlsplit

from local.rehearsal.forms import Filled, Forms
from local.rehearsal.world import World
from local.serving.gateway import respond
from local.ses import Kept
from local.ses.rules import bare

FORM = {"content-type": "application/x-www-form-urlencoded"}
ONE_CLICK = "List-Unsubscribe=One-Click"
_LINK = re.compile(r"https?://[^\s<>\"]+")


class Stuck(Exception):
    """A reader can't go on: a mail hasn't come, or a page says no. Says why, in words."""


@dataclass(frozen=True, kw_only=True)
class Page:
    """What a browser shows."""

    url: str
    status: int
    html: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Browser:
    """Asks `public` as API Gateway would, from that network address."""

    world: World
    source_ip: str = "192.0.2.1"

    def open(self, url: str) -> Page:
        """Follow a link. Raises Stuck."""
        return self._ask("GET", url)

    def press(self, page: Page, having: str = "", value: str | None = None, **filled: Filled) -> Page:
        """Fill in the form that has such a field or button, or the first, and press its button. Raises Stuck."""
        try:
            form = Forms(page.html).having(having, value)
            button = (having, value) if value is not None and (having, value) in form.buttons else None
            fields = form.sent(filled, button=button)
        except KeyError as error:
            raise Stuck(f"the page has nothing to fill in that is called {error}") from error
        return self._ask(form.method, urljoin(page.url, form.action), urlencode(fields))

    def post(self, url: str, body: str) -> Page:
        """What a mail program sends by itself. Raises Stuck."""
        return self._ask("POST", url, body)

    def _ask(self, method: str, url: str, body: str = "") -> Page:
        parts = urlsplit(url)
        status, headers, content = respond(
            method,
            unquote(parts.path),
            parts.query,
            {**FORM, "host": parts.netloc} if body else {"host": parts.netloc},
            body.encode(),
            call=self._call,
            source_ip=self.source_ip,
        )
        if 300 <= status < 400:
            return self.open(urljoin(url, dict(headers)["location"]))
        if status >= 400:
            raise Stuck(f"the page says {status}")
        return Page(url=url, status=status, html=content.decode())

    def _call(self, event: dict[str, Any]) -> Any:
        return self.world.pump.invoke("public", event)


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Somebody at one address. `opened` are the mails that she looked into."""

    name: str
    address: str
    world: World
    opened: list[Kept] = field(default_factory=list)

    @cached_property
    def browser(self) -> Browser:
        """Her own: nobody else asks from its network."""
        return Browser(world=self.world, source_ip=f"198.51.100.{sum(self.address.encode()) % 250 + 1}")

    def mails(self, about: str = "") -> Sequence[Kept]:
        """What came, oldest first: all of it, or that of one kind of letter or mailing."""
        all_of_it = [mail for mail in self.world.outbox.all if self.address in map(bare, mail.recipients)]
        return [mail for mail in all_of_it if not about or about_of(mail) == about]

    def mail(self, about: str) -> Kept:
        """The latest of that kind, which she opens. Raises Stuck."""
        if found := self.mails(about):
            self.opened.append(found[-1])
            return found[-1]
        raise Stuck(f"no {about} has come")

    def link(self, about: str, page: str) -> str:
        """The link to that page in the latest mail of that kind. Raises Stuck."""
        for link in links_in(self.mail(about)):
            if urlsplit(link).path.startswith(f"/{page}/"):
                return link
        raise Stuck(f"the {about} has no link to /{page}/")

    def one_click(self, about: str) -> str:
        """Where the mail program's own button to leave leads. Raises Stuck."""
        return str(_read(self.mail(about))["List-Unsubscribe"]).strip("<>")


def about_of(mail: Kept) -> str:
    """What sort of mail it is: `invite`, `reminder`, … or the name of a letter, such as `confirm`."""
    return mail.tags.get("campaign", "").partition("_")[2] or mail.tags.get("letter", "")


def links_in(mail: Kept) -> Sequence[str]:
    """Every link of its text, in order."""
    text = _read(mail).get_body(("plain",))
    return _LINK.findall(text.get_content()) if text else []


def _read(mail: Kept) -> Any:
    return email.message_from_bytes(mail.raw, policy=policy.default)
