"""Filling merge fields: plain substitution, with escaping for each part."""

from __future__ import annotations

import html

from hypothesis import given
from hypothesis import strategies as st

from convener.editions.merge_fields import fill
from convener.editions.models import CLOSE, FIELDS, OPEN, Content, mark

ALONE = f'<p style="margin:0 0 14px">{mark("greeting")}</p>'
CONTENT = Content(
    subject=f"{mark('when')}: A title",
    text=f"Top\n\n{mark('greeting')}\n\nBody\n{mark('reader_time')}\n\nEnd{mark('joined_on')}.\n{mark('leave_url')}\n",
    html=f'<div>{ALONE}<p>Body{mark("joined_on")}</p><a href="{mark("leave_url")}">Leave</a></div>',
    calendar="BEGIN:VCALENDAR",
)
EMPTY = dict.fromkeys(FIELDS, "")


def test_an_empty_field_leaves_no_gap() -> None:
    """Without a name and a time of the reader's own, the mail has no gap and no empty paragraph."""
    filled = fill(CONTENT, EMPTY | {"leave_url": "https://l.example"})
    assert filled.text == "Top\n\nBody\n\nEnd.\nhttps://l.example\n"
    assert filled.html == '<div><p>Body</p><a href="https://l.example">Leave</a></div>'
    assert filled.calendar == CONTENT.calendar


def test_values_are_escaped_in_each_part() -> None:
    """A name with markup is shown as typed in the HTML and in the text."""
    filled = fill(CONTENT, EMPTY | {"greeting": 'Hello <b>"A"&B</b>,', "leave_url": "https://l.example/?a=1&b=2"})
    assert "Hello &lt;b&gt;&quot;A&quot;&amp;B&lt;/b&gt;," in filled.html
    assert 'href="https://l.example/?a=1&amp;b=2"' in filled.html
    assert 'Hello <b>"A"&B</b>,' in filled.text
    assert "https://l.example/?a=1&b=2" in filled.text


def test_a_long_line_wraps_and_an_address_does_not() -> None:
    """A filled line of more than 72 characters is wrapped. A long link is not cut."""
    link = "https://l.example/" + "x" * 120
    lines = fill(CONTENT, EMPTY | {"reader_time": "word " * 30, "leave_url": link}).text.split("\n")
    assert link in lines
    assert max(len(line) for line in lines if line != link) <= 72


@given(name=st.text(), where=st.sampled_from(FIELDS))
def test_no_value_becomes_a_field_a_header_or_markup(name: str, where: str) -> None:
    """Any value stays one line of text, and fills no other field."""
    tricky = f"{OPEN}leave_url{CLOSE}\r\nBcc: {{{{x}}}} <i>{name}"
    filled = fill(CONTENT, EMPTY | {where: tricky})
    assert not {"\r", "\n"} & set(filled.subject)
    assert not {OPEN, CLOSE} & set(filled.subject + filled.text + filled.html)
    assert "<i>" not in filled.html
    if where == "greeting":
        assert "leave_url Bcc: {{x}} <i>" in html.unescape(filled.html)
