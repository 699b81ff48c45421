"""The example form in docs/joining.md: a copy of it works."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

from convener.pages.responses import Response
from convener.subscribers.mail_requests import JoinRequested
from tests.support.joining import post
from tests.support.visiting import Visit, words

GUIDE = (Path(__file__).parents[3] / "docs" / "joining.md").read_text("utf-8")


class FormFields(HTMLParser):
    """The fields that a browser would post, and the boxes that are not ticked yet."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self.unticked: dict[str, str] = {}
        self.action = ""
        self.feed(form)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        name, value = attributes.get("name") or "", attributes.get("value") or ""
        if tag == "form":
            self.action = attributes.get("action") or ""
        if tag == "input" and attributes.get("type") == "checkbox" and "checked" not in attributes:
            self.unticked[name] = value
        elif tag == "input":
            self.fields.setdefault(name, []).append(value)


def copied_form(visit: Visit) -> FormFields:
    """Return the form as a website would have it."""
    (form,) = re.findall(r"```html\n(<form.*?</form>)\n```", GUIDE, re.DOTALL)
    wording = visit.series.wording
    return FormFields(form.replace("VERSION", wording.version).replace("WORDING", wording.text))


def post_form(visit: Visit, form: FormFields, **typed: str) -> Response:
    """Post the form with these values and the box ticked."""
    return post(visit, {**form.fields, **form.unticked, **typed})


def test_the_copied_form_subscribes() -> None:
    """Posted from any website with an address and the tick, it queues one mail request.

    The record will say where the form stood.
    """
    visit = Visit()
    form = copied_form(visit)
    assert form.action == "https://PAGES/subscribe"
    answer = post_form(visit, form, address="anna@example.org")
    assert (answer.status, "Look into your mail" in words(answer)) == (200, True)
    (mail_request,) = visit.mail_requests.sent
    assert isinstance(mail_request, JoinRequested)
    assert (mail_request.by, mail_request.kinds, mail_request.wording) == (
        "embedded",
        frozenset(),
        visit.series.wording.version,
    )


def test_the_copied_form_needs_the_tick() -> None:
    """Consent is the one box that is not ticked, and without it the form is shown again."""
    visit = Visit()
    form = copied_form(visit)
    assert list(form.unticked) == ["consent"]
    assert post(visit, {**form.fields, "address": "anna@example.org"}).status == 400
    assert post_form(visit, form, address="anna@example.org", consent="an older one").status == 400
    assert visit.mail_requests.sent == []


def test_the_copied_form_has_the_trap() -> None:
    """A form that a program filled in queues nothing."""
    visit = Visit()
    assert post_form(visit, copied_form(visit), address="anna@example.org", website="x").status == 200
    assert visit.mail_requests.sent == []


def test_the_guide_names_every_field_of_the_form() -> None:
    """The fields of the project's own page, no more and no fewer."""
    fields = set(re.findall(r'<(?:input|select)[^>]* name="(\w+)"', Visit().ask("subscribe").body))
    assert set(re.findall(r"^\| `(\w+)` \|", GUIDE, re.MULTILINE)) == fields
