"""What the local SES keeps of the mails that it accepted."""

from __future__ import annotations

import email
from email import policy
from pathlib import Path
from typing import Any

import pytest

from local.ses import Kept
from tests.support.ses_server import RAW, READER, SENDER, SET, TAGS, bulk_of, entry, in_process, simple


def mime(kept: Kept) -> Any:
    """The mail as a reader's program has it."""
    return email.message_from_bytes(kept.raw, policy=policy.default)


def test_a_raw_mail_is_kept_as_it_was_handed_over() -> None:
    """Byte for byte, with its tags, its set, and the id that was answered."""
    post = in_process()
    answer = post.send()
    (kept,) = post.server.mails.all
    assert (kept.raw, kept.sender, kept.recipients) == (RAW, SENDER, [READER])
    assert (kept.tags, kept.configuration_set, kept.message_id) == (TAGS, SET, answer["MessageId"])
    assert (kept.at, kept.answered) == (post.clock.now(), True)


def test_a_raw_mail_may_name_its_sender_and_recipients_itself() -> None:
    """Where the request names none."""
    post = in_process()
    post.send(FromEmailAddress=None, Destination=None)
    assert post.server.mails.all[0].recipients == [READER]


def test_a_name_with_a_comma_is_one_recipient() -> None:
    """As RFC 5322 has it, in whatever field."""
    post = in_process()
    raw = RAW.replace(b"To: ", b'Cc: "Hale, Fergus" <fergus@example.org>, ada@example.org\r\nTo: ')
    post.send(Destination=None, Content={"Raw": {"Data": raw}})
    assert post.server.mails.all[0].recipients == [READER, "fergus@example.org", "ada@example.org"]


def test_a_simple_mail_becomes_mime() -> None:
    """Text, HTML, headers and attachments, in 7 bits."""
    post = in_process()
    attachment = {"RawContent": b"BEGIN", "FileName": "a.ics", "ContentType": "text/calendar; method=PUBLISH"}
    body = {"Text": {"Data": "Grüße"}, "Html": {"Data": "<p>Grüße</p>"}}
    content = simple(Body=body, Headers=[{"Name": "X-A", "Value": "b"}], Attachments=[attachment])
    post.send(Content=content, ReplyToAddresses=["r@example.org"])
    (kept,) = post.server.mails.all
    mail = mime(kept)
    assert kept.raw.isascii()
    assert (mail["Subject"], mail["To"], mail["Reply-To"], mail["X-A"]) == ("café", READER, "r@example.org", "b")
    assert (mail["Message-ID"], mail.get_body(("html",)).get_content().rstrip()) == (
        f"<{kept.message_id}@email.amazonses.com>",
        "<p>Grüße</p>",
    )
    (part,) = mail.iter_attachments()
    assert (part.get_filename(), part.get_content_type(), part.get_payload(decode=True)) == (
        *("a.ics", "text/calendar"),
        b"BEGIN",
    )


def test_bulk_mails_are_filled_each_with_its_own() -> None:
    """Fields of the entry go before those of all; a header of the entry takes the place of that name."""
    post = in_process()
    own = {
        "ReplacementHeaders": [{"Name": "list-id", "Value": "<own>"}],
        "ReplacementTags": [{"Name": "r", "Value": "1"}],
    }
    common = [{"Name": "List-Id", "Value": "<all>"}, {"Name": "X-All", "Value": "yes"}]
    request = bulk_of(
        [entry("a@example.org", '{"name": "Ada"}', **own), entry("b@example.org", '{"name": "<Bob>"}')],
        data='{"name": "?", "place": "there"}',
        Headers=common,
    )
    results = post.client.send_bulk_email(**request)["BulkEmailEntryResults"]
    first, second = post.server.mails.all
    assert [one["MessageId"] for one in results] == [first.message_id, second.message_id]
    assert (mime(first)["List-Id"], mime(second)["List-Id"]) == ("<own>", "<all>")
    assert mime(first)["X-All"] == mime(second)["X-All"] == "yes"
    assert mime(first).get_body(("plain",)).get_content().rstrip() == "Dear Ada, there"
    assert mime(second).get_body(("html",)).get_content().rstrip() == "<p><Bob></p>"
    assert first.tags == {"campaign": "2024-04_invite", "r": "1"}
    assert mime(first)["Message-ID"] == f"<{first.message_id}@email.amazonses.com>"


def test_mails_lie_in_a_folder_where_one_is_named(tmp_path: Path) -> None:
    """By number, campaign and the beginning of the reader's id."""
    post = in_process()
    post.server.mails.keep_in(tmp_path / "outbox")
    post.send()
    post.send(EmailTags=None)
    names = sorted(path.name for path in (tmp_path / "outbox").iterdir())
    assert names[0] == "0001-2024-04_invite-aaaaaaaa.eml"
    assert names[1].startswith("0002-mail-")
    assert (tmp_path / "outbox" / names[0]).read_bytes() == RAW


def test_message_ids_look_as_those_of_ses() -> None:
    """And no two are alike."""
    post = in_process()
    ids = {post.send()["MessageId"] for _ in range(10)}
    assert len(ids) == 10
    assert {(len(one), one[:6], one[-7:]) for one in ids} == {(60, "010b01", "-000000")}


def test_one_bad_entry_does_not_take_the_others_along() -> None:
    """Each has its own status, in the order of the request."""
    post = in_process()
    bad_tag: dict[str, Any] = {"ReplacementTags": [{"Name": "r", "Value": "a/b"}]}
    entries = [entry("ä@example.org"), entry(), entry(data="no JSON"), entry(**bad_tag)]
    results = post.client.send_bulk_email(**bulk_of(entries))["BulkEmailEntryResults"]
    statuses = [one["Status"] for one in results]
    assert statuses == ["INVALID_PARAMETER", "SUCCESS", "INVALID_PARAMETER", "INVALID_PARAMETER"]
    assert len(post.server.mails.all) == 1


@pytest.mark.parametrize("stored", [{"TemplateName": "t", "TemplateContent": None}])
def test_a_stored_template_is_not_there(stored: dict[str, Any]) -> None:
    """There are none here, so every entry is told so."""
    request = bulk_of([entry()])
    request["DefaultContent"] = {"Template": {"TemplateName": stored["TemplateName"], "TemplateData": "{}"}}
    results = in_process().client.send_bulk_email(**request)["BulkEmailEntryResults"]
    assert [one["Status"] for one in results] == ["TEMPLATE_NOT_FOUND"]
