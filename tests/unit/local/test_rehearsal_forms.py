"""Forms as a browser without scripts sends them."""

from __future__ import annotations

import pytest

from local.rehearsal.forms import Forms

PAGE = """<form method="post" action="/subscribe"><input type="hidden" name="form" value="page">
<label>Address <input type="email" name="address" value=""></label><input name="first_name" value="A &amp; B">
<select name="zone"><option value="">Choose</option><option value="Europe/London" selected>London</option></select>
<select name="pause"><option value="1">one</option><option value="3">three</option></select>
<input type="checkbox" name="kinds" value="invite" checked><input type="checkbox" name="kinds" value="recap" checked>
<input type="checkbox" name="consent" value="1"><input type="radio" name="calendar" value="none">
<input type="radio" name="calendar" value="file" checked><textarea name="why">
well</textarea><button>Join</button></form>
<input name="outside" value="x">
<form method="post"><button name="action" value="undo">Undo</button>
<button name="action" value="more">More</button></form>
"""


def test_a_form_sends_what_stands_in_it_and_what_was_filled_in() -> None:
    """Hidden fields, what is chosen and ticked, and nothing that isn't; what is filled in takes its place."""
    form = Forms(PAGE).having("address")
    assert (form.action, form.method) == ("/subscribe", "POST")
    assert form.sent({"address": "a@example.org", "kinds": ["recap"], "consent": "1"}) == [
        ("form", "page"),
        ("first_name", "A & B"),
        ("zone", "Europe/London"),
        ("pause", "1"),
        ("calendar", "file"),
        ("why", "well"),
        ("address", "a@example.org"),
        ("kinds", "recap"),
        ("consent", "1"),
    ]


def test_nothing_ticked_sends_nothing() -> None:
    """As a browser does."""
    assert not [value for name, value in Forms(PAGE).having("kinds").sent({"kinds": []}) if name == "kinds"]


def test_a_button_says_which_it_is() -> None:
    """A form may have several, and is found by one of them."""
    form = Forms(PAGE).having("action", "more")
    assert form.sent({}, button=("action", "more")) == [("action", "more")]
    assert form.sent({}) == [("action", "undo")]


def test_what_a_page_does_not_ask_cannot_be_filled_in() -> None:
    """Neither a form that isn't there, nor a field."""
    with pytest.raises(KeyError, match="outside"):
        Forms(PAGE).having("outside")
    with pytest.raises(KeyError, match="nickname"):
        Forms(PAGE).having("address").sent({"nickname": "x"})
