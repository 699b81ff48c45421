"""The form in docs/joining.md: whoever copies it can join by it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

from convener.pages.responses import Response
from convener.subscribers.mail_requests import JoinRequested
from tests.support.joining import post
from tests.support.visiting import Visit, words

GUIDE = (Path(__file__).parents[3] / "docs" / "joining.md").read_text("utf-8")


class Fields(HTMLParser):
    """What a browser would post, and the boxes that are not ticked yet."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self.unticked: dict[str, str] = {}
        self.action = ""
        self.feed(form)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        name, value = told.get("name") or "", told.get("value") or ""
        if tag == "form":
            self.action = told.get("action") or ""
        if tag == "input" and told.get("type") == "checkbox" and "checked" not in told:
            self.unticked[name] = value
        elif tag == "input":
            self.fields.setdefault(name, []).append(value)


def copied(visit: Visit) -> Fields:
    """The form as a website would have it."""
    (form,) = re.findall(r"```html\n(<form.*?</form>)\n```", GUIDE, re.DOTALL)
    wording = visit.series.wording
    return Fields(form.replace("VERSION", wording.version).replace("WORDING", wording.text))


def sent(visit: Visit, form: Fields, **typed: str) -> Response:
    """What comes of it, with this typed and the box ticked."""
    return post(visit, {**form.fields, **form.unticked, **typed})


def test_the_copied_form_joins() -> None:
    """Posted from any website with an address and the tick, it is one message; the record will say where it stood."""
    visit = Visit()
    form = copied(visit)
    assert form.action == "https://PAGES/subscribe"
    answer = sent(visit, form, address="anna@example.org")
    assert (answer.status, "Look into your mail" in words(answer)) == (200, True)
    (letter,) = visit.letters.sent
    assert isinstance(letter, JoinRequested)
    assert (letter.by, letter.kinds, letter.wording) == ("embedded", frozenset(), visit.series.wording.version)


def test_nobody_agrees_by_the_copied_form_without_the_tick() -> None:
    """The consent is the one box that is unticked, and without it the form comes again."""
    visit = Visit()
    form = copied(visit)
    assert list(form.unticked) == ["consent"]
    assert post(visit, {**form.fields, "address": "anna@example.org"}).status == 400
    assert sent(visit, form, address="anna@example.org", consent="an older one").status == 400
    assert visit.letters.sent == []


def test_the_copied_form_has_the_trap() -> None:
    """What a program fills in is never sent."""
    visit = Visit()
    assert sent(visit, copied(visit), address="anna@example.org", website="x").status == 200
    assert visit.letters.sent == []


def test_the_guide_names_every_field_of_the_form() -> None:
    """Those of our own page, no more and no fewer."""
    ours = set(re.findall(r'<(?:input|select)[^>]* name="(\w+)"', Visit().ask("subscribe").body))
    assert set(re.findall(r"^\| `(\w+)` \|", GUIDE, re.MULTILINE)) == ours
