"""The local SES refuses what SES refuses, with SES's own codes."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from werkzeug.test import Client

from local.ses import SesApplication
from tests.support.ses_server import RAW, a_server, bulk_of, entry, in_process, request_for, simple


def headers(number: int, **changed: str) -> list[dict[str, str]]:
    """So many headers of a Simple mail."""
    return [{"Name": f"X-{place}", "Value": "v", **changed} for place in range(number)]


def refused(asked: Any, **request: Any) -> tuple[str, int]:
    """The code and status with which a request is refused."""
    with pytest.raises(ClientError) as error:
        asked(**request)
    answer = error.value.response
    return str(answer["Error"]["Code"]), int(answer["ResponseMetadata"]["HTTPStatusCode"])


BAD = ("BadRequestException", 400)
REFUSED: dict[str, tuple[dict[str, Any], tuple[str, int]]] = {
    "a sender nobody verified": ({"FromEmailAddress": "a@elsewhere.example"}, ("MessageRejected", 400)),
    "a set that isn't there": ({"ConfigurationSetName": "no-such-set"}, ("NotFoundException", 404)),
    "51 recipients": ({"Destination": {"ToAddresses": [f"r{n}@example.org" for n in range(51)]}}, BAD),
    "nobody at all": ({"Destination": {"ToAddresses": []}}, BAD),
    "no ASCII before the @": ({"Destination": {"ToAddresses": ["ä@example.org"]}}, BAD),
    "a space before the @": ({"Destination": {"ToAddresses": ["<a b@example.org>"]}}, BAD),
    "no A-labels": ({"Destination": {"ToAddresses": ["a@exämple.org"]}}, BAD),
    "no domain": ({"Destination": {"ToAddresses": ["reader"]}}, BAD),
    "a slash in a tag": ({"EmailTags": [{"Name": "campaign", "Value": "2024-04/invite"}]}, BAD),
    "an @ in a tag's name": ({"EmailTags": [{"Name": "a@b", "Value": "v"}]}, BAD),
    "a tag of 257 letters": ({"EmailTags": [{"Name": "n", "Value": "v" * 257}]}, BAD),
    "an empty tag": ({"EmailTags": [{"Name": "n", "Value": ""}]}, BAD),
    "the same tag twice": ({"EmailTags": [{"Name": "n", "Value": "v"}] * 2}, BAD),
    "two subjects": ({"Content": {"Raw": {"Data": b"Subject: a\r\nsubject: b\r\n" + RAW}}}, BAD),
    "two ways to leave": ({"Content": {"Raw": {"Data": b"List-Unsubscribe: <https://c.example>\r\n" + RAW}}}, BAD),
    "nobody from whom": ({"Content": {"Raw": {"Data": RAW.partition(b"\r\n")[2]}}}, BAD),
    "a line of 999": ({"Content": {"Raw": {"Data": RAW + b"x" * 999 + b"\r\n"}}}, BAD),
    "more than 40 MB": ({"Content": {"Raw": {"Data": RAW + b"line\r\n" * 7_000_000}}}, BAD),
    "two contents": ({"Content": {**simple(), "Raw": {"Data": RAW}}}, BAD),
    "no content": ({"Content": {}}, BAD),
    "a template": ({"Content": {"Template": {"TemplateName": "t"}}}, BAD),
    "16 headers": ({"Content": simple(Headers=headers(16))}, BAD),
    "a colon in a header": ({"Content": simple(Headers=headers(1, Name="X:Y"))}, BAD),
    "a header of 127": ({"Content": simple(Headers=headers(1, Name="X" * 127))}, BAD),
    "no ASCII in a header": ({"Content": simple(Headers=headers(1, Value="ü"))}, BAD),
    "a header of 997 in all": ({"Content": simple(Headers=headers(1, Name="X" * 6, Value="v" * 991))}, BAD),
    "a header that SES sets": ({"Content": simple(Headers=headers(1, Name="Message-ID"))}, BAD),
    "the same header twice": ({"Content": simple(Headers=headers(2, Name="X-A"))}, BAD),
}


@pytest.mark.parametrize(("changed", "expected"), REFUSED.values(), ids=list(REFUSED))
def test_what_ses_refuses_is_refused_and_not_kept(changed: dict[str, Any], expected: tuple[str, int]) -> None:
    """The code and the status are SES's, nothing is kept, and nothing is taken from the quota."""
    post = in_process()
    assert refused(post.send, **changed) == expected
    assert post.server.mails.all == []
    assert post.client.get_account()["SendQuota"]["SentLast24Hours"] == 0


def test_what_only_just_fits_is_accepted() -> None:
    """50 recipients, 15 headers, tags of 256, lines of 998."""
    post = in_process(rate=50)
    assert post.send(Destination={"ToAddresses": [f"r{n}@example.org" for n in range(50)]})["MessageId"]
    post.clock.sleep(1)
    assert post.send(Content=simple(Headers=headers(15)))["MessageId"]
    assert post.send(EmailTags=[{"Name": "n" * 256, "Value": "v" * 256}])["MessageId"]
    assert post.send(Content={"Raw": {"Data": RAW + b"x" * 998 + b"\r\n"}})["MessageId"]
    assert post.send(Content={"Raw": {"Data": b"Received: x\r\nReceived: y\r\n" + RAW}})["MessageId"]


@pytest.mark.parametrize("identity", ["mail.kindness.example", "kindness.example", "talk@mail.kindness.example"])
def test_a_sender_is_verified_by_address_domain_or_parent_domain(identity: str) -> None:
    """As SES takes it."""
    post = in_process()
    post.server.account.identities = {identity}
    assert post.send()["MessageId"]


BULK: dict[str, dict[str, Any]] = {
    "51 entries": bulk_of([entry()] * 51),
    "no entry": bulk_of([]),
    "no template": {**bulk_of([entry()]), "DefaultContent": {}},
    "two templates": bulk_of([entry()], TemplateName="t"),
    "16 headers": bulk_of([entry()], Headers=headers(16)),
    "too much data": bulk_of([entry()], data='"' + "x" * 262_144 + '"'),
    "too long a template": bulk_of([entry()], TemplateContent={"Text": "x" * 1024 * 1024, "Subject": "s"}),
}


@pytest.mark.parametrize("request_", BULK.values(), ids=list(BULK))
def test_what_no_bulk_request_may_be_is_refused_as_a_whole(request_: dict[str, Any]) -> None:
    """Not entry by entry."""
    post = in_process()
    assert refused(post.client.send_bulk_email, **request_) == BAD
    assert post.server.mails.all == []


ODD: dict[str, Any] = {
    "no JSON": b"{",
    "no object": b"[]",
    "no content": b"{}",
    "a number for a name": json.dumps({"Content": {"Raw": {"Data": ""}}, "FromEmailAddress": 7}).encode(),
    "no Base64": json.dumps({"Content": {"Raw": {"Data": "***"}}}).encode(),
    "something unknown": json.dumps({"Content": {"Raw": {"Data": "eA=="}}, "Unknown": 1}).encode(),
}


@pytest.mark.parametrize("body", ODD.values(), ids=list(ODD))
def test_a_request_that_does_not_fit_the_model_is_refused_whoever_made_it(body: bytes) -> None:
    """boto3 would not send it; another client's request is checked by the same model."""
    client = Client(SesApplication(a_server()[0]))
    answer = client.post("/v2/email/outbound-emails", data=body)
    assert (answer.status_code, answer.headers["x-amzn-ErrorType"]) == (400, "BadRequestException")


def test_an_unknown_operation_says_so() -> None:
    """What this server doesn't know is no success."""
    client = Client(SesApplication(a_server()[0]))
    assert client.get("/v2/email/contact-lists").status_code == 404
    assert client.get("/_ses/nothing").status_code == 404


def test_nulls_are_as_if_left_out() -> None:
    """As SES reads JSON."""
    request: dict[str, Any] = {**request_for(), "Content": {"Raw": {"Data": base64.b64encode(RAW).decode()}}}
    body = json.dumps({**request, "ReplyToAddresses": None})
    answer = Client(SesApplication(a_server()[0])).post("/v2/email/outbound-emails", data=body)
    assert answer.status_code == 200
