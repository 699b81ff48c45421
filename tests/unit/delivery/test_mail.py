"""One mail as the subscriber's mail program gets it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator
from hypothesis import given, settings
from hypothesis import strategies as st

from convener.aws.mailer import request
from convener.delivery.mail import Mail, build_mail, envelope_address
from convener.editions.models import Edition
from convener.subscribers.models import Calendar
from tests.support.people import edition, subscriber

NOW = datetime(2024, 4, 4, 8, tzinfo=UTC)
URL = "https://c.example/leave/k1.CK1A8CIJulabF3EP3tjF-Q.k9aCOGVwbUyYbSKCkZUzFBu-JxZyyc5Wl7-jLyHwEmI"
MODEL: Any = botocore.session.get_session().get_service_model("sesv2").operation_model("SendEmail").input_shape


def mail_for(content: Edition | None = None, **changes: Any) -> Mail:
    """Build a mail of the small edition for a subscriber with these changes."""
    return build_mail(
        campaign="2024-04/follow-up/2",
        chunk="a-00001",
        attempt=3,
        edition=content or edition(),
        subscriber=subscriber(10, **changes),
        leave_url=URL,
        preferences_url=URL.replace("/leave/", "/preferences/"),
        now=NOW,
    )


def parsed(mail: Mail) -> EmailMessage:
    """Parse the mail as a mail program does."""
    message = message_from_bytes(mail.raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def test_the_one_click_headers_are_literal() -> None:
    """RFC 8058: the link stands in one line, in angle brackets, not in encoded words, with the exact Post header."""
    lines = mail_for().raw.decode("ascii").split("\r\n")
    assert f"List-Unsubscribe: <{URL}>" in lines
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines
    assert "List-Id: <talk.mail.kindness.example>" in lines


@pytest.mark.parametrize("subject", ["Friday, 5am in Auckland: How we keep kindness in the British Isles", "Zoë " * 40])
def test_a_subject_arrives_as_it_was_written(subject: str) -> None:
    """Long subjects, subjects with commas and subjects beyond ASCII gain and lose no space."""
    one = edition()
    content = replace(one.variants["full"], subject=subject.strip())
    mail = mail_for(replace(one, variants={"full": content}))
    assert parsed(mail)["Subject"] == subject.strip()
    assert max(map(len, mail.raw.split(b"\r\n"))) < 998


def test_the_mail_is_ascii_in_lines_that_ses_takes() -> None:
    """The mail is 7-bit with CRLF and less than 1,000 characters a line, whatever the subscriber's name is."""
    raw = mail_for(first_name="Zoë 🌿").raw
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) < 998


def test_it_has_text_html_and_a_calendar_file_in_that_order() -> None:
    """Text comes first and HTML last in the alternative, so that programs show the HTML. The file is beside both."""
    message = parsed(mail_for())
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar"]
    file = list(message.iter_attachments())[-1]
    assert file.get_filename() == "invite.ics"
    assert file["Content-Type"].params["method"] == "PUBLISH"
    assert file.get_content() == "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


@pytest.mark.parametrize(
    ("choice", "kinds"),
    [
        ({"calendar": Calendar.LINK}, ["multipart/alternative", "text/plain", "text/html"]),
        ({"text_only": True}, ["text/plain"]),
    ],
)
def test_a_subscriber_gets_the_chosen_variant(choice: dict[str, Any], kinds: list[str]) -> None:
    """There is no file for a subscriber who wants none, and no HTML for a subscriber who wants text."""
    assert [part.get_content_type() for part in parsed(mail_for(**choice)).walk()] == kinds


def test_every_part_holds_the_subscribers_own_values() -> None:
    """The name and the own link are in text and HTML, and no field is left open."""
    for part in list(parsed(mail_for(first_name="Zoë")).walk())[2:4]:
        content = part.get_content()
        assert "Zoë" in content
        assert URL in content
        assert not set(content) & {"\ue000", "\ue001"}


def test_headers_and_tags_identify_the_mail() -> None:
    """The headers have campaign and recipient; the tags have campaign, chunk, recipient and attempt."""
    mail = mail_for()
    message, reader = parsed(mail), subscriber(10)
    assert message["X-Convener-Campaign"] == "2024-04/follow-up/2"
    assert message["X-Convener-Recipient"] == reader.id
    assert message["Auto-Submitted"] == "auto-generated"
    expected = {"campaign": "2024-04_follow-up_2", "chunk": "a-00001", "recipient": reader.id, "attempt": "3"}
    assert mail.tags == expected
    assert reader.address not in "".join(mail.tags.values())


@settings(deadline=None)
@given(st.text(max_size=60), st.from_regex(r"[a-z0-9.+_]{1,60}", fullmatch=True))
def test_no_name_or_address_breaks_the_request(first_name: str, local: str) -> None:
    """Every request passes botocore's own model and its patterns, and has no other recipient."""
    mail = mail_for(first_name=first_name, address=f"{local.strip('.') or 'a'}@bücher.example")
    asked = request(mail, "convener-set")
    report = ParamValidator().validate(asked, MODEL)
    assert not report.has_errors(), report.generate_report()
    for tag in asked["EmailTags"]:
        assert all(c.isascii() and (c.isalnum() or c in "_-") for c in tag["Value"])
        assert len(tag["Value"]) <= 256
    assert asked["Destination"] == {"ToAddresses": [mail.recipient]}
    assert mail.recipient.endswith("@xn--bcher-kva.example")
    assert parsed(mail)["To"].addresses[0].addr_spec == mail.recipient


@pytest.mark.parametrize(
    ("typed", "envelope"),
    [("Ana@Example.org", "Ana@Example.org"), ("ana@straße.example", "ana@xn--strae-oqa.example")],
)
def test_mail_goes_to_the_address_as_typed_with_its_domain_in_ascii(typed: str, envelope: str) -> None:
    """The local part stays as typed, and the domain becomes an A-label by IDNA 2008."""
    assert envelope_address(typed) == envelope
