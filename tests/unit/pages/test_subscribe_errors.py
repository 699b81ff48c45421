"""Errors in the form to subscribe by: each in the summary and at its field, with all typed values."""

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


@pytest.mark.parametrize(("changes", "name", "message"), WRONG)
def test_each_error_is_shown_and_nothing_is_written(changes: dict[str, Value], name: str, message: str) -> None:
    """400; a summary that links to the field, the message at the field, and neither count nor mail request."""
    visit = Visit()
    answer = post(visit, filled(**changes))
    assert (answer.status, visit.mail_requests.sent, dict(visit.requests.visits)) == (400, [], {})
    (summary,) = re.findall(r'<div class="errors" role="alert".*?</div>', answer.body, re.DOTALL)
    assert re.findall(r'href="#(\w+)"', summary) == [name]
    assert message in html.unescape(summary) or message in summary
    assert answer.body.count(f'id="{name}"') == 1
    assert answer.body.count(f'id="{name}-error"') == 1
    assert re.search(rf'aria-describedby="[^"]*\b{name}-error"', answer.body)
    assert "<title>Not sent yet" in answer.body


def test_several_errors_are_shown_in_the_order_of_the_form() -> None:
    """So nobody corrects one after the other."""
    answer = post(Visit(), filled(address="x", zone="y", kinds=(), consent=()))
    assert re.findall(r'<li><a href="#(\w+)"', answer.body) == ["address", "zone", "kinds", "consent"]


def test_all_values_are_kept_except_the_tick() -> None:
    """Values are escaped; zone, kinds and the place of the form are kept; consent must be ticked again."""
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
    """A form with an older wording gets the present one, to read and tick."""
    now = series(consent=(*series().consent, ConsentWording(version="2", text="Other words.")))
    visit = Visit(of_series=now)
    answer = post(visit, filled(consent="1"))
    assert (answer.status, visit.mail_requests.sent) == (400, [])
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
def test_a_body_that_is_no_form_gets_an_empty_form(more: dict[str, Any], status: int) -> None:
    """The page says that nothing was sent, and shows nothing of the body."""
    visit = Visit()
    answer = post(visit, filled(), **more)
    assert (answer.status, visit.mail_requests.sent, answer.headers["cache-control"]) == (status, [], "no-store")
    assert "Please fill it in here" in words(answer)
    assert "xxxx" not in answer.body


def test_every_zone_can_be_found_by_its_city() -> None:
    """Areas and places are sorted, no place comes twice in an area, and older names that browsers use are known."""
    listed = areas()
    assert [area for area, _ in listed] == sorted(area for area, _ in listed)
    for _, places in listed:
        named = [place.words for place in places]
        assert named == sorted(set(named))
    also = {place.zone: place.also for _, places in listed for place in places}
    assert (also["Europe/Kyiv"].split()[0] in ("Europe/Kiev", "Europe/Uzhgorod"), len(also) > 400) == (True, True)
