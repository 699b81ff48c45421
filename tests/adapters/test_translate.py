"""Every error of boto3 becomes one of ours, told apart by whether anything can have been done."""

from __future__ import annotations

import traceback

import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    NoCredentialsError,
    ParamValidationError,
    ProxyConnectionError,
    ReadTimeoutError,
    SSLError,
)
from botocore.parsers import ResponseParserError

from convener.aws.translate import translated
from convener.errors import ConvenerError, LostAnswer, QuotaUsedUp, Refused, SendingPaused, Throttled, Unavailable

URL = "https://email.example"


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ProxyConnectionError(proxy_url=URL, error="refused"), Unavailable),
        (NoCredentialsError(), Unavailable),
        (ParamValidationError(report="no"), Refused),
        (ReadTimeoutError(endpoint_url=URL), LostAnswer),
        (ConnectionClosedError(endpoint_url=URL), LostAnswer),
        (SSLError(endpoint_url=URL, error=OSError("bad record")), LostAnswer),
        (ResponseParserError("half an answer"), LostAnswer),
    ],
)
def test_what_boto3_raises_by_itself_is_told_apart(error: BotoCoreError, expected: type[ConvenerError]) -> None:
    """Only where no request can have arrived is it certain; a connection that broke, or an odd answer, is not."""
    with pytest.raises(ConvenerError) as raised, translated():
        raise error
    assert type(raised.value) is expected


DAILY, RATE = "Daily message quota exceeded.", "Maximum sending rate exceeded."


@pytest.mark.parametrize(
    ("operation", "status", "code", "message", "expected"),
    [
        ("SendEmail", 429, "TooManyRequestsException", RATE, Throttled),
        ("SendEmail", 400, "LimitExceededException", DAILY, QuotaUsedUp),
        ("SendEmail", 400, "LimitExceededException", "", QuotaUsedUp),
        ("SendEmail", 400, "LimitExceededException", RATE, Throttled),
        ("SendBulkEmail", 400, "LimitExceededException", DAILY, QuotaUsedUp),
        ("SendEmail", 429, "TooManyRequestsException", DAILY, QuotaUsedUp),
        ("SendEmail", 400, "Throttling", DAILY, QuotaUsedUp),
        ("SendEmail", 400, "Throttling", RATE, Throttled),
        ("SendRawEmail", 400, "ThrottlingException", f"Throttling: {DAILY}", QuotaUsedUp),
        ("SendEmail", 429, "", "slow down", Throttled),
        ("GetAccount", 429, "TooManyRequestsException", "Rate exceeded", Throttled),
        ("SendEmail", 400, "SendingPausedException", "", SendingPaused),
        ("SendEmail", 400, "AccountSuspendedException", "", SendingPaused),
        ("SendRawEmail", 400, "ConfigurationSetSendingPausedException", "", SendingPaused),
        ("SendEmail", 400, "MailFromDomainNotVerifiedException", "", Unavailable),
        ("SendEmail", 404, "NotFoundException", "Configuration set <x> does not exist.", Unavailable),
        ("SendEmail", 503, "LimitExceededException", DAILY, LostAnswer),
        ("UpdateItem", 400, "LimitExceededException", "Subscriber limit exceeded", Throttled),
        ("UpdateItem", 400, "ProvisionedThroughputExceededException", "daily", Throttled),
        ("SendMessage", 400, "ThrottlingException", "Rate exceeded", Throttled),
        ("TransactWriteItems", 400, "TransactionInProgressException", "", LostAnswer),
    ],
)
def test_what_is_used_up_for_a_second_for_today_or_until_somebody_acts(
    operation: str, status: int, code: str, message: str, expected: type[ConvenerError]
) -> None:
    """SES's own code or words for the daily quota, where mail is sent; others' same code passes."""
    answer = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    with pytest.raises(ConvenerError) as raised, translated():
        raise ClientError(answer, operation)  # type: ignore[arg-type]
    assert type(raised.value) is expected


@pytest.mark.parametrize(
    "error",
    [
        ClientError({"Error": {"Code": "AccessDenied", "Message": "no s3:GetObject on inbox/Ana.xlsx"}}, "GetObject"),
        ConnectionClosedError(endpoint_url="https://uploads.example/inbox/Ana.xlsx"),
        ParamValidationError(report="Invalid length of Key: inbox/Ana.xlsx"),
    ],
)
def test_no_traceback_holds_what_people_wrote(error: Exception) -> None:
    """Neither a file's name nor an address: a batch that fails prints the whole chain. What was asked is said."""
    with pytest.raises(ConvenerError) as raised, translated():
        raise error
    printed = "".join(traceback.format_exception(raised.value))
    assert "Ana" not in printed.replace(f'"{__file__}"', "")
    assert not isinstance(error, ClientError) or "asked for GetObject" in printed
