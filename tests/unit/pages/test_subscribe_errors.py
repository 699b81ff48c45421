"""What is wrong with a form: said once above and once at its field, with all that was typed."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from convener.pages.zones import areas
from convener.sessions.series import ConsentWording
from tests.support.joining import Value, filled, post
from tests.support.people import series
from tests.support.visiting import Visit, words

WRONG: list[tuple[dict[str, Value], str, str]] = [
    ({"address": ""}, "address", "There is no address."),
    ({"address": "anna"}, "address", "There is no @"),
    ({"address": "anna@example.org\r\nBcc: x@example.org"}, "address", "line break"),
    ({"address": '"anna b"@example.org'}, "address", "quotation marks"),
    ({"address": "anna😀@example.org"}, "address", "before the @"),
    ({"address": "änna@example.org"}, "address", "before the @"),
    ({"address": "a" * 300 + "@example.org"}, "address", "more than 254"),
    ({"address": "anna@@example.org"}, "address", "more than one @"),
    ({"address": "<script>@example.org"}, "address", "without &lt;"),
    ({"first_name": "x" * 61}, "first_name", "61 characters"),
    ({"first_name": "<b>Anna</b>"}, "first_name", "without signs such as"),
    ({"first_name": "{{ 7*7 }}"}, "first_name", "without signs such as"),
    ({"first_name": "Win at spam.example"}, "first_name", "space after a dot"),
    ({"zone": "Mars/Olympus"}, "zone", "know this time zone"),
    ({"zone": "../../etc/passwd"}, "zone", "know this time zone"),
    ({"kinds": ()}, "kinds", "nothing that we could send"),
    ({"kinds": ("invite", "secrets")}, "kinds", "Choose among these"),
    ({"consent": ()}, "consent", "Tick this box if you agree"),
    ({"consent": "0"}, "consent", "have changed"),
]


@pytest.mark.parametrize(("changes", "name", "told"), WRONG)
def test_each_mistake_is_told_and_nothing_is_written(changes: dict[str, Value], name: str, told: str) -> None:
    """400; a summary that leads to the field, the message at the field, and neither count nor message."""
    visit = Visit()
    answer = post(visit, filled(**changes))
    assert (answer.status, visit.letters.sent, dict(visit.requests.visits)) == (400, [], {})
    (summary,) = re.findall(r'<div class="errors" role="alert".*?</div>', answer.body, re.DOTALL)
    assert re.findall(r'href="#(\w+)"', summary) == [name]
    assert told in html.unescape(summary) or told in summary
    assert answer.body.count(f'id="{name}"') == 1
    assert answer.body.count(f'id="{name}-error"') == 1
    assert re.search(rf'aria-describedby="[^"]*\b{name}-error"', answer.body)
    assert "<title>Not sent yet" in answer.body


def test_several_mistakes_are_told_at_once_in_the_order_of_the_form() -> None:
    """So nobody mends one after the other."""
    answer = post(Visit(), filled(address="x", zone="y", kinds=(), consent=()))
    assert re.findall(r'<li><a href="#(\w+)"', answer.body) == ["address", "zone", "kinds", "consent"]


def test_everything_typed_is_kept_but_the_tick() -> None:
    """Escaped, the zone and the kinds chosen, the form's own place; agreeing is always done anew."""
    given = {"address": 'a"b<c', "first_name": "Zoë & <i>", "zone": "Asia/Kolkata", "kinds": "recap"}
    answer = post(Visit(), filled(**given, form="embedded"))
    for part in (
        'value="a&#34;b&lt;c"',
        'value="Zoë &amp; &lt;i&gt;"',
        '<option value="Asia/Kolkata" selected>',
        'name="kinds" value="recap" checked',
        'name="form" value="embedded"',
    ):
        assert part in answer.body
    assert answer.body.count(" checked") == 1
    assert "<i>" not in answer.body


def test_an_older_wording_is_never_agreed_to() -> None:
    """A form that showed other words gets today's, to be read and ticked."""
    now = series(consent=(*series().consent, ConsentWording(version="2", text="Other words.")))
    visit = Visit(its=now)
    answer = post(visit, filled(consent="1"))
    assert (answer.status, visit.letters.sent) == (400, [])
    assert "Other words." in words(answer)
    assert 'name="consent" value="2"' in answer.body
    assert post(visit, filled(consent="2")).status == 200


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"body": "x" * 1_000_000}, 413),
        ({"body": "address=" + "x" * 70_000}, 413),
        ({"headers": {"content-type": "application/json"}, "body": "{}"}, 415),
        ({"headers": {"content-type": "multipart/form-data"}}, 400),
        ({"is_base64": True, "body": "no base64!"}, 400),
        ({"body": "&".join(["kinds=invite"] * 500)}, 400),
    ],
)
def test_what_is_no_form_gets_an_empty_one(more: dict[str, Any], status: int) -> None:
    """It says that nothing was sent, and nothing of the body comes back."""
    visit = Visit()
    answer = post(visit, filled(), **more)
    assert (answer.status, visit.letters.sent, answer.headers["cache-control"]) == (status, [], "no-store")
    assert "Please fill it in here" in words(answer)
    assert "xxxx" not in answer.body


def test_every_zone_can_be_found_by_its_city() -> None:
    """Areas and places in order, no place twice in an area, and the older names that browsers say."""
    listed = areas()
    assert [area for area, _ in listed] == sorted(area for area, _ in listed)
    for _, places in listed:
        named = [place.words for place in places]
        assert named == sorted(set(named))
    also = {place.zone: place.also for _, places in listed for place in places}
    assert (also["Europe/Kyiv"].split()[0] in ("Europe/Kiev", "Europe/Uzhgorod"), len(also) > 400) == (True, True)
